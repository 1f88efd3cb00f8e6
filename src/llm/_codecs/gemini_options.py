"""The options of a prompt as fields of a request to Gemini."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._domain.portable import refuse_both
from .._domain.profile import Profile
from ..errors import OptionError
from .gemini_reasoning import thinking

_PORTABLE = {"max_tokens": "maxOutputTokens", "stop": "stopSequences"}
# Fields that a request has in any case; an option of that name would silently take the place of what was asked.
_OWN_FIELDS = {
    "contents": "Ask with the prompt, or send other contents with the option extra_body",
    "model": "Name a model with -m",
    "stream": "Turn streaming off with --no-stream",
    "systemInstruction": "Give the prompt a system prompt, or send another with the option extra_body",
    "tools": "Give the prompt tools, or send others with the option extra_body",
}
# What stands beside `generationConfig`; all else stands in it.
_BESIDE = frozenset(
    ("cachedContent", "continuationToken", "labels", "modelArmorConfig", "safetySettings", "serviceTier", "store",
     "toolConfig")
)  # fmt: skip
_THINKING = ("includeThoughts", "thinkingBudget", "thinkingLevel")
_TOOLS = ("googleSearch", "codeExecution", "urlContext", "googleMaps")


@dataclass
class OptionFields:
    """The options by their place in the request: `generation` is `generationConfig`, `beside` what stands beside it."""

    generation: dict[str, Any] = field(default_factory=dict)
    beside: dict[str, Any] = field(default_factory=dict)
    tools: list[dict[str, Any]] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)


def option_fields(options: dict[str, Any], profile: Profile, model: str, *, shown: bool = True) -> OptionFields:
    """
    The options by place, under the names of the wire: both `top_k` and `topK` are known.

    *shown* says that reasoning is to be seen. Raises OptionError for one thing that is said twice.
    """
    made = OptionFields()
    extra = options.pop("extra_body", None) or {}
    if not isinstance(extra, Mapping):
        raise OptionError(f"The option extra_body must be a JSON object, not {extra!r}")
    made.extra = dict(extra)
    reasoning = options.pop("reasoning", None)
    given = _by_wire_name(options)
    if reasoning is not None:
        for name in ("thinking_config", "thinking_level", "thinking_budget"):
            refuse_both({"reasoning": reasoning, **({name: 1} if _camel(name) in given else {})}, "reasoning", name)
    base = given.pop("generationConfig", None)
    if isinstance(base, Mapping):
        made.generation.update(base)
    think = {} if reasoning is None else thinking(reasoning, profile, model, shown=shown)
    think |= given.pop("thinkingConfig", None) or {}
    think |= {name: _value(name, given.pop(name)) for name in _THINKING if name in given}
    if think:
        made.generation["thinkingConfig"] = think
    made.tools = [{name: _tool(value)} for name in _TOOLS if (value := given.pop(name, None))]
    if given.pop("jsonObject", None):
        given.setdefault("responseMimeType", "application/json")
    for name, value in given.items():
        (made.beside if name in _BESIDE else made.generation)[name] = _value(name, value)
    return made


def merged(body: dict[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    """*body* with the fields of *extra* over its own; objects in both are merged the same way."""
    made = dict(body)
    for name, value in extra.items():
        before = made.get(name)
        made[name] = merged(before, value) if isinstance(before, dict) and isinstance(value, Mapping) else value
    return made


def _by_wire_name(options: Mapping[str, Any]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    said: dict[str, str] = {}
    for name, value in options.items():
        wire_name = _PORTABLE.get(name) or _camel(name)
        if wire_name in _OWN_FIELDS:
            raise OptionError(f"{name} is no option: every request has that field already", hint=_OWN_FIELDS[wire_name])
        if wire_name in given:
            refuse_both({said[wire_name]: 1, name: 1}, said[wire_name], name)
        given[wire_name], said[wire_name] = value, name
    return given


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)


def _value(name: str, value: Any) -> Any:
    """The value as the wire writes it: constants in capitals, lists where one may be given, settings as a list."""
    match name, value:
        case "stopSequences", str():
            return [value]
        case "thinkingLevel", str():
            return value.upper()
        case "mediaResolution", str():
            return f"MEDIA_RESOLUTION_{value.upper().removeprefix('MEDIA_RESOLUTION_')}"
        case "responseModalities", str():
            return [word.strip().upper() for word in value.split(",")]
        case "responseModalities", list() | tuple():
            return [str(word).upper() for word in value]
        case "safetySettings", Mapping() if "category" not in value:
            return [{"category": category, "threshold": threshold} for category, threshold in value.items()]
        case "safetySettings", Mapping():
            return [dict(value)]
    return value


def _tool(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}
