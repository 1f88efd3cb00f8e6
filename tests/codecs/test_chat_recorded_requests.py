"""
Recorded requests are written again from the messages in them.

The same JSON comes out but for these differences, which mean the same to a provider: fields that are null or empty
are as good as absent; one text may be a string or a list of one part; the JSON in a call's arguments may be spaced
otherwise; a schema has a name of our choice, and `strict` that is false is left out; usage in a stream is asked for
where the recording did not. Not to be expressed, and left aside: cache marks, `prefix` and the index of a call of
Mistral's SDK, and messages with parts that no OpenAI-style dictionary has.
"""

from __future__ import annotations

import json

import pytest
from codec_replies import decode, decode_whole
from recorded_requests import comparable, endpoint_of, expressible, prompt_of

from llm._codecs import chat
from llm._domain.endpoint import Endpoint
from llm._domain.profile import Profile
from llm._domain.prompt import Prompt
from wire import Exchange, exchanges, parameters

EXCHANGES = exchanges("openai-chat*")


@pytest.mark.parametrize("exchange", parameters([item for item in EXCHANGES if expressible(item)]))
def test_writes_the_recorded_request(exchange: Exchange) -> None:
    """From the messages, tools, schema and options of a recorded request comes that request."""
    recorded = exchange.request["body"]
    profile = Profile(system_role="user") if exchange.case.endswith("o1_mini") else Profile()
    request = chat.encode(
        prompt_of(exchange),
        endpoint_of(exchange),
        model=recorded["model"],
        profile=profile,
        stream=recorded["stream"],
        key=None,
    )
    written = json.loads(request.body or b"")
    if "stream_options" not in recorded:
        written.pop("stream_options", None)
    assert comparable(written) == comparable(recorded)


def test_nearly_all_recorded_requests_can_be_written() -> None:
    """What no OpenAI-style dictionary can say stays the exception."""
    if not EXCHANGES:
        pytest.skip("No recordings")
    left_aside = {item.case for item in EXCHANGES if not expressible(item)}
    assert len(left_aside) <= 0.1 * len({item.case for item in EXCHANGES})


@pytest.mark.parametrize("exchange", parameters([item for item in EXCHANGES if item.expected.get("opaque")]))
def test_sends_reasoning_details_back_as_they_came(exchange: Exchange) -> None:
    """Signed and encrypted blocks return to their provider byte for byte, whole or put together from a stream."""
    endpoint = endpoint_of(exchange)
    reply = decode([exchange.body], endpoint) if exchange.is_stream else decode_whole(exchange.body, endpoint)
    prompt = Prompt("Go on", messages=[{"role": "user", "content": "Hi"}, reply.message])
    request = chat.encode(prompt, endpoint, model="m", profile=Profile(), stream=False, key=None)
    sent = json.loads(request.body or b"")["messages"][1]
    details = sent["reasoning_details"]
    assert "reasoning" not in sent
    if not exchange.is_stream:
        assert details == exchange.response["body"]["choices"][0]["message"]["reasoning_details"]
    blobs = [block.get("signature") or block.get("data") for block in details]
    assert all(blob.encode() in exchange.body for blob in blobs if blob)
    words = "".join(block.get("text", block.get("summary", "")) for block in details)
    assert words == (exchange.expected["reasoning"] or "")
    other = Endpoint("other", base_url="https://other.test/v1", dialect=endpoint.dialect)
    foreign = chat.encode(prompt, other, model="m", profile=Profile(), stream=False, key=None)
    assert b"reasoning_details" not in (foreign.body or b"")
