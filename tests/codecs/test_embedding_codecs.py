"""Texts become requests for vectors, and replies become vectors, on every wire that has embeddings."""

from __future__ import annotations

import json
import struct
from base64 import b64encode
from typing import Any

import pytest

from llm._codecs.embedding_codec import decode, embedding_codec
from llm._domain.endpoint import Endpoint
from llm.errors import BadReplyError, ConfigError
from wire import Exchange, exchanges, parameters

OPENAI = Endpoint("openai", base_url="https://provider.test/v1", wire="responses", dialect="openai")
RECORDED = exchanges("openai-embeddings")


@pytest.mark.parametrize("exchange", parameters(RECORDED))
def test_recordings_decode_to_what_was_expected(exchange: Exchange) -> None:
    codec, count = embedding_codec("responses"), len(_texts(exchange))
    found = decode(codec, exchange.body, count, OPENAI)
    expected = exchange.expected
    assert found.usage.input == expected["usage"]["input"]
    assert found.model == exchange.response["body"]["model"]
    wanted = expected["embeddings"]
    assert [len(vector) for vector in found.vectors] == [wanted["dimensions"]] * wanted["count"]
    assert found.vectors[0][:3] == pytest.approx(wanted["first3"], abs=1e-6)


@pytest.mark.parametrize("exchange", parameters(RECORDED))
def test_recorded_requests_are_written_again(exchange: Exchange) -> None:
    """But that one text is sent as a list of one."""
    recorded = exchange.request["body"]
    codec = embedding_codec("chat")
    size = recorded.get("dimensions")
    request = codec.encode(_texts(exchange), OPENAI, model=recorded["model"], key=None, dimensions=size)
    assert json.loads(request.body or b"") == {**recorded, "input": _texts(exchange)}


def _texts(exchange: Exchange) -> list[str]:
    given = exchange.request["body"]["input"]
    return [given] if isinstance(given, str) else given


@pytest.mark.parametrize(
    ("wire", "url", "body"),
    [
        ("chat", "https://h.test/embeddings", {"model": "m", "input": ["a", "b"], "dimensions": 3}),
        ("ollama", "https://h.test/api/embed", {"model": "m", "input": ["a", "b"], "dimensions": 3}),
        (
            "gemini",
            "https://h.test/v1beta/models/m:batchEmbedContents",
            {
                "requests": [
                    {"model": "models/m", "content": {"parts": [{"text": text}]}, "outputDimensionality": 3}
                    for text in "ab"
                ]
            },
        ),
    ],
)
def test_a_request_has_all_texts_and_the_size_that_is_wanted(wire: str, url: str, body: dict[str, Any]) -> None:
    endpoint = Endpoint("mine", base_url="https://h.test", wire=wire)
    request = embedding_codec(wire).encode(["a", "b"], endpoint, model="m", key="sk-1", dimensions=3)
    assert (request.url, json.loads(request.body or b"")) == (url, body)
    assert any("sk-1" in value for value in request.headers.values())


REPLIES = {
    "chat": {"data": [{"index": 1, "embedding": [3, 4]}, {"index": 0, "embedding": [1, 2]}]},
    "responses": {"data": [{"embedding": b64encode(struct.pack("<2f", *pair)).decode()} for pair in ((1, 2), (3, 4))]},
    "gemini": {"embeddings": [{"values": [1, 2]}, {"values": [3, 4]}]},
    "ollama": {"embeddings": [[1, 2], [3, 4]], "model": "m", "prompt_eval_count": 5},
}


@pytest.mark.parametrize("wire", REPLIES)
def test_vectors_stand_in_the_order_of_their_texts(wire: str) -> None:
    body = json.dumps(REPLIES[wire]).encode()
    endpoint = Endpoint("mine", base_url="https://h.test", wire=wire)
    assert decode(embedding_codec(wire), body, 2, endpoint).vectors == ([1.0, 2.0], [3.0, 4.0])


@pytest.mark.parametrize("wire", REPLIES)
@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b'{"data": 5, "embeddings": 5}', b'{"data": [{}]}'])
def test_what_is_no_vector_is_an_error(wire: str, body: bytes) -> None:
    with pytest.raises(BadReplyError):
        decode(embedding_codec(wire), body, 2, Endpoint("mine", base_url="https://h.test", wire=wire))


def test_a_vector_too_few_is_an_error() -> None:
    with pytest.raises(BadReplyError, match="2 vectors for 3 texts"):
        decode(embedding_codec("chat"), json.dumps(REPLIES["chat"]).encode(), 3, OPENAI)


def test_a_wire_without_embeddings_says_so() -> None:
    with pytest.raises(ConfigError, match="anthropic has no embeddings"):
        embedding_codec("anthropic")
