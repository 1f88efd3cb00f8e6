"""Errors of Google's APIs."""

from __future__ import annotations

import json

from gemini_replies import ENDPOINT

from llm._codecs import gemini
from llm.errors import AuthenticationError, ProviderError, RateLimitError


def failure(code: int, status: str, message: str = "No", *details: object, **headers: str) -> ProviderError:
    body = {"error": {"code": code, "message": message, "status": status, "details": list(details)}}
    return gemini.error(code, headers, json.dumps(body).encode(), ENDPOINT)


def test_the_wait_that_the_details_ask_for_is_known() -> None:
    """A header counts before it, and what is no duration is none."""
    info = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "30s"}
    error = failure(429, "RESOURCE_EXHAUSTED", "Quota", {"@type": "x"}, info)
    assert isinstance(error, RateLimitError)
    assert (error.status, error.code, error.type, error.retry_after) == (429, 429, "RESOURCE_EXHAUSTED", 30.0)
    assert failure(429, "X", "Quota", {"retryDelay": "3.957525076s"}).retry_after == 3.957525076
    assert failure(429, "X", "Quota", info, **{"retry-after": "2"}).retry_after == 2
    for delay in ("soon", "-1s", "nans", 7, None):
        assert failure(429, "X", "Quota", {"retryDelay": delay}).retry_after is None


def test_a_wrong_key_is_an_error_of_the_key() -> None:
    """Google answers 400 to it."""
    error = failure(400, "INVALID_ARGUMENT", "API key not valid.", {"reason": "API_KEY_INVALID"})
    assert isinstance(error, AuthenticationError)
    assert (error.status, error.type) == (400, "INVALID_ARGUMENT")
    assert error.hint == "Set its key with: llm keys set acme"
    assert "API key not valid." in str(error)


def test_an_array_with_an_error_is_read() -> None:
    """That is how an error looks where a stream was asked for without `alt=sse`."""
    body = [{"error": {"code": 404, "message": "No such model", "status": "NOT_FOUND"}}]
    error = gemini.error(404, {}, json.dumps(body).encode(), ENDPOINT)
    assert (error.type, error.code) == ("NOT_FOUND", 404)
    assert "No such model" in str(error)


def test_other_forms_are_read_as_for_all_wires() -> None:
    """A page of a proxy, a bare text, nothing."""
    for body in (b"<html><title>Bad Gateway</title>", b"upstream failed", b"", b'{"error": "no"}', b"[]"):
        assert gemini.error(502, {}, body, ENDPOINT).status == 502


def test_keys_do_not_show() -> None:
    """Neither in the message nor in the type."""
    body = json.dumps({"error": {"code": 400, "message": "key k-12345678", "status": "k-12345678"}}).encode()
    error = gemini.error(400, {}, body, ENDPOINT, key="k-12345678")
    assert "k-12345678" not in f"{error} {error.type}"
