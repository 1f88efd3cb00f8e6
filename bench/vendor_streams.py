"""A long answer as each provider streams it; standard library only, for any Python to read."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

WORDS = ("The", " pelican", " carries", " more", " than", " its", " belly", " can", ".", " So", " it", " goes", "!\n")


def stream(wire: str, count: int) -> tuple[str, bytes]:
    """The content type and the body of an answer in *count* pieces of text."""
    pieces = [WORDS[index % len(WORDS)] for index in range(count)]
    return _CONTENT_TYPES.get(wire, "text/event-stream"), _STREAMS[wire](pieces)


def _events(events: list[dict[str, Any]], *, named: bool = False) -> bytes:
    lines = [(f"event: {event['type']}\n" if named else "") + f"data: {json.dumps(event)}\n\n" for event in events]
    return "".join(lines).encode()


def _chat(pieces: list[str]) -> bytes:
    about = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m"}

    def chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
        return {**about, "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]}

    return _events([*(chunk({"content": piece}) for piece in pieces), chunk({}, "stop")]) + b"data: [DONE]\n\n"


def _responses(pieces: list[str]) -> bytes:
    text = "".join(pieces)
    content = {"type": "output_text", "text": text, "annotations": []}
    item = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [content]}
    about = {
        "id": "resp_1", "object": "response", "created_at": 1, "model": "m", "parallel_tool_calls": True,
        "tool_choice": "auto", "tools": [],
    }  # fmt: skip
    usage = {
        "input_tokens": 1, "output_tokens": 1, "total_tokens": 2, "input_tokens_details": {"cached_tokens": 0},
        "output_tokens_details": {"reasoning_tokens": 0},
    }  # fmt: skip
    place = {"output_index": 0, "item_id": "msg_1", "content_index": 0}
    events: list[dict[str, Any]] = [
        {"type": "response.created", "response": {**about, "status": "in_progress", "output": []}},
        {"type": "response.output_item.added", "output_index": 0, "item": {**item, "content": []}},
        {"type": "response.content_part.added", **place, "part": {**content, "text": ""}},
        *({"type": "response.output_text.delta", **place, "delta": piece, "logprobs": []} for piece in pieces),
        {"type": "response.output_text.done", **place, "text": text, "logprobs": []},
        {"type": "response.content_part.done", **place, "part": content},
        {"type": "response.output_item.done", "output_index": 0, "item": item},
        {
            "type": "response.completed",
            "response": {**about, "status": "completed", "output": [item], "usage": usage},
        },
    ]
    return _events([{**event, "sequence_number": number} for number, event in enumerate(events)], named=True)


def _anthropic(pieces: list[str]) -> bytes:
    usage = {"input_tokens": 1, "output_tokens": 1}
    message: dict[str, Any] = {
        "id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": [], "stop_reason": None,
        "stop_sequence": None, "usage": usage,
    }  # fmt: skip
    deltas = [
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}} for piece in pieces
    ]
    events: list[dict[str, Any]] = [
        {"type": "message_start", "message": message},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        *deltas,
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": usage},
        {"type": "message_stop"},
    ]
    return _events(events, named=True)


def _gemini(pieces: list[str]) -> bytes:
    usage = {"promptTokenCount": 1, "candidatesTokenCount": 1, "totalTokenCount": 2}

    def chunk(piece: str, **more: Any) -> dict[str, Any]:
        candidate = {"content": {"role": "model", "parts": [{"text": piece}]}, "index": 0, **more}
        return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": "m", "responseId": "r"}

    return _events([*map(chunk, pieces[:-1]), chunk(pieces[-1], finishReason="STOP")])


def _ollama(pieces: list[str]) -> bytes:
    about = {"model": "m", "created_at": "2026-11-01T10:00:00Z"}
    lines: list[dict[str, Any]] = [
        {**about, "message": {"role": "assistant", "content": piece}, "done": False} for piece in pieces
    ]
    end = {"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop"}
    lines.append({**about, **end, "prompt_eval_count": 1, "eval_count": 1})
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


_CONTENT_TYPES = {"ollama": "application/x-ndjson"}
_STREAMS: dict[str, Callable[[list[str]], bytes]] = {
    "chat": _chat,
    "responses": _responses,
    "anthropic": _anthropic,
    "gemini": _gemini,
    "ollama": _ollama,
}
WIRES = tuple(_STREAMS)
