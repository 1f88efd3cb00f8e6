"""Every recorded exchange, of every wire, decodes to what its provider's own SDK makes of it, however it is cut."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from codec_replies import decode_whole
from recording_proofs import CUTS, Wire, answered, cases, check_error, failed, handy, pieces, streamed

from wire import Exchange


@pytest.mark.parametrize(("wire", "exchange"), cases(answered))
def test_decodes_to_what_was_expected(wire: Wire, exchange: Exchange) -> None:
    """Text, reasoning, calls, finish reason, usage, refusal, error and opaque data are those of the recording."""
    wire.check_reply(wire.decode(exchange), exchange.expected)


@pytest.mark.parametrize(("wire", "exchange"), cases(answered))
def test_is_told_apart_by_its_first_bytes(wire: Wire, exchange: Exchange) -> None:
    """A stream is known as one, and a whole reply as none, whatever the content type says."""
    for content_type in (exchange.response["content_type"], *wire.types):
        assert wire.codec.looks_like_stream(content_type, exchange.body[:16]) is exchange.is_stream


@pytest.mark.proof
@pytest.mark.parametrize(("wire", "exchange"), cases(streamed))
def test_decodes_the_same_wherever_the_bytes_are_cut(wire: Wire, exchange: Exchange) -> None:
    """Pieces of random length give the same answer and the same payload as the whole stream at once."""
    at_once = wire.decode(exchange)
    for seed in range(CUTS):
        reply = wire.decode(exchange, pieces(exchange.body, random.Random(seed)))
        wire.check_reply(reply, exchange.expected)
        assert reply.events == at_once.events, seed
        assert reply.trace == at_once.trace, seed


@pytest.mark.proof
@pytest.mark.parametrize(("wire", "exchange"), cases(handy))
def test_decodes_the_same_byte_by_byte(wire: Wire, exchange: Exchange) -> None:
    """A stream that comes a byte at a time gives the same answer."""
    reply = wire.decode(exchange, (bytes([byte]) for byte in exchange.body))
    wire.check_reply(reply, exchange.expected)
    assert reply.events == wire.decode(exchange).events


@pytest.mark.parametrize(("wire", "exchange"), cases(streamed))
def test_decodes_the_same_with_other_line_ends(wire: Wire, exchange: Exchange) -> None:
    """CRLF and CR end lines as well as LF does (in JSON lines CRLF does), also when they are cut in two."""
    plain = exchange.body.replace(b"\r\n", b"\n")
    expected = wire.decode(exchange, [plain]).events
    wire.check_reply(wire.decode(exchange, [plain]), exchange.expected)
    for line_end in wire.line_ends:
        body = plain.replace(b"\n", line_end)
        assert wire.decode(exchange, [body]).events == expected
        assert wire.decode(exchange, pieces(body, random.Random(1))).events == expected


@pytest.mark.proof
@pytest.mark.parametrize(("wire", "exchange"), cases(streamed))
def test_a_stream_that_breaks_off_gives_what_came_and_an_error(wire: Wire, exchange: Exchange) -> None:
    """Wherever it ends, the text is the beginning of the whole text, and it has a finish or an error, never both."""
    choose, whole = random.Random(2), wire.decode(exchange)
    for _ in range(CUTS):
        reply = wire.decode(exchange, [exchange.body[: choose.randrange(len(exchange.body))]])
        # What may become a think tag is kept as what it stands in, if nothing more comes.
        assert whole.text.startswith(reply.text) or exchange.expected["text"].startswith(reply.text)
        assert whole.reasoning.startswith(_without_half_a_tag(reply.reasoning))
        assert (reply.finish is None) is (reply.error is not None)
        assert reply.error is not None or reply.text == whole.text


def _without_half_a_tag(text: str) -> str:
    before, bracket, rest = text.rpartition("<")
    return before.rstrip() if bracket and "/think>".startswith(rest) else text


@pytest.mark.parametrize(("wire", "exchange"), cases(streamed, "gemini"))
def test_a_stream_without_its_last_event_is_an_error(wire: Wire, exchange: Exchange) -> None:
    """Gemini has no end mark: without its last piece, which has the finish reason, a stream is not whole."""
    blocks = exchange.body.rstrip().split(b"\r\n\r\n")
    reply = wire.decode(exchange, [b"\r\n\r\n".join(blocks[:-1])])
    assert reply.finish is None
    assert reply.error is not None
    assert exchange.expected["text"].startswith(reply.text)


@pytest.mark.parametrize(("wire", "exchange"), cases(failed))
def test_errors_have_the_facts_of_the_recording(wire: Wire, exchange: Exchange) -> None:
    """Status, type, code and message are the provider's."""
    response = exchange.response
    error = wire.codec.error(response["status"], response["headers"], exchange.body, wire.endpoint(exchange))
    check_error(error, exchange.expected["error"])


@pytest.mark.parametrize(("wire", "exchange"), cases(answered))
def test_notes_who_answered(wire: Wire, exchange: Exchange) -> None:
    """The trace has the model that answered and the provider's payload, of streams in a small form."""
    wire.check_payload(wire.decode(exchange), exchange)


@pytest.mark.parametrize(("wire", "exchange"), cases(streamed, "anthropic"))
def test_a_stream_gives_the_parts_of_the_whole_reply_that_it_amounts_to(wire: Wire, exchange: Exchange) -> None:
    """The blocks of a stream, put together as the vendor's documentation says, decode to equal parts."""
    folded = decode_whole(_folded(exchange.body), wire.endpoint(exchange), codec=wire.codec)
    assert folded.parts == wire.decode(exchange).parts


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
