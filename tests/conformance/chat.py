"""A Chat Completions server."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

from .answer import Answer, Call, Picture, Refusal, Text, Thought

WIRE, PATH, DIALECT, LINES = "chat", "/v1", "openrouter", False
LACKS: frozenset[str] = frozenset()
_ENDS = {"stop": "stop", "length": "length", "filtered": "content_filter"}
_ABOUT = {"id": "chatcmpl-1", "created": 1, "model": "m-2026"}
_PLACES = {
    "temperature": ("temperature",), "max_tokens": ("max_tokens",), "top_p": ("top_p",), "stop": ("stop",),
    "seed": ("seed",), "reasoning": ("reasoning",), "schema": ("response_format", "json_schema", "schema"),
    "extra": ("extra",),
}  # fmt: skip


def whole(answer: Answer) -> dict[str, Any]:
    choice = {"index": 0, "message": _message(answer), "finish_reason": _end(answer)}
    return {**_ABOUT, "object": "chat.completion", "choices": [choice], "usage": _usage(answer)}


def events(answer: Answer) -> list[dict[str, Any]]:
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    index = 0
    for part in answer.said:
        match part:
            case Text(pieces):
                deltas += [{"content": piece} for piece in pieces]
            case Thought(pieces):
                deltas += [{"reasoning": piece, "reasoning_details": [_detail(piece)]} for piece in pieces]
                deltas.append({"reasoning_details": [{**_detail(""), "signature": part.seal}]})
            case Refusal(text):
                deltas.append({"refusal": text})
            case Picture():
                deltas.append({"images": [_picture(part)]})
            case Call(name, pieces, id):
                first = {"name": name, "arguments": pieces[0]}
                deltas.append({"tool_calls": [{"index": index, "id": id, "type": "function", "function": first}]})
                rest = [{"index": index, "function": {"arguments": piece}} for piece in pieces[1:]]
                deltas += [{"tool_calls": [more]} for more in rest]
                index += 1
    chunks = [_chunk([{"index": 0, "delta": delta, "finish_reason": None}]) for delta in deltas]
    chunks.append(_chunk([{"index": 0, "delta": {}, "finish_reason": _end(answer)}]))
    return [*chunks, {**_chunk([]), "usage": _usage(answer)}]


def failure(status: int, message: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": "an_error", "param": None, "code": f"code_{status}"}}


def failure_in_stream(message: str) -> dict[str, Any]:
    return {"error": {"message": message, "code": 502}}


def field(name: str, body: dict[str, Any]) -> Any:
    value: Any = body
    for key in _PLACES[name]:
        value = value[key]
    return value


def said(body: dict[str, Any]) -> Any:
    return _read(next(message for message in body["messages"] if message["role"] == "assistant"))


def sent_back(answer: Answer) -> Any:
    """The provider wants its `reasoning_details` as they were."""
    return _read({name: value for name, value in _message(answer).items() if name != "reasoning"})


def _read(message: dict[str, Any]) -> dict[str, Any]:
    """A message whose arguments are read: white space in them says nothing."""
    calls = [
        {**call, "function": {**call["function"], "arguments": json.loads(call["function"]["arguments"])}}
        for call in message.get("tool_calls", ())
    ]
    return {**message, "tool_calls": calls}


def _message(answer: Answer) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": None}
    for part in answer.said:
        match part:
            case Text():
                message["content"] = (message["content"] or "") + part.whole
            case Thought():
                message["reasoning"] = part.whole
                message["reasoning_details"] = [{**_detail(part.whole), "signature": part.seal}]
            case Refusal(text):
                message["refusal"] = text
            case Picture():
                message.setdefault("images", []).append(_picture(part))
            case Call(name, _, id):
                function = {"name": name, "arguments": part.whole}
                message.setdefault("tool_calls", []).append({"id": id, "type": "function", "function": function})
    return message


def _detail(text: str) -> dict[str, Any]:
    return {"type": "reasoning.text", "text": text, "format": "anthropic-claude-v1", "index": 0}


def _picture(part: Picture) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": data_url(part)}}


def data_url(part: Picture) -> str:
    return f"data:image/png;base64,{b64encode(part.content).decode()}"


def _end(answer: Answer) -> str:
    return "tool_calls" if answer.calls else _ENDS[answer.end]


def _usage(answer: Answer) -> dict[str, Any]:
    taken, given = answer.usage
    return {
        "prompt_tokens": taken, "completion_tokens": given, "total_tokens": taken + given,
        "prompt_tokens_details": {"cached_tokens": answer.cached},
        "completion_tokens_details": {"reasoning_tokens": answer.reasoning},
    }  # fmt: skip


def _chunk(choices: list[dict[str, Any]]) -> dict[str, Any]:
    return {**_ABOUT, "object": "chat.completion.chunk", "choices": choices}
