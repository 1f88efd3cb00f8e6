"""Every recorded exchange with Anthropic decodes to what the vendor's own SDK makes of it."""

from __future__ import annotations

import hashlib
import json
import os
import random
from collections.abc import Iterator
from typing import Any

import pytest
from anthropic_replies import ENDPOINT, decode, decode_whole
from codec_replies import Reply

from llm._codecs import anthropic
from llm._domain.event import UsageEvent
from llm._domain.part import ReasoningPart, TextPart
from llm.errors import ProviderError
from wire import Exchange, exchanges, parameters

FULL = os.environ.get("LLM_PROOF") == "full"

EXCHANGES = exchanges("anthropic-messages")
FAILED = [item for item in EXCHANGES if item.response["status"] >= 400]
ANSWERED = [item for item in EXCHANGES if item.response["status"] < 400]
STREAMED = [item for item in ANSWERED if item.is_stream]


@pytest.mark.parametrize("exchange", parameters(ANSWERED))
def test_decodes_to_what_was_expected(exchange: Exchange) -> None:
    """Text and its parts, reasoning, calls, stop reason, usage, error and opaque data are those of the recording."""
    _check(_decoded(exchange), exchange.expected)


@pytest.mark.parametrize("exchange", parameters(ANSWERED))
def test_is_told_apart_by_its_first_bytes(exchange: Exchange) -> None:
    """A stream is known as one, and a whole reply as none, whatever the content type says."""
    for content_type in ("", exchange.response["content_type"], "text/event-stream", "application/json"):
        if exchange.is_stream or content_type != "text/event-stream":
            assert anthropic.looks_like_stream(content_type, exchange.body[:16]) is exchange.is_stream


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
    reply = decode(bytes([byte]) for byte in exchange.body)
    _check(reply, exchange.expected)
    assert reply.events == decode([exchange.body]).events


@pytest.mark.parametrize("exchange", parameters(STREAMED))
def test_decodes_the_same_with_other_line_ends(exchange: Exchange) -> None:
    """CRLF and CR end lines as well as LF does, also when they are cut in two."""
    plain = exchange.body.replace(b"\r\n", b"\n")
    for line_end in (b"\r\n", b"\r"):
        body = plain.replace(b"\n", line_end)
        assert decode([body]).events == decode([plain]).events
        assert decode(_pieces(body, random.Random(1))).events == decode([plain]).events


@pytest.mark.parametrize("exchange", parameters(STREAMED))
def test_a_stream_gives_the_parts_of_the_whole_reply_that_it_amounts_to(exchange: Exchange) -> None:
    """The blocks of a stream, put together as the vendor's documentation says, decode to equal parts."""
    assert decode_whole(_folded(exchange.body)).parts == decode([exchange.body]).parts


@pytest.mark.parametrize("exchange", parameters(FAILED))
def test_errors_have_the_facts_of_the_recording(exchange: Exchange) -> None:
    """Status, type, code and message are the provider's."""
    response = exchange.response
    error = anthropic.error(response["status"], response["headers"], exchange.body, ENDPOINT)
    _check_error(error, exchange.expected["error"])


@pytest.mark.parametrize("exchange", parameters(ANSWERED))
def test_notes_who_answered(exchange: Exchange) -> None:
    """The trace has the model that answered and the provider's payload, of streams without the content."""
    reply = _decoded(exchange)
    assert reply.trace.model
    assert str(reply.trace.request_id).startswith("msg_")
    if exchange.is_stream:
        assert len(json.dumps(reply.trace.raw)) <= 4000
        assert reply.trace.raw["content"] == []
        assert reply.trace.raw["stop_reason"] == exchange.expected["finish_reason"]
    else:
        assert reply.trace.raw == exchange.response["body"]


def _decoded(exchange: Exchange) -> Reply:
    return decode([exchange.body]) if exchange.is_stream else decode_whole(exchange.body)


def _pieces(body: bytes, choose: random.Random) -> Iterator[bytes]:
    at = 0
    while at < len(body):
        size = choose.choice((1, 2, 3, 7, 20, 100, 500, 4000))
        yield body[at : at + size]
        at += size


def _check(reply: Reply, expected: dict[str, Any]) -> None:
    assert reply.text == expected["text"]
    assert reply.reasoning == (expected["reasoning"] or "")
    if "text_parts" in expected:
        assert [part.text for part in reply.parts if isinstance(part, TextPart) and part.text] == expected["text_parts"]
    if "reasoning_parts" in expected:
        said = [part.text for part in reply.parts if isinstance(part, ReasoningPart) and part.text]
        assert said == expected["reasoning_parts"]
    _check_calls(reply, expected)
    _check_opaque(reply, expected)
    if expected["error"]:
        assert reply.finish is None
        _check_error(reply.error, expected["error"])
        return
    assert reply.error is None
    assert reply.finish is not None
    assert reply.finish.raw == expected["finish_reason"]
    assert reply.trace.raw.get("stop_sequence") == expected.get("stop_sequence")
    _check_usage(reply, expected)


def _check_calls(reply: Reply, expected: dict[str, Any]) -> None:
    own = [call for call in reply.calls if not call.server_executed]
    assert [
        {"name": call.name, "arguments": dict(call.arguments), "id": call.tool_call_id} for call in own
    ] == [{name: call[name] for name in ("name", "arguments", "id")} for call in expected["tool_calls"]]  # fmt: skip
    executed = [call for call in reply.calls if call.server_executed]
    assert [
        {"type": _kept(call)["type"], "id": call.tool_call_id, "name": call.name, "arguments": dict(call.arguments)}
        for call in executed
    ] == [{name: call[name] for name in ("type", "id", "name", "arguments")} for call in expected["server_tool_calls"]]


def _check_usage(reply: Reply, expected: dict[str, Any]) -> None:
    counts, usage = expected["usage"], reply.usage
    assert usage is not None
    cached, written = counts.get("cached_input"), counts.get("cache_write")
    assert (usage.cached, usage.cache_write, usage.output) == (cached, written, counts["output"])
    assert usage.input == counts["input"] + (cached or 0) + (written or 0)
    assert usage.reasoning == counts.get("reasoning")
    if "server_tools" in counts:
        told = {name: count for name, count in (usage.details or {})["server_tool_use"].items() if count}
        assert told == {name: count for name, count in counts["server_tools"].items() if count}
    assert reply.events[-2].__class__ is UsageEvent


def _check_opaque(reply: Reply, expected: dict[str, Any]) -> None:
    found, citations, compactions = [], 0, 0
    for part in reply.parts:
        kept = _kept(part)
        citations += len(kept.get("citations", ()))
        compactions += kept.get("type") == "compaction"
        found += [
            {"kind": f"{kept['type']}.{name}", "len": len(kept[name]), "sha256": _digest(kept[name])}
            for name in ("signature", "data")
            if isinstance(part, ReasoningPart) and kept.get(name)
        ]
    assert found == expected.get("opaque", [])
    assert citations == expected.get("citations", 0)
    assert compactions == expected.get("compaction_blocks", 0)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _kept(part: Any) -> dict[str, Any]:
    """What a part keeps of its block."""
    kept: dict[str, Any] = (getattr(part, "provider_metadata", None) or {}).get("acme", {}).get("anthropic", {})
    return kept


def _check_error(error: object, expected: dict[str, Any]) -> None:
    assert isinstance(error, ProviderError)
    assert error.status == expected["status"]
    assert error.type == expected.get("type")
    assert error.code == expected.get("code")
    assert expected["message"] in str(error)


def _folded(body: bytes) -> dict[str, Any]:
    """The whole message that a stream amounts to."""
    message: dict[str, Any] = {}
    arguments: dict[int, str] = {}
    for line in body.decode().splitlines():
        event = json.loads(line[5:]) if line.startswith("data:") else {"type": None}
        match event:
            case {"type": "message_start"}:
                message = event["message"]
            case {"type": "content_block_start"}:
                message["content"].append(event["content_block"])
            case {"type": "content_block_delta", "index": index, "delta": delta}:
                _fold(message["content"][index], delta, arguments, index)
            case {"type": "message_delta", "delta": delta}:
                message |= delta
    for index, text in arguments.items():
        message["content"][index]["input"] = json.loads(text or "{}")
    return message


def _fold(block: dict[str, Any], delta: dict[str, Any], arguments: dict[int, str], index: int) -> None:
    match delta:
        case {"type": "text_delta", "text": text}:
            block["text"] += text
        case {"type": "thinking_delta", "thinking": text}:
            block["thinking"] += text
        case {"type": "signature_delta", "signature": signature}:
            block["signature"] = signature
        case {"type": "citations_delta", "citation": citation}:
            block.setdefault("citations", []).append(citation)
        case {"type": "input_json_delta", "partial_json": text}:
            arguments[index] = arguments.get(index, "") + text
