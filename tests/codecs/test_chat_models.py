"""An endpoint can be asked which models it has."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from codec_replies import ENDPOINT

from llm._codecs import chat
from llm._domain.endpoint import Endpoint
from llm.errors import BadReplyError


def test_the_request_asks_for_the_list_with_the_key() -> None:
    """A GET below the base URL, without a body."""
    request = chat.models_request(ENDPOINT, "key-1")
    assert (request.method, request.url, request.body) == ("GET", "https://api.acme.test/v1/models", None)
    assert request.headers == {"accept": "application/json", "authorization": "Bearer key-1"}
    assert "authorization" not in chat.models_request(ENDPOINT, None).headers


def test_github_has_its_list_beside_its_base_url() -> None:
    """The dialect knows where."""
    endpoint = Endpoint("github", base_url="https://models.github.ai/inference", dialect="github")
    assert chat.models_request(endpoint, None).url == "https://models.github.ai/catalog/models"


def test_a_query_in_the_base_url_is_kept() -> None:
    """Azure names its version there."""
    endpoint = replace(ENDPOINT, base_url="https://a.test/openai/?api-version=1", dialect="azure")
    request = chat.models_request(endpoint, "key-1")
    assert request.url == "https://a.test/openai/models?api-version=1"
    assert request.headers["api-key"] == "key-1"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"object": "list", "data": [{"id": "b"}, {"id": "a"}, {"id": "b"}]}, ("b", "a")),
        ([{"id": "a"}, {"id": "b"}], ("a", "b")),
        (["a", "b"], ("a", "b")),
        ({"models": [{"name": "a"}, {"model": "b"}, {}]}, ("a", "b")),
        ({"data": []}, ()),
    ],
)
def test_ids_are_read(body: Any, expected: tuple[str, ...]) -> None:
    """Inside `data`, or a bare list, in the server's order."""
    assert chat.decode_models(json.dumps(body).encode()) == expected


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b'{"error": "no"}', b"3"])
def test_what_is_no_list_is_an_error(body: bytes) -> None:
    """The message shows how the reply begins."""
    with pytest.raises(BadReplyError, match="list of models"):
        chat.decode_models(body)


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"data": [' + b"9" * 5000 + b"]}"])
def test_json_that_cannot_be_read_is_an_error(body: bytes) -> None:
    """However deep, and whatever its numbers."""
    with pytest.raises(BadReplyError, match="list of models is not JSON"):
        chat.decode_models(body)


@pytest.mark.parametrize("form", ["{}{}", '["{}{}', '{{"a": "{}{}"}}'])
def test_no_part_of_a_key_is_in_the_error(form: str) -> None:
    """Neither where the excerpt is cut, nor in the error behind it."""
    key = "hush-" + "0123456789" * 3
    for before in range(120, 165):
        with pytest.raises(BadReplyError) as caught:
            chat.decode_models(form.format("x" * before, key).encode(), secrets=(key,))
        assert "hush-012" not in str(caught.value)
        assert caught.value.__cause__ is caught.value.__context__ is None
