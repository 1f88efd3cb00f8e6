"""The options of a prompt as Ollama has them: some stand in the request, and those of the runtime inside `options`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._domain.portable import reasoning_level, refuse_both
from ..errors import OptionError

_OWN_FIELDS = {
    "model": "Name a model with -m, or send another name with the option extra_body",
    "messages": "Ask with the prompt, or send other messages with the option extra_body",
    "stream": "Turn streaming off with --no-stream, or send another value with the option extra_body",
}
_OF_REQUEST = ("format", "keep_alive", "logprobs", "shift", "think", "top_logprobs", "truncate")
# A level of thinking is for models that know levels; others refuse it, and take true and false.
_WITH_LEVELS = "gpt-oss"


def option_fields(options: dict[str, Any], model: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The fields of the request that the options amount to, without `extra_body`, and notes. Raises OptionError."""
    for name, hint in _OWN_FIELDS.items():
        if name in options:
            raise OptionError(f"{name} is no option: every request has that field already", hint=hint)
    fields, notes = _think(options, model)
    if options.pop("json_object", None):
        refuse_both({"json_object": True, **options}, "json_object", "format")
        fields["format"] = "json"
    refuse_both(options, "max_tokens", "num_predict")
    fields |= {name: options.pop(name) for name in _OF_REQUEST if name in options}
    runtime = dict(options.pop("options", None) or {})
    runtime |= {"num_predict" if name == "max_tokens" else name: value for name, value in options.items()}
    if isinstance(stop := runtime.get("stop"), str):
        runtime["stop"] = [stop]
    return (fields | {"options": runtime} if runtime else fields), notes


def _think(options: dict[str, Any], model: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    refuse_both(options, "reasoning", "think")
    if "reasoning" not in options:
        return {}, ()
    level = reasoning_level(options.pop("reasoning"))
    if _WITH_LEVELS not in model:
        return {"think": level != "off"}, ()
    if level == "off":
        return {"think": "low"}, (f"reasoning: {model} cannot be kept from it, so that it is low",)
    return {"think": level}, ()


def merged(body: dict[str, Any], extra: Any) -> dict[str, Any]:
    """The request with the fields of `extra_body` over all others; those inside `options` one by one."""
    if not isinstance(extra, Mapping):
        raise OptionError(f"The option extra_body must be a JSON object, not {extra!r}")
    result = {**body, **extra}
    if isinstance(body.get("options"), dict) and isinstance(extra.get("options"), Mapping):
        result["options"] = {**body["options"], **extra["options"]}
    return result
