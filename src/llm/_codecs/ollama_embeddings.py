"""The embeddings wire of Ollama's own API: `/api/embed`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .._domain.embeddings import Embeddings
from .._domain.endpoint import Endpoint
from .._domain.usage import Usage
from .._io.request import HTTPRequest
from .http_form import headers, json_body
from .ollama_address import api_address


def encode(
    texts: Sequence[str], endpoint: Endpoint, *, model: str, key: str | None, dimensions: int | None = None
) -> HTTPRequest:
    """The request for the vectors of *texts*."""
    body: dict[str, Any] = {"model": model, "input": list(texts)}
    if dimensions is not None:
        body["dimensions"] = dimensions
    return HTTPRequest(api_address(endpoint, "embed"), json_body(body), headers(endpoint, "authorization", key))


def read(reply: Any) -> Embeddings:
    """The vectors of a reply."""
    vectors = tuple(list(map(float, vector)) for vector in reply["embeddings"])
    return Embeddings(vectors, Usage(reply.get("prompt_eval_count")), reply.get("model"))
