"""The options of a prompt as fields and headers of a request to Anthropic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._domain.portable import refuse_both
from .._domain.profile import Profile
from ..errors import OptionError
from .anthropic_reasoning import default_max_tokens, reasoning_fields

# Fields that come from elsewhere in the prompt; an option of that name would silently take their place.
_OWN_FIELDS = {
    "model": "Name a model with -m, or send another name with the option extra_body",
    "messages": "Ask with the prompt, or send other messages with the option extra_body",
    "stream": "Turn streaming off with --no-stream, or send another value with the option extra_body",
    "system": "Give a system prompt, or send another value with the option extra_body",
    "tools": "Give tools, raw ones as llm.ServerSideTool({...}), or use the option extra_body",
}
_HEADERS = {"user_profile_id": "anthropic-user-profile-id", "workspace_id": "anthropic-workspace-id"}
_CHOICES = {"auto": "auto", "any": "any", "none": "none", "required": "any"}


@dataclass(frozen=True, slots=True)
class Settings:
    """
    What the options of a prompt come to.

    `fields` go into the body, `extra` (of `extra_body`) over everything in it, `headers` and `betas` into the
    headers. `cache` is the mark that the stable prefix gets (None: no marks), `eager` asks for the arguments of tools
    piece by piece and unchecked, `notes` say what became of options that the wire cannot carry as they are.
    """

    fields: dict[str, Any]
    extra: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    betas: tuple[str, ...] = ()
    cache: dict[str, str] | None = None
    eager: bool = False
    notes: tuple[str, ...] = ()


def settings(options: dict[str, Any], model: str, profile: Profile, stream: bool) -> Settings:
    """
    The options under the names of the wire; those by the provider's own names are passed on as they are.

    Raises OptionError for what the wire has no field for, and for an option that is given by two names.
    """
    options = dict(options)
    for name, hint in _OWN_FIELDS.items():
        if name in options:
            raise OptionError(f"{name} is no option: every request has that field already", hint=hint)
    if "seed" in options:
        raise OptionError("Anthropic takes no seed: its sampling cannot be repeated", hint="Leave the option seed out")
    extra = options.pop("extra_body", None) or {}
    if not isinstance(extra, Mapping):
        raise OptionError(f"The option extra_body must be a JSON object, not {extra!r}")
    betas = _names(options.pop("betas", None))
    headers = {header: str(options.pop(name)) for name, header in _HEADERS.items() if name in options}
    cache = _cache_mark(options.pop("cache", True))
    eager = bool(options.pop("eager_input_streaming", False))
    _rename(options)
    notes = _reason(options, model, profile)
    options.setdefault("max_tokens", default_max_tokens(profile, stream, options.get("thinking")))
    if "cache_control" in options:  # the provider then sets its own mark
        cache = None
    return Settings(options, dict(extra), headers, betas, cache, eager, notes)


def _rename(options: dict[str, Any]) -> None:
    """Give options the place that they have on the wire."""
    refuse_both(options, "stop", "stop_sequences")
    if "stop" in options:
        stop = options.pop("stop")
        options["stop_sequences"] = [stop] if isinstance(stop, str) else stop
    choice = options.get("tool_choice")
    if isinstance(choice, str):
        kind = _CHOICES.get(choice)
        options["tool_choice"] = {"type": kind} if kind else {"type": "tool", "name": choice}


def _reason(options: dict[str, Any], model: str, profile: Profile) -> tuple[str, ...]:
    """Put the fields for reasoning into the options; the notes on them."""
    for own in ("thinking", "effort"):
        refuse_both(options, "reasoning", own)
    effort = options.pop("effort", None)
    config = options.pop("output_config", None) or {}
    if not isinstance(config, Mapping):
        raise OptionError(f"The option output_config must be a JSON object, not {config!r}")
    if effort is not None:
        if "effort" in config:
            raise OptionError("effort is given twice, once inside output_config", hint="Give one of them")
        config = {**config, "effort": effort}
    notes: tuple[str, ...] = ()
    if (value := options.pop("reasoning", None)) is not None:
        fields, notes = reasoning_fields(value, model, profile, options.get("max_tokens"))
        config = {**fields.pop("output_config", {}), **config}
        options |= fields
    if config:
        options["output_config"] = dict(config)
    return notes


def _names(value: Any) -> tuple[str, ...]:
    """Names of betas, from a list or from a text with commas."""
    values = value.split(",") if isinstance(value, str) else value or ()
    if not isinstance(values, list | tuple) or not all(isinstance(name, str) for name in values):
        raise OptionError(f"The option betas must be a list of names, not {value!r}")
    return tuple(name for name in map(str.strip, values) if name)


def _cache_mark(value: Any) -> dict[str, str] | None:
    """What marks a place up to which a prompt is cached; the option is true, false, or how long: `5m` or `1h`."""
    if value in ("5m", "1h"):
        return {"type": "ephemeral", "ttl": value}
    on = str(value).lower() in ("true", "1", "on", "yes")
    if not on and str(value).lower() not in ("false", "0", "off", "no", "none"):
        raise OptionError(f"The option cache must be true, false, 5m or 1h, not {value!r}")
    return {"type": "ephemeral"} if on else None
