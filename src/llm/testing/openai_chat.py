"""Replies of an OpenAI-compatible server, sound and unsound."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .reply import Cut, Framing, Pause, Reply, Stall, Step

_ABOUT = {"id": "chatcmpl-scripted", "created": 1_750_000_000, "model": "scripted"}


def chat_stream(
    *pieces: Step | Mapping[str, Any],
    finish: str | None = "stop",
    usage: tuple[int, int] | None = None,
    done: bool = True,
    framing: Framing = "chunked",
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """
    A streamed chat completion: one server-sent event for each piece, then finish reason, usage and `[DONE]`.

    A piece of text is a delta of the answer's content; a mapping is a delta as it is, for reasoning and tool calls;
    bytes go out as they are, for what is no event; pauses, cuts and stalls are steps of the reply. `usage` is input
    and output tokens. `finish=None` and `done=False` leave these ends off.
    """
    body = [_step(piece) for piece in pieces]
    if finish is not None:
        body.append(_chunk([_choice({}, finish)]))
    if usage is not None:
        body.append(_chunk([], usage=_usage(usage)))
    if done:
        body.append(b"data: [DONE]\n\n")
    return Reply(body, headers={"Content-Type": "text/event-stream", **(headers or {})}, framing=framing)


def chat_reply(
    content: str | None,
    *,
    finish: str = "stop",
    usage: tuple[int, int] | None = None,
    message: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """A whole chat completion; `message` adds fields to the message, such as `tool_calls`."""
    whole = {"role": "assistant", "content": content, **(message or {})}
    choice = {"index": 0, "message": whole, "finish_reason": finish}
    reply = {**_ABOUT, "object": "chat.completion", "choices": [choice]}
    return json_reply(reply if usage is None else {**reply, "usage": _usage(usage)}, headers=headers)


def models_reply(*ids: str) -> Reply:
    """What `GET /v1/models` gives."""
    return json_reply({"object": "list", "data": [{"id": name, "object": "model"} for name in ids]})


def error_reply(
    status: int,
    message: str = "This error was scripted.",
    *,
    type: str | None = None,
    code: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """An error as OpenAI words it, with any HTTP status."""
    error = {"message": message, "type": type, "param": None, "code": code}
    return json_reply({"error": error}, status=status, headers=headers)


def json_reply(value: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """A JSON value, whole."""
    body = json.dumps(value, ensure_ascii=False)
    return Reply([body], status=status, headers={"Content-Type": "application/json", **(headers or {})})


def _step(piece: Step | Mapping[str, Any]) -> Step:
    match piece:
        case str():
            return _chunk([_choice({"content": piece})])
        case bytes() | Pause() | Cut() | Stall():
            return piece
        case _:
            return _chunk([_choice(piece)])


def _choice(delta: Mapping[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": dict(delta), "finish_reason": finish}


def _chunk(choices: list[dict[str, Any]], **more: Any) -> bytes:
    chunk = {**_ABOUT, "object": "chat.completion.chunk", "choices": choices, **more}
    return f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n".encode()


def _usage(counts: tuple[int, int]) -> dict[str, int]:
    taken, given = counts
    return {"prompt_tokens": taken, "completion_tokens": given, "total_tokens": taken + given}
