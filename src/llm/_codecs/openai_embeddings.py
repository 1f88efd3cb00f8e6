"""The embeddings wire of OpenAI and of everything that is compatible with it: `/embeddings`."""

from __future__ import annotations

import binascii
from array import array
from collections.abc import Sequence
from sys import byteorder
from typing import Any

from .._domain.embeddings import Embeddings
from .._domain.endpoint import Endpoint
from .._io.request import HTTPRequest
from .chat_usage import decode_usage
from .dialects import dialect
from .http_form import address, headers, json_body


def encode(
    texts: Sequence[str], endpoint: Endpoint, *, model: str, key: str | None, dimensions: int | None = None
) -> HTTPRequest:
    """The request for the vectors of *texts*; as base64 where OpenAI itself is asked, which is four times shorter."""
    row = dialect(endpoint.dialect)
    body: dict[str, Any] = {"model": model, "input": list(texts)}
    if endpoint.dialect == "openai":
        body["encoding_format"] = "base64"
    if dimensions is not None:
        body["dimensions"] = dimensions
    return HTTPRequest(address(endpoint, "embeddings"), json_body(body), headers(endpoint, row.key_header, key))


def read(reply: Any) -> Embeddings:
    """The vectors of a reply, in the order of their texts."""
    rows = sorted(reply["data"], key=lambda row: row.get("index", 0))
    usage = decode_usage(reply.get("usage") or {})
    return Embeddings(tuple(_vector(row["embedding"]) for row in rows), usage, reply.get("model"))


def _vector(value: Any) -> list[float]:
    """The numbers of a list, or of base64 of little-endian floats of 32 bits."""
    if isinstance(value, str):
        numbers = array("f", binascii.a2b_base64(value))
        if byteorder == "big":
            numbers.byteswap()
        return numbers.tolist()
    return list(map(float, value))
