"""Errors of Anthropic, with the facts that it tells."""

from __future__ import annotations

import json

import pytest
from anthropic_replies import ENDPOINT

from llm._codecs import anthropic
from llm.errors import AuthenticationError, ProviderError, RateLimitError


@pytest.mark.parametrize(
    ("status", "kind", "expected", "retryable"),
    [
        (400, "invalid_request_error", ProviderError, False),
        (401, "authentication_error", AuthenticationError, False),
        (403, "permission_error", AuthenticationError, False),
        (413, "request_too_large", ProviderError, False),
        (429, "rate_limit_error", RateLimitError, True),
        (500, "api_error", ProviderError, True),
        (529, "overloaded_error", ProviderError, True),
    ],
)
def test_an_error_has_the_provider_s_facts(status: int, kind: str, expected: type, retryable: bool) -> None:
    """Type, message, request id, and whether to ask again."""
    body = {"type": "error", "error": {"type": kind, "message": "Because."}, "request_id": "req_body"}
    error = anthropic.error(status, {"request-id": "req_1", "retry-after": "3"}, json.dumps(body).encode(), ENDPOINT)
    assert type(error) is expected
    assert (error.status, error.type, error.code, error.request_id) == (status, kind, None, "req_1")
    assert (error.retryable, error.retry_after) == (retryable, 3.0)
    assert str(error) == f"Acme answered {status}: Because."


def test_the_code_stands_in_the_details() -> None:
    """Where a gateway put one beside the message, that one holds."""
    details = {"type": "api_error", "message": "No.", "details": {"error_code": "spend_limit"}}
    assert anthropic.error(400, {}, json.dumps({"error": details}).encode(), ENDPOINT).code == "spend_limit"
    other = json.dumps({"error": {**details, "code": 7}}).encode()
    assert anthropic.error(400, {}, other, ENDPOINT).code == 7
    assert anthropic.error(502, {}, b"<html>Bad gateway</html>", ENDPOINT).code is None


def test_no_part_of_a_key_is_in_an_error() -> None:
    """Also where the provider repeats it."""
    body = json.dumps({"error": {"type": "authentication_error", "message": "invalid x-api-key: hush-1234567"}})
    error = anthropic.error(401, {}, body.encode(), ENDPOINT, key="hush-1234567")
    assert "hush-1234567" not in f"{error!r}{error.hint}"
