"""Every recorded exchange of the Responses API decodes to what the provider's own SDK makes of it."""

from __future__ import annotations

import hashlib
import json
import os
import random
from collections.abc import Iterator
from typing import Any

import pytest
from codec_replies import Reply
from codec_replies import decode as decode_chunks
from codec_replies import decode_whole as decode_body

from llm._codecs import responses
from llm._domain.endpoint import Endpoint
from llm.errors import ProviderError
from wire import Exchange, exchanges, parameters

FULL = os.environ.get("LLM_PROOF") == "full"
OPENAI = Endpoint("openai", base_url="https://provider.test/v1", wire="responses", dialect="openai")

EXCHANGES = exchanges("openai-responses")
FAILED = [item for item in EXCHANGES if item.response["status"] >= 400]
ANSWERED = [item for item in EXCHANGES if item.response["status"] < 400]
STREAMED = [item for item in ANSWERED if item.is_stream]
CALLS = ("function_call", "custom_tool_call")


def decode(pieces: Any) -> Reply:
    return decode_chunks(pieces, OPENAI, codec=responses)


def reply_of(exchange: Exchange) -> Reply:
    return decode([exchange.body]) if exchange.is_stream else decode_body(exchange.body, OPENAI, codec=responses)


@pytest.mark.parametrize("exchange", parameters(ANSWERED))
def test_decodes_to_what_was_expected(exchange: Exchange) -> None:
    """Text, reasoning, calls, finish reason, usage, refusal, error and opaque data are those of the recording."""
    _check(reply_of(exchange), exchange.expected)


@pytest.mark.parametrize("exchange", parameters(ANSWERED))
def test_is_told_apart_by_its_first_bytes(exchange: Exchange) -> None:
    assert responses.looks_like_stream(exchange.response["content_type"], exchange.body[:16]) is exchange.is_stream


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


@pytest.mark.parametrize("exchange", parameters(FAILED))
def test_errors_have_the_facts_of_the_recording(exchange: Exchange) -> None:
    response = exchange.response
    error = responses.error(response["status"], response["headers"], exchange.body, OPENAI)
    _check_error(error, exchange.expected["error"])


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
    own = [call for call in reply.calls if not call.server_executed]
    assert [{"name": call.name, "arguments": dict(call.arguments), "id": call.tool_call_id} for call in own] == [
        {name: call[name] for name in ("name", "arguments", "id")} for call in expected["tool_calls"]
    ]
    executed = [_responses(call)["item"] for call in reply.calls if call.server_executed]
    assert [(item["type"], item.get("id")) for item in executed] == [
        (call["type"], call.get("id")) for call in expected["server_tool_calls"]
    ]
    _check_usage(reply, expected["usage"])
    _check_opaque(reply, expected)
    if expected["error"]:
        _check_error(reply.error, expected["error"])
        return
    assert reply.error is None
    assert reply.finish is not None
    assert reply.finish.raw == expected["finish_reason"]
    annotations = [item for part in reply.parts for item in _responses(part).get("part", {}).get("annotations", ())]
    assert len(annotations) == expected.get("citations", len(annotations))


def _check_usage(reply: Reply, counts: dict[str, Any] | None) -> None:
    if not counts:
        assert reply.usage is None
        return
    assert reply.usage is not None
    assert (reply.usage.input, reply.usage.output) == (counts["input"], counts["output"])
    assert reply.usage.cached == counts.get("cached_input")
    assert reply.usage.reasoning == counts.get("reasoning")


def _check_opaque(reply: Reply, expected: dict[str, Any]) -> None:
    items = [item for part in reply.parts if (item := _responses(part).get("item"))]
    blobs = [item["encrypted_content"] for item in items if item.get("encrypted_content")]
    found = [{"len": len(blob), "sha256": hashlib.sha256(blob.encode()).hexdigest()[:16]} for blob in blobs]
    wanted = [{name: blob[name] for name in ("len", "sha256")} for blob in expected.get("opaque", [])]
    if expected.get("opaque_item_done"):
        wanted = [{name: blob[name] for name in ("len", "sha256")} for blob in expected["opaque_item_done"]]
    assert found == wanted


def _responses(part: Any) -> dict[str, Any]:
    fields: dict[str, Any] = (getattr(part, "provider_metadata", None) or {}).get("openai") or {}
    found: dict[str, Any] = fields.get("responses") or {}
    return found


def _check_error(error: object, expected: dict[str, Any]) -> None:
    assert isinstance(error, ProviderError)
    assert error.status == expected["status"]
    assert error.type == expected.get("type")
    assert error.code == expected.get("code")
    assert expected["message"] in str(error)


def test_the_payload_of_a_stream_is_small() -> None:
    for exchange in STREAMED:
        raw = json.dumps(decode([exchange.body]).trace.raw)
        assert len(raw) <= max(6000, len(exchange.body) // 2), exchange
