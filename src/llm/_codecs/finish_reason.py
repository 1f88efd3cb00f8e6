"""Why an answer ended, in one vocabulary."""

from __future__ import annotations

from .._domain.event import FinishReason

_REASONS: dict[str, FinishReason] = {
    "stop": "stop",
    "eos": "stop",
    "end_turn": "stop",
    "stop_sequence": "stop",
    "complete": "stop",
    "completed": "stop",
    "length": "length",
    "max_tokens": "length",
    "max_output_tokens": "length",
    "model_length": "length",
    "tool_calls": "tool_calls",
    "tool_use": "tool_calls",
    "function_call": "tool_calls",
    "content_filter": "content_filter",
    "safety": "content_filter",
    "sensitive": "content_filter",
    "refusal": "refusal",
    "error": "error",
    "network_error": "error",
    "insufficient_system_resource": "error",
}


def finish_reason(raw: str | None, *, called: bool, refused: bool) -> FinishReason:
    """
    The reason that the provider's word stands for; `called` and `refused` say what the answer held.

    Services end a call or a refusal with `stop`, and some end every answer without a word.
    """
    reason = _REASONS.get(raw.lower(), "other") if raw else "stop"
    if reason != "stop":
        return reason
    if refused:
        return "refusal"
    return "tool_calls" if called else "stop"
