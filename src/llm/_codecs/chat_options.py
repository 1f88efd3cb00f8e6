"""The options of a prompt as fields of a request for Chat Completions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._domain.portable import reasoning_level, reasoning_tokens, refuse_both
from .._domain.profile import Profile
from ..errors import OptionError
from .dialects import Dialect

# Fields that a request has in any case; an option of that name would silently take the place of what was asked.
_OWN_FIELDS = {
    "model": "Name a model with -m, or send another name with the option extra_body",
    "messages": "Ask with the prompt, or send other messages with the option extra_body",
    "stream": "Turn streaming off with --no-stream, or send another value with the option extra_body",
}


def option_fields(options: dict[str, Any], row: Dialect, profile: Profile) -> dict[str, Any]:
    """The options under the names of the wire, and the fields of `extra_body` over all others."""
    for name, hint in _OWN_FIELDS.items():
        if name in options:
            raise OptionError(f"{name} is no option: every request has that field already", hint=hint)
    options.pop("chat_completions", None)
    extra = options.pop("extra_body", None) or {}
    if not isinstance(extra, Mapping):
        raise OptionError(f"The option extra_body must be a JSON object, not {extra!r}")
    fields = _reasoning(options, row, profile)
    return {_field(name, row, profile): value for name, value in options.items()} | fields | dict(extra)


def _field(name: str, row: Dialect, profile: Profile) -> str:
    """The wire's name for an option: the service's own, or the one that the model declares instead."""
    declared = profile.options.by_name
    if name == "max_tokens" and name not in declared and "max_completion_tokens" in declared:
        return "max_completion_tokens"
    return row.renames.get(name, name)


def _reasoning(options: dict[str, Any], row: Dialect, profile: Profile) -> dict[str, Any]:
    """The fields of the portable option `reasoning`; an object is a service's own, and is passed on."""
    if isinstance(options.get("reasoning"), Mapping) or "reasoning" not in options:
        return {}
    value = options.pop("reasoning")
    level = reasoning_level(value)
    match row.reasoning_option:
        case "reasoning":
            if level == "off":
                return {"reasoning": {"enabled": False}}
            return {"reasoning": {"max_tokens": value} if isinstance(value, int) else {"effort": level}}
        case "thinking":
            return {"thinking": {"type": "disabled" if level == "off" else "enabled"}}
        case "chat_template_kwargs":
            return {"chat_template_kwargs": {"enable_thinking": level != "off", "reasoning_effort": level}}
        case "enable_thinking":
            budget = {"thinking_budget": reasoning_tokens(value)} if level != "off" else {}
            return {"enable_thinking": level != "off", **budget}
        case _:
            refuse_both({"reasoning": value, **options}, "reasoning", "reasoning_effort")
            return {"reasoning_effort": _effort(level, profile)}


def _effort(level: str, profile: Profile) -> str:
    """The level as an effort; where a model cannot be kept from reasoning, `off` is the least that it knows."""
    declared = profile.options.by_name.get("reasoning_effort")
    efforts = declared.choices if declared else ()
    if level != "off":
        return level
    return next((effort for effort in ("none", "minimal", "low") if not efforts or effort in efforts), "none")
