"""Every recorded exchange of Chat Completions decodes to what its provider's own SDK makes of it."""

from __future__ import annotations

import hashlib
import json
import os
import random
from collections.abc import Iterator
from typing import Any

import pytest
from codec_replies import Reply, decode, decode_whole
from recorded_requests import endpoint_of

from llm._codecs import chat
from llm._domain.event import UsageEvent
from llm.errors import ProviderError
from wire import Exchange, exchanges, parameters

FULL = os.environ.get("LLM_PROOF") == "full"

EXCHANGES = exchanges("openai-chat*")
FAILED = [item for item in EXCHANGES if item.response["status"] >= 400]
ANSWERED = [item for item in EXCHANGES if item.response["status"] < 400]
STREAMED = [item for item in ANSWERED if item.is_stream]


@pytest.mark.parametrize("exchange", parameters(ANSWERED))
def test_decodes_to_what_was_expected(exchange: Exchange) -> None:
    """Text, reasoning, calls, finish reason, usage, refusal, error and opaque data are those of the recording."""
    endpoint = endpoint_of(exchange)
    reply = decode([exchange.body], endpoint) if exchange.is_stream else decode_whole(exchange.body, endpoint)
    _check(reply, exchange.expected)


@pytest.mark.parametrize("exchange", parameters(ANSWERED))
def test_is_told_apart_by_its_first_bytes(exchange: Exchange) -> None:
    """A stream is known as one, and a whole reply as none, whatever the content type says."""
    for content_type in ("", exchange.response["content_type"], "text/event-stream", "application/json"):
        if exchange.is_stream or content_type != "text/event-stream":
            assert chat.looks_like_stream(content_type, exchange.body[:16]) is exchange.is_stream


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(100 if FULL else 3))
@pytest.mark.parametrize("exchange", parameters(STREAMED))
def test_decodes_the_same_wherever_the_bytes_are_cut(exchange: Exchange, seed: int) -> None:
    """Pieces of random length give the same answer and the same payload as the whole stream at once."""
    endpoint = endpoint_of(exchange)
    reply = decode(_pieces(exchange.body, random.Random(seed)), endpoint)
    _check(reply, exchange.expected)
    at_once = decode([exchange.body], endpoint)
    assert reply.events == at_once.events
    assert reply.trace == at_once.trace


@pytest.mark.parametrize("exchange", parameters([item for item in STREAMED if len(item.body) < 20_000]))
def test_decodes_the_same_byte_by_byte(exchange: Exchange) -> None:
    """A stream that comes a byte at a time gives the same answer."""
    endpoint = endpoint_of(exchange)
    reply = decode((bytes([byte]) for byte in exchange.body), endpoint)
    _check(reply, exchange.expected)
    assert reply.events == decode([exchange.body], endpoint).events


@pytest.mark.parametrize("exchange", parameters(STREAMED))
def test_decodes_the_same_with_other_line_ends(exchange: Exchange) -> None:
    """CRLF and CR end lines as well as LF does, also when they are cut in two."""
    endpoint = endpoint_of(exchange)
    plain = exchange.body.replace(b"\r\n", b"\n")
    for line_end in (b"\r\n", b"\r"):
        body = plain.replace(b"\n", line_end)
        assert decode([body], endpoint).events == decode([plain], endpoint).events
        assert decode(_pieces(body, random.Random(1)), endpoint).events == decode([plain], endpoint).events


@pytest.mark.parametrize("exchange", parameters(FAILED))
def test_errors_have_the_facts_of_the_recording(exchange: Exchange) -> None:
    """Status, type, code and message are the provider's."""
    response = exchange.response
    error = chat.error(response["status"], response["headers"], exchange.body, endpoint_of(exchange))
    _check_error(error, exchange.expected["error"])


@pytest.mark.parametrize("exchange", parameters(ANSWERED))
def test_notes_who_answered(exchange: Exchange) -> None:
    """The trace has the model that answered and the provider's payload, of streams in a small form."""
    endpoint = endpoint_of(exchange)
    reply = decode([exchange.body], endpoint) if exchange.is_stream else decode_whole(exchange.body, endpoint)
    assert reply.trace.model
    if exchange.is_stream:
        assert len(json.dumps(reply.trace.raw)) <= max(4000, len(exchange.body) // 2)
        assert reply.trace.raw["choices"][0]["index"] == 0
    else:
        assert reply.trace.raw == exchange.response["body"]


def _pieces(body: bytes, choose: random.Random) -> Iterator[bytes]:
    at = 0
    while at < len(body):
        size = choose.choice((1, 2, 3, 7, 20, 100, 500, 4000))
        yield body[at : at + size]
        at += size


def _check(reply: Reply, expected: dict[str, Any]) -> None:
    said = expected.get("think_tags") or expected
    assert reply.text == said["text"]
    assert reply.reasoning == (said["reasoning"] or "")
    assert reply.refusal == (expected.get("refusal") or "")
    _check_calls(reply, expected)
    _check_usage(reply, expected)
    _check_opaque(reply, expected)
    if expected["error"]:
        assert reply.finish is None
        _check_error(reply.error, expected["error"])
        return
    assert reply.error is None
    assert reply.finish is not None
    assert reply.finish.raw == expected["finish_reason"]
    citations = [item for item in _opaque(reply, "annotations") if item["type"] == "url_citation"]
    assert len(citations) == expected.get("citations", 0)


def _check_calls(reply: Reply, expected: dict[str, Any]) -> None:
    own = [call for call in reply.calls if not call.server_executed]
    assert [
        {"name": call.name, "arguments": dict(call.arguments), "id": call.tool_call_id} for call in own
    ] == [{name: call[name] for name in ("name", "arguments", "id")} for call in expected["tool_calls"]]  # fmt: skip
    executed = [call.name for call in reply.calls if call.server_executed]
    assert executed == [call["type"] for call in expected["server_tool_calls"]]


def _check_usage(reply: Reply, expected: dict[str, Any]) -> None:
    counts = expected["usage"]
    if not counts:
        assert reply.usage is None
        return
    usage = reply.usage
    assert usage is not None
    assert (usage.input, usage.output) == (counts["input"], counts["output"])
    assert (usage.cached, usage.reasoning) == (counts.get("cached_input"), counts.get("reasoning"))
    if "cache_write" in counts:
        assert (usage.details or {})["prompt_tokens_details"]["cache_write_tokens"] == counts["cache_write"]
    if "server_tools" in counts:
        assert (usage.details or {})["server_tool_use_details"] == counts["server_tools"]
    assert reply.events[-1 if expected["error"] else -2].__class__ is UsageEvent


def _check_opaque(reply: Reply, expected: dict[str, Any]) -> None:
    found = [
        {"kind": f"reasoning_details.{name}", "len": len(value), "sha256": _digest(value)}
        for block in _opaque(reply, "reasoning_details")
        for name, value in block.items()
        if name in ("signature", "data") and value
    ]
    assert found == expected.get("opaque", [])


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _opaque(reply: Reply, name: str) -> list[Any]:
    """The values of this opaque field in all parts, which are under one provider's name."""
    found: list[Any] = []
    for part in reply.parts:
        for fields in (getattr(part, "provider_metadata", None) or {}).values():
            found += fields.get(name, [])
    return found


def _check_error(error: object, expected: dict[str, Any]) -> None:
    assert isinstance(error, ProviderError)
    assert error.status == expected["status"]
    assert error.type == expected.get("type")
    assert error.code == expected.get("code")
    assert expected["message"] in str(error)
