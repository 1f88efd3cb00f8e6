"""The provider's name for an exchange."""

from __future__ import annotations

from collections.abc import Mapping

_REQUEST_IDS = (
    "x-request-id", "request-id", "x-requestid", "x-groq-request-id", "apim-request-id", "x-ms-request-id",
    "x-amzn-requestid", "cf-ray",
)  # fmt: skip


def request_id(headers: Mapping[str, str]) -> str | None:
    """The provider's name for the exchange, from the headers that services give it in; names are lower-case."""
    return next((headers[name] for name in _REQUEST_IDS if headers.get(name)), None)
