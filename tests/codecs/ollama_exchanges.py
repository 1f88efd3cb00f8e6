"""
Exchanges with Ollama's own API, in the form of the recordings, of which it has none.

Written after the API's documentation (https://docs.ollama.com/api/chat) and the types of the `ollama` Python client.
"""

from __future__ import annotations

import json
from typing import Any

from llm._domain.endpoint import Endpoint
from wire import Exchange

OLLAMA = Endpoint("ollama", base_url="http://127.0.0.1:11434", wire="ollama", title="Ollama")

_ABOUT = {"model": "pelican:2b", "created_at": "2026-11-01T10:00:00.123456Z"}
_END = {"total_duration": 5_000_000_000, "load_duration": 1_000_000, "prompt_eval_duration": 2, "eval_duration": 3}
_COUNTS = {"prompt_eval_count": 26, "eval_count": 259}
_USAGE = {"input": 26, "output": 259}
_NOTHING: dict[str, Any] = {
    "text": "", "reasoning": None, "tool_calls": [], "server_tool_calls": [], "finish_reason": "stop",
    "usage": _USAGE, "error": None,
}  # fmt: skip


def ollama_exchanges() -> list[Exchange]:
    """Text, reasoning (by field and by tags), calls, an answer that was cut, errors; streamed and whole."""
    weather = {"function": {"name": "get_weather", "arguments": {"city": "Malmö", "days": 3}}}
    clock = {"id": "call_9", "function": {"index": 1, "name": "clock", "arguments": {}}}
    called = [
        {"name": "get_weather", "arguments": {"city": "Malmö", "days": 3}, "id": None},
        {"name": "clock", "arguments": {}, "id": "call_9"},
    ]
    words = ("Grü", "ße, 🦤", "!", "\n", " Two", " \u2028words.")
    text = "".join(words)
    thought = [{"thinking": "Let me", "content": ""}, {"thinking": " see: 🦩", "content": ""}]
    tagged = ("<th", "ink>\nLet me", " see.\n</thi", "nk>\n\n", "It", " is.")
    split = {"text": "It is.", "reasoning": "Let me see."}
    return [
        _streamed("text", [{"content": word} for word in words], text=text),
        _streamed("text-escaped", [{"content": word} for word in words], ascii_only=True, text=text),
        _streamed("thinking", [*thought, {"content": "Yes."}], text="Yes.", reasoning="Let me see: 🦩"),
        _streamed("think-tags", [{"content": piece} for piece in tagged], text="".join(tagged), think_tags=split),
        _streamed("calls", [{"content": "", "tool_calls": [weather]}, {"content": "", "tool_calls": [clock]}],
                  tool_calls=called),
        _streamed("parallel-calls", [{"content": "Both.", "tool_calls": [weather, clock]}], text="Both.",
                  tool_calls=called),
        _streamed("cut", [{"content": "On and"}], end={"done_reason": "length"}, text="On and", finish_reason="length"),
        _streamed("uncounted", [{"content": "Hi"}], counts={}, text="Hi", usage=None),
        _broken(),
        _whole("text-whole", {"content": text}, text=text),
        _whole("thinking-whole", {"thinking": "Hm 🦩", "content": "Yes."}, text="Yes.", reasoning="Hm 🦩"),
        _whole("calls-whole", {"content": "", "tool_calls": [weather, clock]}, tool_calls=called),
        _refused(404, "model 'pelican:2b' not found"),
        _refused(400, '"pelican:2b" does not support tools'),
    ]  # fmt: skip


def _streamed(
    case: str,
    said: list[dict[str, Any]],
    *,
    end: dict[str, Any] | None = None,
    counts: dict[str, int] | None = None,
    ascii_only: bool = False,
    **expected: Any,
) -> Exchange:
    documents: list[dict[str, Any]] = [
        {**_ABOUT, "message": {"role": "assistant", **one}, "done": False} for one in said
    ]
    told = {"done": True, "done_reason": "stop", **(end or {})}
    counted = (_END | _COUNTS) if counts is None else counts
    documents.append({**_ABOUT, "message": {"role": "assistant", "content": ""}, **told, **counted})
    return _exchange(case, 200, _lines(documents, ascii_only), {**_NOTHING, **expected})


def _broken() -> Exchange:
    documents = [
        {**_ABOUT, "message": {"role": "assistant", "content": "So"}, "done": False},
        {"error": "an error was encountered while running the model: CUDA error"},
    ]
    error = {"status": 200, "message": "running the model: CUDA error", "mid_stream": True}
    expected = {**_NOTHING, "text": "So", "finish_reason": None, "usage": None, "error": error}
    return _exchange("error-inside", 200, _lines(documents), expected)


def _whole(case: str, message: dict[str, Any], **expected: Any) -> Exchange:
    reply = {**_ABOUT, "message": {"role": "assistant", **message}, "done": True, "done_reason": "stop"}
    return _exchange(case, 200, {"body": reply | _END | _COUNTS}, {**_NOTHING, **expected})


def _refused(status: int, message: str) -> Exchange:
    error = {"status": status, "message": message}
    return _exchange(f"refused-{status}", status, {"body": {"error": message}}, {**_NOTHING, "error": error})


def _exchange(case: str, status: int, content: dict[str, Any], expected: dict[str, Any]) -> Exchange:
    content_type = "application/x-ndjson" if "stream" in content else "application/json; charset=utf-8"
    response = {"status": status, "content_type": content_type, "headers": {}, **content}
    return Exchange(f"ollama.{case}", 0, "ollama", {"path": "/api/chat", "body": {}}, response, expected)


def _lines(documents: list[dict[str, Any]], ascii_only: bool = False) -> dict[str, str]:
    lines = [json.dumps(one, ensure_ascii=ascii_only, separators=(",", ":")) + "\n" for one in documents]
    return {"stream": "".join(lines)}
