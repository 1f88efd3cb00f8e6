"""The embeddings wire of Gemini: `batchEmbedContents`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .._domain.embeddings import Embeddings
from .._domain.endpoint import Endpoint
from .._domain.usage import Usage
from .._io.request import HTTPRequest
from .gemini_address import method_address
from .gemini_models import KEY_HEADER
from .http_form import headers, json_body


def encode(
    texts: Sequence[str], endpoint: Endpoint, *, model: str, key: str | None, dimensions: int | None = None
) -> HTTPRequest:
    """The request for the vectors of *texts*."""
    name = model if "/" in model else f"models/{model}"
    size = {} if dimensions is None else {"outputDimensionality": dimensions}
    requests = [{"model": name, "content": {"parts": [{"text": text}]}, **size} for text in texts]
    url = method_address(endpoint, model, "batchEmbedContents")
    return HTTPRequest(url, json_body({"requests": requests}), headers(endpoint, KEY_HEADER, key))


def read(reply: Any) -> Embeddings:
    """The vectors of a reply."""
    counts = reply.get("usageMetadata") or {}
    vectors = tuple(list(map(float, row["values"])) for row in reply["embeddings"])
    return Embeddings(vectors, Usage(counts.get("promptTokenCount")))
