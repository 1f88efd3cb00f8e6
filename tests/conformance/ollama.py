"""A server of Ollama's own API."""

from __future__ import annotations

import json
from typing import Any

from .answer import Answer, Call, Said, Text, Thought

WIRE, PATH, DIALECT, LINES = "ollama", "", "compatible", True
LACKS = frozenset(
    {"fragments", "refusal", "filtered", "picture", "cached tokens", "reasoning tokens", "seal", "attachment type"}
)
_ABOUT = {"model": "m-2026", "created_at": "2026-11-01T10:00:00Z"}
_PLACES = {
    "temperature": ("options", "temperature"), "max_tokens": ("options", "num_predict"), "top_p": ("options", "top_p"),
    "stop": ("options", "stop"), "seed": ("options", "seed"), "reasoning": ("think",), "schema": ("format",),
    "extra": ("extra",),
}  # fmt: skip


def whole(answer: Answer) -> dict[str, Any]:
    return {**_ABOUT, "message": _message(answer), **_done(answer)}


def events(answer: Answer) -> list[dict[str, Any]]:
    said = [{"role": "assistant", "content": "", **piece} for part in answer.said for piece in _pieces(part)]
    made: list[dict[str, Any]] = [{**_ABOUT, "message": message, "done": False} for message in said]
    return [*made, {**_ABOUT, "message": {"role": "assistant", "content": ""}, **_done(answer)}]


def failure(status: int, message: str) -> dict[str, Any]:
    return {"error": message}


def failure_in_stream(message: str) -> dict[str, Any]:
    return {"error": message}


def field(name: str, body: dict[str, Any]) -> Any:
    value: Any = body
    for key in _PLACES[name]:
        value = value[key]
    return value


def said(body: dict[str, Any]) -> Any:
    return next(message for message in body["messages"] if message["role"] == "assistant")


def sent_back(answer: Answer) -> Any:
    return _message(answer)


def _pieces(part: Said) -> list[dict[str, Any]]:
    match part:
        case Text(pieces):
            return [{"content": piece} for piece in pieces]
        case Thought(pieces):
            return [{"thinking": piece} for piece in pieces]
        case Call():
            return [{"tool_calls": [_call(part)]}]
    raise AssertionError(part)


def _message(answer: Answer) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": ""}
    for part in answer.said:
        match part:
            case Text():
                message["content"] += part.whole
            case Thought():
                message["thinking"] = message.get("thinking", "") + part.whole
            case Call():
                message.setdefault("tool_calls", []).append(_call(part))
    return message


def _call(call: Call) -> dict[str, Any]:
    return {"id": call.id, "function": {"name": call.name, "arguments": json.loads(call.whole)}}


def _done(answer: Answer) -> dict[str, Any]:
    taken, given = answer.usage
    end = "length" if answer.end == "length" else "stop"
    return {"done": True, "done_reason": end, "prompt_eval_count": taken, "eval_count": given}
