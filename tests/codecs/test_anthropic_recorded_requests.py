"""
Recorded requests to Anthropic are written again from the messages in them.

The same JSON comes out but for these differences, which mean the same to the provider: fields that are null, `stream`
that is false, an empty description, the type `custom` of a function and `is_error` that is false may be left out; one
text may be a string or a list of one block; marks for the cache stand where this project sets them, which the tests of
the cache look at, not where the recording has them.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from anthropic_replies import decode, decode_whole
from anthropic_requests import body, comparable, encode, prompt_of

from llm._domain.endpoint import Endpoint
from llm._domain.message import Message
from llm._domain.part import ToolResultPart
from llm._domain.prompt import Prompt
from llm._domain.tool import ServerSideTool
from wire import Exchange, exchanges, parameters

EXCHANGES = exchanges("anthropic-messages")
ANSWERED = [item for item in EXCHANGES if item.response["status"] < 400]
CODE = ServerSideTool({"type": "code_execution_20260120", "name": "code_execution"})


@pytest.mark.parametrize("exchange", parameters(EXCHANGES))
def test_writes_the_recorded_request(exchange: Exchange) -> None:
    """From the messages, tools, schema and options of a recorded request comes that request."""
    recorded = exchange.request["body"]
    written = body(prompt_of(recorded), model=recorded["model"], stream=recorded.get("stream", False))
    assert comparable(written) == comparable(recorded)


@pytest.mark.parametrize("exchange", parameters(ANSWERED))
def test_sends_blocks_back_as_they_came(exchange: Exchange) -> None:
    """A reply that is sent back has the blocks that it had, but for those of nothing but spaces."""
    reply = decode([exchange.body]) if exchange.is_stream else decode_whole(exchange.body)
    messages = [Message("user", ("Hi",)), reply.message]
    if any(not call.server_executed for call in reply.calls):
        messages.append(Message("tool", tuple(_answers(reply.calls))))
    elif exchange.expected["finish_reason"] != "pause_turn":
        messages.append(Message("user", ("Go on",)))
    sent = body(Prompt(messages=messages, options={"cache": False}))["messages"][1]["content"]
    if not exchange.is_stream:
        blocks = exchange.response["body"]["content"]
        assert sent == [_filled(block) for block in blocks if block["type"] != "text" or block["text"].strip()]
    blobs = list(_blobs(sent))
    assert all(json.dumps(blob).encode() in exchange.body for blob in blobs)
    signed = [item["len"] for item in exchange.expected.get("opaque", ())]
    assert [len(blob) for blob in blobs if len(blob) in signed][: len(signed)] == signed


@pytest.mark.parametrize("exchange", parameters([item for item in ANSWERED if item.expected.get("opaque")]))
def test_signatures_go_to_no_other_endpoint(exchange: Exchange) -> None:
    """Another endpoint of the same wire gets the text and no more."""
    reply = decode([exchange.body]) if exchange.is_stream else decode_whole(exchange.body)
    other = Endpoint("other", base_url="https://other.test", wire="anthropic")
    request = encode(Prompt("Go on", messages=[Message("user", ("Hi",)), reply.message]), endpoint=other)
    assert b"signature" not in (request.body or b"")
    assert b"redacted_thinking" not in (request.body or b"")


def test_the_container_of_an_answer_is_asked_for_again() -> None:
    """As in the recordings: the second request names the container in which the first one's code ran."""
    again = [item for item in EXCHANGES if item.case.startswith("code_execution_files_vcr")]
    if not again:
        pytest.skip("No recordings")
    for first, second in zip(again[::2], again[1::2], strict=True):
        reply = decode_whole(first.body)
        prompt = Prompt("Go on", messages=[Message("user", ("Hi",)), reply.message], tools=[CODE])
        assert body(prompt)["container"] == second.request["body"]["container"]
        assert "container" not in body(prompt.replace(tools=[]))


def _answers(calls: Any) -> Any:
    return [ToolResultPart(call.name, "ok", call.tool_call_id) for call in calls if not call.server_executed]


def _filled(block: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in block.items() if value is not None}


def _blobs(value: Any) -> Any:
    """Signatures and encrypted values."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in ("signature", "data", "encrypted_content", "encrypted_index") and isinstance(inner, str):
                yield inner
            else:
                yield from _blobs(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _blobs(inner)
