"""Which models an Anthropic endpoint has."""

from __future__ import annotations

from .._domain.endpoint import Endpoint
from .._io.request import HTTPRequest
from .anthropic_address import wire_address, wire_headers
from .chat_models import decode_models

__all__ = ["decode_models", "models_request"]


def models_request(endpoint: Endpoint, key: str | None) -> HTTPRequest:
    """The request for all models on one page, of which 1000 is the largest."""
    sent = wire_headers(endpoint, key)
    sent.pop("content-type", None)
    url = wire_address(endpoint, "models")
    return HTTPRequest(f"{url}{'&' if '?' in url else '?'}limit=1000", None, sent, method="GET")
