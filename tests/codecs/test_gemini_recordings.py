"""Every recorded exchange with Gemini decodes to what the vendor's own SDK makes of it."""

from __future__ import annotations

import hashlib
import os
import random
from collections.abc import Iterator
from typing import Any

import pytest
from codec_replies import Reply
from gemini_replies import ENDPOINT, decode, decoded

from llm._codecs import gemini
from llm._domain.event import UsageEvent
from llm._domain.part import ReasoningPart
from llm.errors import ProviderError
from wire import Exchange, exchanges, parameters

FULL = os.environ.get("LLM_PROOF") == "full"

EXCHANGES = exchanges("gemini")
FAILED = [item for item in EXCHANGES if item.response["status"] >= 400]
ANSWERED = [item for item in EXCHANGES if item.response["status"] < 400]
STREAMED = [item for item in ANSWERED if item.is_stream]


@pytest.mark.parametrize("exchange", parameters(ANSWERED))
def test_decodes_to_what_was_expected(exchange: Exchange) -> None:
    """Text, reasoning, calls, finish reason, usage, searches and signatures are those of the recording."""
    _check(decoded(exchange), exchange.expected)


@pytest.mark.parametrize("exchange", parameters(ANSWERED))
def test_is_told_apart_by_its_first_bytes(exchange: Exchange) -> None:
    """A stream is known as one, and a whole reply as none, whatever the content type says."""
    for content_type in ("", exchange.response["content_type"], "text/event-stream", "application/json"):
        assert gemini.looks_like_stream(content_type, exchange.body[:16]) is exchange.is_stream


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(100 if FULL else 3))
@pytest.mark.parametrize("exchange", parameters(STREAMED))
def test_decodes_the_same_wherever_the_bytes_are_cut(exchange: Exchange, seed: int) -> None:
    """Pieces of random length give the same answer and the same payload as the whole stream at once."""
    reply = decode(_pieces(exchange.body, random.Random(seed)))
    _check(reply, exchange.expected)
    at_once = decode([exchange.body])
    assert reply.events == at_once.events
    assert reply.trace == at_once.trace


@pytest.mark.parametrize("exchange", parameters([item for item in STREAMED if len(item.body) < 20_000]))
def test_decodes_the_same_byte_by_byte(exchange: Exchange) -> None:
    """A stream that comes a byte at a time gives the same answer."""
    assert decode(bytes([byte]) for byte in exchange.body).events == decode([exchange.body]).events


@pytest.mark.parametrize("exchange", parameters(STREAMED))
def test_decodes_the_same_with_other_line_ends(exchange: Exchange) -> None:
    """CRLF, CR and LF end lines alike."""
    plain = exchange.body.replace(b"\r\n", b"\n")
    for line_end in (b"\r\n", b"\r"):
        assert decode([plain.replace(b"\n", line_end)]).events == decode([plain]).events


@pytest.mark.parametrize("exchange", parameters(STREAMED))
def test_a_stream_that_is_cut_is_an_error_after_what_came(exchange: Exchange) -> None:
    """Without its last piece, which has the finish reason, a stream is not whole."""
    blocks = exchange.body.rstrip().split(b"\r\n\r\n")
    reply = decode([b"\r\n\r\n".join(blocks[:-1])])
    assert reply.finish is None
    assert reply.error is not None
    assert exchange.expected["text"].startswith(reply.text)


@pytest.mark.parametrize("exchange", parameters(FAILED))
def test_errors_have_the_facts_of_the_recording(exchange: Exchange) -> None:
    """Status, type, code and message are the provider's."""
    response, expected = exchange.response, exchange.expected["error"]
    error = gemini.error(response["status"], response["headers"], exchange.body, ENDPOINT)
    assert isinstance(error, ProviderError)
    assert (error.status, error.type, error.code) == (expected["status"], expected["type"], expected["code"])
    assert expected["message"] in str(error)


@pytest.mark.parametrize("exchange", parameters(ANSWERED))
def test_notes_who_answered(exchange: Exchange) -> None:
    """The trace has the model that answered and the provider's payload, of streams in a small form."""
    reply = decoded(exchange)
    assert reply.trace.model == exchange.request["path"].rpartition("/")[2].partition(":")[0]
    assert reply.trace.request_id
    if exchange.is_stream:
        assert "content" not in reply.trace.raw["candidates"][0]
        assert reply.trace.raw["candidates"][0]["finishReason"] == exchange.expected["finish_reason"]
    else:
        assert reply.trace.raw == exchange.response["body"]


def _pieces(body: bytes, choose: random.Random) -> Iterator[bytes]:
    at = 0
    while at < len(body):
        size = choose.choice((1, 2, 3, 7, 20, 100, 500, 4000))
        yield body[at : at + size]
        at += size


def _check(reply: Reply, expected: dict[str, Any]) -> None:
    assert reply.error is None
    assert reply.text == expected["text"]
    assert reply.reasoning == (expected["reasoning"] or "")
    if "reasoning_parts" in expected:
        assert [p.text for p in reply.parts if isinstance(p, ReasoningPart)] == expected["reasoning_parts"]
    assert reply.finish is not None
    assert reply.finish.raw == (expected["finish_reason"] or expected.get("block_reason"))
    raw = (reply.trace.raw.get("candidates") or [{}])[0]
    assert raw.get("finishMessage") == expected.get("finish_message")
    _check_calls(reply, expected)
    _check_usage(reply, expected["usage"])
    _check_opaque(reply, expected)


def _check_calls(reply: Reply, expected: dict[str, Any]) -> None:
    own = [call for call in reply.calls if not call.server_executed]
    assert [
        {"name": call.name, "arguments": dict(call.arguments), "id": call.tool_call_id} for call in own
    ] == [{name: call[name] for name in ("name", "arguments", "id")} for call in expected["tool_calls"]]  # fmt: skip
    executed = [call for call in reply.calls if call.server_executed]
    for call, known in zip(executed, expected["server_tool_calls"], strict=True):
        assert call.name == known.get("tool_type", "code_execution").lower()
        assert call.tool_call_id == known.get("id", call.tool_call_id)
        assert call.arguments.get("language") == known.get("language")


def _check_usage(reply: Reply, counts: dict[str, Any]) -> None:
    usage = reply.usage
    assert usage is not None
    assert usage.input == counts["input"] + counts.get("tool_use_input", 0)
    assert usage.output == counts.get("output", 0) + counts.get("reasoning", 0)
    assert (usage.cached, usage.reasoning) == (counts.get("cached_input"), counts.get("reasoning"))
    assert (usage.details or {}).get("toolUsePromptTokenCount") == counts.get("tool_use_input")
    assert isinstance(reply.events[-2], UsageEvent)


def _check_opaque(reply: Reply, expected: dict[str, Any]) -> None:
    kept = [((part.provider_metadata or {}).get("acme") or {}).get("gemini", {}) for part in reply.parts]
    signatures = [fields.get("part", fields).get("thoughtSignature") for fields in kept]
    assert [
        {"kind": "thoughtSignature", "len": len(value), "sha256": hashlib.sha256(value.encode()).hexdigest()[:16]}
        for value in signatures
        if value
    ] == expected.get("opaque", [])
    grounding: dict[str, Any] = next((f["groundingMetadata"] for f in kept if "groundingMetadata" in f), {})
    assert sorted(grounding.get("webSearchQueries", [])) == expected.get("web_search_queries", [])
