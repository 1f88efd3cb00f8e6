"""A reply that is damaged is an error of ours, or an answer that can be kept and sent back; never a crash."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from codec_replies import Reply, decode, decode_whole
from damage import damaged
from recording_proofs import FULL, WIRES, Wire, answered, pieces

from llm._domain.endpoint import Endpoint
from llm._domain.event import Finish, PartEvent, ReasoningDelta, TextDelta, ToolCallDelta, UsageEvent
from llm._domain.message import Message, user
from llm._domain.part import ToolResultPart
from llm._domain.profile import Profile
from llm._domain.prompt import Prompt
from llm.errors import LLMError
from second_opinion.replies import reply as scripted

ROUNDS, CASES = (40, 500) if FULL else (4, 30)

_VENDORS = {
    "chat": "openai_chat",
    "responses": "openai_responses",
    "anthropic": "anthropic",
    "gemini": "gemini",
    "ollama": "ollama",
}


@pytest.mark.proof
@pytest.mark.parametrize("round_", range(ROUNDS))
@pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.name)
def test_a_damaged_reply_is_an_error_of_ours_or_an_answer(wire: Wire, round_: int) -> None:
    """Whatever happens to its bytes or its values; what was handed out before is an answer that can be kept."""
    choose = random.Random(f"{wire.name} {round_}")
    replies = _replies(wire)
    for number in range(CASES):
        body, is_stream, endpoint = choose.choice(replies)
        spoilt = damaged(body, is_stream=is_stream, choose=choose)
        try:
            if is_stream:
                reply = decode(pieces(spoilt, choose), endpoint, codec=wire.codec)
            else:
                reply = decode_whole(spoilt, endpoint, codec=wire.codec)
            _check_sane(reply)
            _check_goes_back(reply, endpoint, wire)
        except BaseException as error:
            error.add_note(f"damage {round_}.{number} of {wire.name}: {spoilt[:3000]!r}")
            raise


def _replies(wire: Wire) -> list[tuple[bytes, bool, Endpoint]]:
    """The short recorded replies and the scripted ones, as bytes, each with whether it is a stream."""
    recorded = [item for item in wire.exchanges if answered(item) and len(item.body) < 30_000]
    found = [(item.body, item.is_stream, wire.endpoint(item)) for item in recorded]
    endpoint = Endpoint("acme", base_url="https://api.acme.test", wire=wire.name, dialect="compatible")
    for tools in (False, True):
        for stream in (False, True):
            steps = scripted(_VENDORS[wire.name], tools=tools, stream=stream).body
            parts = [step.encode() if isinstance(step, str) else step for step in steps]
            found.append((b"".join(part for part in parts if isinstance(part, bytes)), stream, endpoint))
    return found


def _check_sane(reply: Reply) -> None:
    """Every event holds what its type promises, and the parts can be written down and read again."""
    for event in reply.events:
        match event:
            case TextDelta(text=text) | ReasoningDelta(text=text):
                _check_text(text)
            case ToolCallDelta(index=index, name=name, arguments=arguments, tool_call_id=identity):
                assert type(index) is int
                _check_text(name, arguments, identity or "")
            case UsageEvent(usage=usage):
                counts = (usage.input, usage.output, usage.cached, usage.reasoning, usage.cache_write)
                assert all(count is None or type(count) is int for count in counts), usage
            case PartEvent(part=part):
                if isinstance(part, ToolResultPart):
                    _check_text(part.name, part.output, part.tool_call_id or "", part.exception or "")
            case Finish(raw=raw):
                _check_text(raw or "")
    assert reply.error is not None or reply.finish is not None
    written = reply.message.to_dict()
    assert _dumped(Message.from_dict(json.loads(_dumped(written))).to_dict()) == _dumped(written)
    _check_text(reply.trace.model or "", reply.trace.request_id or "")
    _dumped(reply.trace.raw)
    if reply.error is not None:
        _check_text(str(reply.error))
        assert str(reply.error)


def _check_text(*texts: Any) -> None:
    for text in texts:
        assert type(text) is str, text
        text.encode("utf-8")


def _dumped(value: Any) -> str:
    return json.dumps(value)


def _check_goes_back(reply: Reply, endpoint: Endpoint, wire: Wire) -> None:
    """The answer is the history of the next request, which is JSON, or is refused by an error of ours."""
    prompt = Prompt(messages=[user("Hi"), reply.message, user("Go on")])
    try:
        request = wire.codec.encode(prompt, endpoint, model="m", profile=Profile(), stream=True, key=None)
    except LLMError:
        return
    json.loads(request.body or b"")
