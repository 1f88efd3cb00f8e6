"""What the wire of an embedding model offers: texts become a request, and its reply becomes vectors."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any, Protocol

import jiter

from .._domain.embeddings import Embeddings
from .._domain.endpoint import Endpoint
from .._io.request import HTTPRequest
from ..errors import BadReplyError, ConfigError
from .provider_error import bad_reply
from .reply_decoder import MALFORMED

_MODULES = {
    "chat": "openai_embeddings",
    "responses": "openai_embeddings",
    "gemini": "gemini_embeddings",
    "ollama": "ollama_embeddings",
}
"""The wires that have embeddings, each with the module of this package that speaks it."""


class EmbeddingCodec(Protocol):
    """One wire for embeddings. Pure, as `codec.Codec` is; a module with these functions is one."""

    def encode(
        self, texts: Sequence[str], endpoint: Endpoint, *, model: str, key: str | None, dimensions: int | None = None
    ) -> HTTPRequest:
        """The request for the vectors of *texts*, of so many *dimensions* (None: as many as the model has)."""
        ...

    def read(self, reply: Any) -> Embeddings:
        """What a reply says. Raises what comes of one that is not of the promised form."""
        ...


def embedding_codec(wire: str) -> EmbeddingCodec:
    """The codec for embeddings of the endpoints that speak this wire. Raises ConfigError where there is none."""
    if wire not in _MODULES:
        raise ConfigError(f"The wire {wire} has no embeddings", hint=f"These have: {', '.join(_MODULES)}")
    found: EmbeddingCodec = import_module(f"{__package__}.{_MODULES[wire]}")
    return found


def decode(
    codec: EmbeddingCodec, body: bytes, count: int, endpoint: Endpoint, secrets: tuple[str, ...] = ()
) -> Embeddings:
    """The vectors in a reply, one for each of *count* texts. Raises BadReplyError for anything else."""
    try:
        found = codec.read(jiter.from_json(body))
    except MALFORMED:
        raise bad_reply(endpoint, body, secrets) from None
    if len(found.vectors) != count:
        raise BadReplyError(
            f"{endpoint.title or endpoint.name} sent {len(found.vectors)} vectors for {count} texts", status=200
        )
    return found
