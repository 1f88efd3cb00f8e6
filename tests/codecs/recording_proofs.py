"""
What is known of every recorded exchange, for each wire: who answered it, what it must decode to, and how to cut it.

A wire is a row of `WIRES`. What all of them have in common (words, calls, why it ended, errors) is checked here once;
a row adds what only its own replies say: token counts, opaque data, what the provider ran, the payload in the trace.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from anthropic_replies import ENDPOINT as ANTHROPIC
from codec_replies import Reply, decode, decode_whole
from gemini_replies import ENDPOINT as GEMINI
from ollama_exchanges import OLLAMA, ollama_exchanges
from recorded_requests import endpoint_of

from llm._codecs.codec import Codec
from llm._codecs.wires import codec
from llm._domain.endpoint import Endpoint
from llm._domain.event import UsageEvent
from llm._domain.part import ReasoningPart, TextPart
from llm.errors import ProviderError
from wire import Exchange, exchanges, parameters

FULL = os.environ.get("LLM_PROOF") == "full"
CUTS = 100 if FULL else 3

_SSE_TYPES = ("", "text/event-stream", "application/json")
_SIZES = (1, 2, 3, 7, 20, 100, 500, 4000)


@dataclass(frozen=True)
class Wire:
    """
    A wire with its recordings.

    `check` looks at what only replies of this wire hold, `check_payload` at what the trace keeps of one. `types` are
    content types under which a stream is known by its first bytes, `line_ends` what ends a line beside a newline.
    """

    name: str
    exchanges: list[Exchange]
    endpoint: Callable[[Exchange], Endpoint]
    check: Callable[[Reply, dict[str, Any]], None]
    check_payload: Callable[[Reply, Exchange], None]
    types: tuple[str, ...] = _SSE_TYPES
    line_ends: tuple[bytes, ...] = (b"\r\n", b"\r")

    @property
    def codec(self) -> Codec:
        return codec(self.name)

    def decode(self, exchange: Exchange, chunks: Any = None) -> Reply:
        """What the decoder makes of the reply: of its *chunks*, else of the body at once."""
        endpoint = self.endpoint(exchange)
        if chunks is None and not exchange.is_stream:
            return decode_whole(exchange.body, endpoint, codec=self.codec)
        return decode([exchange.body] if chunks is None else chunks, endpoint, codec=self.codec)

    def check_reply(self, reply: Reply, expected: dict[str, Any]) -> None:
        """The reply is what the recording says that it is."""
        said = expected.get("think_tags") or expected
        assert reply.text == said["text"]
        assert reply.reasoning == (said["reasoning"] or "")
        assert reply.refusal == (expected.get("refusal") or "")
        own = [call for call in reply.calls if not call.server_executed]
        assert [{"name": call.name, "arguments": dict(call.arguments), "id": call.tool_call_id} for call in own] == [
            {name: call[name] for name in ("name", "arguments", "id")} for call in expected["tool_calls"]
        ]
        self.check(reply, expected)
        if expected["error"]:
            assert reply.finish is None
            check_error(reply.error, expected["error"])
            return
        assert reply.error is None
        assert reply.finish is not None
        reason = expected["finish_reason"]
        assert reply.finish.raw == (expected.get("block_reason") if reason is None else reason)


def check_error(error: object, expected: dict[str, Any]) -> None:
    """Status, type, code and message are those of the recording."""
    assert isinstance(error, ProviderError)
    assert error.status == expected["status"]
    assert error.type == expected.get("type")
    assert error.code == expected.get("code")
    assert expected["message"] in str(error)


def pieces(body: bytes, choose: random.Random) -> Iterator[bytes]:
    """The bytes in pieces of random length."""
    at = 0
    while at < len(body):
        size = choose.choice(_SIZES)
        yield body[at : at + size]
        at += size


def cases(kind: Callable[[Exchange], bool], *names: str) -> list[Any]:
    """Parameters `wire, exchange`: the exchanges of this kind, of all wires or of those with these *names*."""
    found = []
    for wire in WIRES:
        if not names or wire.name in names:
            for value in parameters([item for item in wire.exchanges if kind(item)]):
                found.append(pytest.param(wire, *value.values, id=f"{wire.name}-{value.id}", marks=value.marks))
    return found


def failed(exchange: Exchange) -> bool:
    return bool(exchange.response["status"] >= 400)


def answered(exchange: Exchange) -> bool:
    return not failed(exchange)


def streamed(exchange: Exchange) -> bool:
    return exchange.is_stream and answered(exchange)


def handy(exchange: Exchange) -> bool:
    """Streams that are read byte by byte: the long ones in the full form only."""
    return streamed(exchange) and (FULL or len(exchange.body) < 20_000)


def _blob(text: str) -> dict[str, Any]:
    return {"len": len(text), "sha256": hashlib.sha256(text.encode()).hexdigest()[:16]}


def _kept(part: Any, source: str, name: str) -> dict[str, Any]:
    """What a part keeps of its wire."""
    of_source = (getattr(part, "provider_metadata", None) or {}).get(source) or {}
    kept: dict[str, Any] = of_source.get(name) or {}
    return kept


def _check_counts(reply: Reply, counts: dict[str, Any], *, beside: tuple[str, ...] = ()) -> None:
    """The token counts; those *beside* are part of our input, and no part of the provider's."""
    usage = reply.usage
    assert usage is not None
    assert usage.input == counts["input"] + sum(counts.get(name) or 0 for name in beside)
    assert usage.output == counts["output"]
    assert (usage.cached, usage.reasoning) == (counts.get("cached_input"), counts.get("reasoning"))


def _check_chat(reply: Reply, expected: dict[str, Any]) -> None:
    executed = [call.name for call in reply.calls if call.server_executed]
    assert executed == [call["type"] for call in expected["server_tool_calls"]]
    if counts := expected["usage"]:
        _check_counts(reply, counts)
        details = reply.usage.details or {} if reply.usage else {}
        if "cache_write" in counts:
            assert details["prompt_tokens_details"]["cache_write_tokens"] == counts["cache_write"]
        if "server_tools" in counts:
            assert details["server_tool_use_details"] == counts["server_tools"]
        assert reply.events[-1 if expected["error"] else -2].__class__ is UsageEvent
    else:
        assert reply.usage is None
    found = [
        {"kind": f"reasoning_details.{name}", **_blob(value)}
        for block in _chat_opaque(reply, "reasoning_details")
        for name, value in block.items()
        if name in ("signature", "data") and value
    ]
    assert found == expected.get("opaque", [])
    if not expected["error"]:
        citations = [item for item in _chat_opaque(reply, "annotations") if item["type"] == "url_citation"]
        assert len(citations) == expected.get("citations", 0)


def _chat_opaque(reply: Reply, name: str) -> list[Any]:
    """The values of this opaque field in all parts, which are under one provider's name."""
    metadata = [getattr(part, "provider_metadata", None) or {} for part in reply.parts]
    return [value for fields in metadata for one in fields.values() for value in one.get(name, [])]


def _check_chat_payload(reply: Reply, exchange: Exchange) -> None:
    assert reply.trace.model
    if exchange.is_stream:
        assert len(json.dumps(reply.trace.raw)) <= max(4000, len(exchange.body) // 2)
        assert reply.trace.raw["choices"][0]["index"] == 0
    else:
        assert reply.trace.raw == exchange.response["body"]


_OPENAI = Endpoint("openai", base_url="https://provider.test/v1", wire="responses", dialect="openai")


def _check_responses(reply: Reply, expected: dict[str, Any]) -> None:
    kept = [_kept(part, "openai", "responses") for part in reply.parts]
    executed = [_kept(call, "openai", "responses")["item"] for call in reply.calls if call.server_executed]
    assert [(item["type"], item.get("id")) for item in executed] == [
        (call["type"], call.get("id")) for call in expected["server_tool_calls"]
    ]
    if counts := expected["usage"]:
        _check_counts(reply, counts)
    else:
        assert reply.usage is None
    blobs = [_blob(fields["item"]["encrypted_content"]) for fields in kept
             if fields.get("item", {}).get("encrypted_content")]  # fmt: skip
    wanted = expected.get("opaque_item_done") or expected.get("opaque", [])
    assert blobs == [{name: blob[name] for name in ("len", "sha256")} for blob in wanted]
    if not expected["error"]:
        annotations = [item for fields in kept for item in fields.get("part", {}).get("annotations", ())]
        assert len(annotations) == expected.get("citations", len(annotations))


def _check_responses_payload(reply: Reply, exchange: Exchange) -> None:
    if exchange.is_stream:
        assert len(json.dumps(reply.trace.raw)) <= max(6000, len(exchange.body) // 2)
    else:
        assert reply.trace.raw == exchange.response["body"]


def _check_anthropic(reply: Reply, expected: dict[str, Any]) -> None:
    if "text_parts" in expected:
        assert [part.text for part in reply.parts if isinstance(part, TextPart) and part.text] == expected["text_parts"]
    if "reasoning_parts" in expected:
        said = [part.text for part in reply.parts if isinstance(part, ReasoningPart) and part.text]
        assert said == expected["reasoning_parts"]
    assert [
        {"type": _kept(call, "acme", "anthropic")["type"], "id": call.tool_call_id, "name": call.name,
         "arguments": dict(call.arguments)}
        for call in reply.calls if call.server_executed
    ] == [
        {name: call[name] for name in ("type", "id", "name", "arguments")} for call in expected["server_tool_calls"]
    ]  # fmt: skip
    _check_anthropic_opaque(reply, expected)
    if expected["error"]:
        return
    assert reply.trace.raw.get("stop_sequence") == expected.get("stop_sequence")
    counts, usage = expected["usage"], reply.usage
    _check_counts(reply, counts, beside=("cached_input", "cache_write"))
    assert usage is not None
    assert usage.cache_write == counts.get("cache_write")
    if "server_tools" in counts:
        told = {name: count for name, count in (usage.details or {})["server_tool_use"].items() if count}
        assert told == {name: count for name, count in counts["server_tools"].items() if count}
    assert reply.events[-2].__class__ is UsageEvent


def _check_anthropic_opaque(reply: Reply, expected: dict[str, Any]) -> None:
    blocks = [(part, _kept(part, "acme", "anthropic")) for part in reply.parts]
    assert [
        {"kind": f"{kept['type']}.{name}", **_blob(kept[name])}
        for part, kept in blocks
        for name in ("signature", "data")
        if isinstance(part, ReasoningPart) and kept.get(name)
    ] == expected.get("opaque", [])
    assert sum(len(kept.get("citations", ())) for _, kept in blocks) == expected.get("citations", 0)
    compactions = sum(kept.get("type") == "compaction" for _, kept in blocks)
    assert compactions == expected.get("compaction_blocks", 0)


def _check_anthropic_payload(reply: Reply, exchange: Exchange) -> None:
    assert reply.trace.model
    assert str(reply.trace.request_id).startswith("msg_")
    if exchange.is_stream:
        assert len(json.dumps(reply.trace.raw)) <= 4000
        assert reply.trace.raw["content"] == []
        assert reply.trace.raw["stop_reason"] == exchange.expected["finish_reason"]
    else:
        assert reply.trace.raw == exchange.response["body"]


def _check_gemini(reply: Reply, expected: dict[str, Any]) -> None:
    if "reasoning_parts" in expected:
        assert [p.text for p in reply.parts if isinstance(p, ReasoningPart)] == expected["reasoning_parts"]
    raw = (reply.trace.raw.get("candidates") or [{}])[0]
    assert raw.get("finishMessage") == expected.get("finish_message")
    executed = [call for call in reply.calls if call.server_executed]
    for call, known in zip(executed, expected["server_tool_calls"], strict=True):
        assert call.name == known.get("tool_type", "code_execution").lower()
        assert call.tool_call_id == known.get("id", call.tool_call_id)
        assert call.arguments.get("language") == known.get("language")
    counts, usage = expected["usage"], reply.usage
    said = counts.get("output", 0) + counts.get("reasoning", 0)
    _check_counts(reply, {**counts, "output": said}, beside=("tool_use_input",))
    assert usage is not None
    assert (usage.details or {}).get("toolUsePromptTokenCount") == counts.get("tool_use_input")
    assert isinstance(reply.events[-2], UsageEvent)
    kept = [_kept(part, "acme", "gemini") for part in reply.parts]
    signatures = [fields.get("part", fields).get("thoughtSignature") for fields in kept]
    assert [{"kind": "thoughtSignature", **_blob(value)} for value in signatures if value] == expected.get("opaque", [])
    grounding: dict[str, Any] = next((f["groundingMetadata"] for f in kept if "groundingMetadata" in f), {})
    assert sorted(grounding.get("webSearchQueries", [])) == expected.get("web_search_queries", [])


def _check_gemini_payload(reply: Reply, exchange: Exchange) -> None:
    assert reply.trace.model == exchange.request["path"].rpartition("/")[2].partition(":")[0]
    assert reply.trace.request_id
    if exchange.is_stream:
        assert "content" not in reply.trace.raw["candidates"][0]
        assert reply.trace.raw["candidates"][0]["finishReason"] == exchange.expected["finish_reason"]
    else:
        assert reply.trace.raw == exchange.response["body"]


def _check_ollama(reply: Reply, expected: dict[str, Any]) -> None:
    assert not [call for call in reply.calls if call.server_executed]
    if counts := expected["usage"]:
        _check_counts(reply, counts)
        assert reply.events[-2].__class__ is UsageEvent
    else:
        assert reply.usage is None


def _check_ollama_payload(reply: Reply, exchange: Exchange) -> None:
    if exchange.expected["error"]:
        return
    assert reply.trace.model
    if exchange.is_stream:
        last = json.loads(exchange.body.strip().rpartition(b"\n")[2])
        assert {**reply.trace.raw, "message": None} == {**last, "message": None}
        assert "content" not in reply.trace.raw["message"]
    else:
        assert reply.trace.raw == exchange.response["body"]


WIRES = (
    Wire("chat", exchanges("openai-chat*"), endpoint_of, _check_chat, _check_chat_payload),
    Wire("responses", exchanges("openai-responses"), lambda _: _OPENAI, _check_responses, _check_responses_payload),
    Wire("anthropic", exchanges("anthropic-messages"), lambda _: ANTHROPIC, _check_anthropic, _check_anthropic_payload),
    Wire("gemini", exchanges("gemini"), lambda _: GEMINI, _check_gemini, _check_gemini_payload),
    Wire(
        "ollama",
        ollama_exchanges() + exchanges("ollama*"),
        lambda _: OLLAMA,
        _check_ollama,
        _check_ollama_payload,
        types=(),  # the first bytes of JSON lines are those of one JSON document
        line_ends=(b"\r\n",),
    ),
)
