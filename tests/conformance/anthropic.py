"""A server of Anthropic Messages."""

from __future__ import annotations

import json
from typing import Any

from .answer import Answer, Call, Refusal, Said, Text, Thought

WIRE, PATH, DIALECT, LINES = "anthropic", "", "compatible", False
LACKS = frozenset({"seed", "picture", "reasoning tokens"})
_ENDS = {"stop": "end_turn", "length": "max_tokens", "filtered": "refusal"}
_ABOUT = {"id": "msg_1", "type": "message", "role": "assistant", "model": "m-2026", "stop_sequence": None}
_PLACES = {
    "temperature": ("temperature",), "max_tokens": ("max_tokens",), "top_p": ("top_p",), "stop": ("stop_sequences",),
    "reasoning": ("thinking",), "schema": ("output_config", "format", "schema"), "extra": ("extra",),
}  # fmt: skip


def whole(answer: Answer) -> dict[str, Any]:
    content = [_block(part) for part in answer.said]
    return {**_ABOUT, "content": content, "stop_reason": _end(answer), "usage": _usage(answer)}


def events(answer: Answer) -> list[dict[str, Any]]:
    begun = {**_ABOUT, "content": [], "stop_reason": None, "usage": {**_usage(answer), "output_tokens": 1}}
    made: list[dict[str, Any]] = [{"type": "message_start", "message": begun}]
    for index, part in enumerate(answer.said):
        made.append({"type": "content_block_start", "index": index, "content_block": _begun(part)})
        made.append({"type": "ping"})
        made += [{"type": "content_block_delta", "index": index, "delta": delta} for delta in _deltas(part)]
        made.append({"type": "content_block_stop", "index": index})
    told = {"stop_reason": _end(answer), "stop_sequence": None}
    made.append({"type": "message_delta", "delta": told, "usage": {"output_tokens": answer.usage[1]}})
    return [*made, {"type": "message_stop"}]


def failure(status: int, message: str) -> dict[str, Any]:
    return {"type": "error", "error": {"type": "an_error", "message": message}, "request_id": "req_1"}


def failure_in_stream(message: str) -> dict[str, Any]:
    return {"type": "error", "error": {"type": "overloaded_error", "message": message}}


def field(name: str, body: dict[str, Any]) -> Any:
    value: Any = body
    for key in _PLACES[name]:
        value = value[key]
    return value


def said(body: dict[str, Any]) -> Any:
    blocks = next(message["content"] for message in body["messages"] if message["role"] == "assistant")
    return [{name: value for name, value in block.items() if name != "cache_control"} for block in blocks]


def sent_back(answer: Answer) -> Any:
    return [_block(part) for part in answer.said]


def _begun(part: Said) -> dict[str, Any]:
    match part:
        case Thought():
            return {"type": "thinking", "thinking": "", "signature": ""}
        case Call(name, _, id):
            return {"type": "tool_use", "id": id, "name": name, "input": {}}
    return {"type": "text", "text": ""}


def _deltas(part: Said) -> list[dict[str, Any]]:
    match part:
        case Text(pieces):
            return [{"type": "text_delta", "text": piece} for piece in pieces]
        case Refusal(text):
            return [{"type": "text_delta", "text": text}]
        case Thought(pieces):
            thinking = [{"type": "thinking_delta", "thinking": piece} for piece in pieces]
            return [*thinking, {"type": "signature_delta", "signature": part.seal}]
        case Call(_, pieces, _):
            return [{"type": "input_json_delta", "partial_json": piece} for piece in pieces]
    raise AssertionError(part)


def _block(part: Said) -> dict[str, Any]:
    match part:
        case Text():
            return {"type": "text", "text": part.whole}
        case Refusal(text):
            return {"type": "text", "text": text}
        case Thought():
            return {"type": "thinking", "thinking": part.whole, "signature": part.seal}
        case Call(name, _, id):
            return {"type": "tool_use", "id": id, "name": name, "input": json.loads(part.whole)}
    raise AssertionError(part)


def _end(answer: Answer) -> str:
    if any(isinstance(part, Refusal) for part in answer.said):
        return "refusal"
    return "tool_use" if answer.calls else _ENDS[answer.end]


def _usage(answer: Answer) -> dict[str, Any]:
    """What was read from a cache is counted apart."""
    taken, given = answer.usage
    return {"input_tokens": taken - answer.cached, "cache_read_input_tokens": answer.cached, "output_tokens": given}
