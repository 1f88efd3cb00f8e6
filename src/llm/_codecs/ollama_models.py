"""Which models an Ollama server has."""

from __future__ import annotations

from .._domain.endpoint import Endpoint
from .._io.request import HTTPRequest
from .chat_models import decode_models
from .http_form import headers
from .ollama_address import api_address

__all__ = ["decode_models", "models_request"]


def models_request(endpoint: Endpoint, key: str | None) -> HTTPRequest:
    """The request that asks which models are on the server."""
    sent = headers(endpoint, "authorization", key)
    del sent["content-type"]
    return HTTPRequest(api_address(endpoint, "tags"), None, sent, method="GET")
