"""The options of a prompt as fields of a request for the Responses API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._domain.portable import reasoning_level, refuse_both
from .._domain.profile import Profile
from ..errors import OptionError
from .chat_schema import response_format

_OWN_FIELDS = {
    "model": "Name a model with -m, or send another name with the option extra_body",
    "input": "Ask with the prompt, or send another input with the option extra_body",
    "stream": "Turn streaming off with --no-stream, or send another value with the option extra_body",
}
_CHAT_ONLY = ("frequency_penalty", "logit_bias", "presence_penalty", "seed", "stop")
_ENCRYPTED = "reasoning.encrypted_content"


def option_fields(options: dict[str, Any], schema: Mapping[str, Any] | None, profile: Profile) -> dict[str, Any]:
    """The fields of the request that the options and the schema amount to, without `extra_body`."""
    for name, hint in _OWN_FIELDS.items():
        if name in options:
            raise OptionError(f"{name} is no option: every request has that field already", hint=hint)
    options.pop("chat_completions", None)
    for name in _CHAT_ONLY:
        if name in options:
            raise OptionError(f"The Responses API has no {name}", hint="Ask over the other API: -o chat_completions 1")
    refuse_both(options, "max_tokens", "max_output_tokens")
    fields: dict[str, Any] = {"store": options.pop("store", False)}
    if "max_tokens" in options:
        fields["max_output_tokens"] = options.pop("max_tokens")
    if reasoning := _reasoning(options, profile):
        fields["reasoning"] = reasoning
    if text := _text(options, schema):
        fields["text"] = text
    if not fields["store"] and profile.reasoning is not None:
        # Without a store the provider forgets its reasoning; encrypted, it goes back with the next turn.
        fields["include"] = list(dict.fromkeys([*(options.pop("include", None) or ()), _ENCRYPTED]))
    return {**fields, **options}


def _reasoning(options: dict[str, Any], profile: Profile) -> dict[str, Any]:
    refuse_both(options, "reasoning", "reasoning_effort")
    given = options.pop("reasoning", None)
    fields: dict[str, Any] = dict(given) if isinstance(given, Mapping) else {}
    if given is not None and not isinstance(given, Mapping):
        fields["effort"] = _effort(reasoning_level(given), profile)
    for option, name in (("reasoning_effort", "effort"), ("reasoning_summary", "summary")):
        if option in options:
            fields[name] = options.pop(option)
    return fields


def _effort(level: str, profile: Profile) -> str:
    """The level as an effort; where a model cannot be kept from reasoning, `off` is the least that it knows."""
    declared = profile.options.by_name.get("reasoning_effort")
    efforts = declared.choices if declared else ()
    if level != "off":
        return level
    return next((effort for effort in ("none", "minimal", "low") if not efforts or effort in efforts), "none")


def _text(options: dict[str, Any], schema: Mapping[str, Any] | None) -> dict[str, Any]:
    """How the text of the answer is: its format, and how much there is of it."""
    fields = dict(options.pop("text", None) or {})
    if "verbosity" in options:
        fields["verbosity"] = options.pop("verbosity")
    if options.pop("json_object", None):
        fields["format"] = {"type": "json_object"}
    if schema is not None:
        described = response_format(schema)["json_schema"]
        fields["format"] = {"type": "json_schema", "strict": False, **described}
    return fields
