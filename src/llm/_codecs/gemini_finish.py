"""Why Gemini ended an answer, in the vocabulary of all wires."""

from __future__ import annotations

from .._domain.event import FinishReason

_REASONS: dict[str, FinishReason] = {
    "STOP": "stop",
    "MAX_TOKENS": "length",
    "CONTINUATION": "length",
    "SAFETY": "content_filter",
    "RECITATION": "content_filter",
    "BLOCKLIST": "content_filter",
    "PROHIBITED_CONTENT": "content_filter",
    "SPII": "content_filter",
    "IMAGE_SAFETY": "content_filter",
    "IMAGE_PROHIBITED_CONTENT": "content_filter",
    "IMAGE_RECITATION": "content_filter",
    "MODEL_ARMOR": "content_filter",
    "ESCALATION": "content_filter",
    "MALFORMED_FUNCTION_CALL": "error",
    "MALFORMED_RESPONSE": "error",
    "UNEXPECTED_TOOL_CALL": "error",
    "TOO_MANY_TOOL_CALLS": "error",
    "MISSING_THOUGHT_SIGNATURE": "error",
    "PUP_LIMITED_DISABLED": "error",
}
# A call is there to be answered, if only with the news that there is no such tool.
_MAY_CALL = ("STOP", "UNEXPECTED_TOOL_CALL")


def finish_reason(raw: str | None, *, called: bool) -> FinishReason:
    """The reason that Google's word stands for; it ends an answer that calls functions with STOP."""
    word = (raw or "STOP").upper()
    if called and word in _MAY_CALL:
        return "tool_calls"
    return _REASONS.get(word, "other")
