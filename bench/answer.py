"""The answer that every measurement reads: server-sent events as OpenAI streams them."""

from __future__ import annotations

import json
from typing import Any

_CHUNK = {
    "id": "chatcmpl-BTnXyZ8v1q0pQk3w5d7f9h2j4l6n8",
    "object": "chat.completion.chunk",
    "created": 1_760_000_000,
    "model": "gpt-5.6-luna-2026-09-01",
    "service_tier": "default",
    "system_fingerprint": "fp_3f2a9c1b7e",
}
_USAGE = {"prompt_tokens": 9, "completion_tokens": 50, "total_tokens": 59}


def events(count: int) -> list[bytes]:
    """A stream with *count* pieces of text: each event as it goes over the line, with its blank line."""
    role = _event([_choice({"role": "assistant", "content": ""})])
    pieces = [_event([_choice({"content": f" word{number % 100}"})]) for number in range(count)]
    return [role, *pieces, _event([_choice({}, "stop")]), _event([], _USAGE), b"data: [DONE]\n\n"]


def _choice(delta: dict[str, str], finish: str | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}


def _event(choices: list[dict[str, Any]], usage: dict[str, int] | None = None) -> bytes:
    chunk = {**_CHUNK, "choices": choices, "usage": usage}
    return b"data: " + json.dumps(chunk, separators=(",", ":")).encode() + b"\n\n"
