"""A server of OpenAI's Responses API."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from .answer import Answer, Call, Picture, Refusal, Said, Text, Thought

WIRE, PATH, DIALECT, LINES = "responses", "/v1", "openai", False
LACKS = frozenset({"stop", "seed"})
_PLACES = {
    "temperature": ("temperature",), "max_tokens": ("max_output_tokens",), "top_p": ("top_p",),
    "reasoning": ("reasoning",), "schema": ("text", "format", "schema"), "extra": ("extra",),
}  # fmt: skip
_ABOUT = {"id": "resp_1", "object": "response", "created_at": 1, "model": "m-2026", "parallel_tool_calls": True}


def whole(answer: Answer) -> dict[str, Any]:
    items = [_item(number, part) for number, part in enumerate(answer.said)]
    reason = {"length": "max_output_tokens", "filtered": "content_filter"}.get(answer.end)
    taken, given = answer.usage
    usage = {
        "input_tokens": taken, "output_tokens": given, "total_tokens": taken + given,
        "input_tokens_details": {"cached_tokens": answer.cached},
        "output_tokens_details": {"reasoning_tokens": answer.reasoning},
    }  # fmt: skip
    about = {**_ABOUT, "status": "incomplete" if reason else "completed", "output": items, "usage": usage}
    return {**about, "incomplete_details": {"reason": reason} if reason else None}


def events(answer: Answer) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = [{"type": "response.created", "response": {**_ABOUT, "status": "in_progress"}}]
    for number, part in enumerate(answer.said):
        item = _item(number, part)
        made.append({"type": "response.output_item.added", "output_index": number, "item": _begun(item)})
        place = {"output_index": number, "item_id": item["id"]}
        made += _deltas(part, place)
        made.append({"type": "response.output_item.done", "output_index": number, "item": item})
    full = whole(answer)
    made.append({"type": f"response.{full['status']}", "response": full})
    return [{**event, "sequence_number": number} for number, event in enumerate(made)]


def failure(status: int, message: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": "an_error", "param": None, "code": f"code_{status}"}}


def failure_in_stream(message: str) -> dict[str, Any]:
    return {"type": "error", "code": "server_error", "message": message, "param": None, "sequence_number": 9}


def field(name: str, body: dict[str, Any]) -> Any:
    value: Any = body
    for key in _PLACES[name]:
        value = value[key]
    return value


def said(body: dict[str, Any]) -> Any:
    return [item for item in body["input"] if item.get("role") != "user" and item["type"] != "function_call_output"]


def sent_back(answer: Answer) -> Any:
    return [_item(number, part) for number, part in enumerate(answer.said)]


def _deltas(part: Said, place: dict[str, Any]) -> list[dict[str, Any]]:
    text = {**place, "content_index": 0, "logprobs": []}
    match part:
        case Text(pieces):
            return [{"type": "response.output_text.delta", **text, "delta": piece} for piece in pieces]
        case Refusal(words):
            return [{"type": "response.refusal.delta", **place, "content_index": 0, "delta": words}]
        case Thought(pieces):
            summary = {**place, "summary_index": 0}
            return [{"type": "response.reasoning_summary_text.delta", **summary, "delta": piece} for piece in pieces]
        case Call(_, pieces, _):
            return [{"type": "response.function_call_arguments.delta", **place, "delta": piece} for piece in pieces]
    return []


def _begun(item: dict[str, Any]) -> dict[str, Any]:
    empty = {"content": [], "summary": [], "arguments": "", "result": None}
    kept = {name: value for name, value in item.items() if name != "encrypted_content"}
    return {**kept, **{name: empty[name] for name in empty if name in item}, "status": "in_progress"}


def _item(number: int, part: Said) -> dict[str, Any]:
    match part:
        case Text():
            content = {"type": "output_text", "text": part.whole, "annotations": [], "logprobs": []}
            return _message(number, content)
        case Refusal(text):
            return _message(number, {"type": "refusal", "refusal": text})
        case Thought():
            summary = [{"type": "summary_text", "text": part.whole}]
            return {"type": "reasoning", "id": f"rs_{number}", "summary": summary, "encrypted_content": part.seal}
        case Call(name, _, id):
            call = {"call_id": id, "name": name, "arguments": part.whole}
            return {"type": "function_call", "id": f"fc_{number}", "status": "completed", **call}
        case Picture(content):
            result = {"result": b64encode(content).decode(), "output_format": "png"}
            return {"type": "image_generation_call", "id": f"ig_{number}", "status": "completed", **result}


def _message(number: int, content: dict[str, Any]) -> dict[str, Any]:
    about = {"type": "message", "id": f"msg_{number}", "role": "assistant", "status": "completed"}
    return {**about, "content": [content]}
