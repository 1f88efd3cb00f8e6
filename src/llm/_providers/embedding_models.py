"""The embedding models of the built-in providers, and `ENDPOINT/MODEL` for every other server."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from .._api.embedding_model import EmbeddingModel, Item
from .._api.model import needs_key
from .._codecs import wires
from .._codecs.embedding_codec import decode, embedding_codec
from .._domain.embeddings import Embeddings
from .._domain.endpoint import Endpoint
from .._engine.redact import redact
from .._engine.refusal import refusal
from .._io.blocking import run
from .._io.io import IO
from .._io.request import HTTPRequest
from ..errors import ModelError
from .address import moved
from .embedding_catalogue import EMBEDDING_MODELS

if TYPE_CHECKING:
    from .._api.app import App

_BATCH = 100  # texts in a request: Gemini takes no more


class HTTPEmbeddingModel(EmbeddingModel):
    """The embedding model *name* of a server, asked for vectors of so many *dimensions* (None: the model's own)."""

    batch_size = _BATCH

    def __init__(self, model_id: str, endpoint: Endpoint, name: str, dimensions: int | None = None) -> None:
        self.model_id = model_id
        self.endpoint = moved(endpoint)
        self.name = name
        self.dimensions = dimensions
        self.needs_key = endpoint.key_name if endpoint.needs_key else None
        self.key_env_var = endpoint.key_env

    def get_key(self, explicit_key: str | None = None) -> str | None:
        """The key for this endpoint alone. Raises NeedsKeyException where it cannot do without."""
        if self.key is not None and not explicit_key:
            return self.key
        endpoint = self.endpoint
        found = self.app.keys.resolve(explicit_key, endpoint.key_name, endpoint.key_envs, needed=endpoint.needs_key)
        if found is None and endpoint.needs_key:
            raise needs_key(self.model_id, endpoint.key_name or endpoint.name, endpoint.key_env)
        return None if found is None else found.value

    def embed_batch(self, items: Iterable[Item], *, key: str | None = None) -> Iterator[list[float]]:
        """The vectors of texts. Raises ProviderError and NetworkError, after the retries of the settings."""
        texts = [item for item in items if isinstance(item, str)]
        yield from run(self._asked(texts, key)).vectors

    async def _asked(self, texts: list[str], key: str | None) -> Embeddings:
        policy, io = self.app.policy, self.app.io
        codec = embedding_codec(self.endpoint.wire)
        request = codec.encode(texts, self.endpoint, model=self.name, key=key, dimensions=self.dimensions)
        request = replace(request, timeouts=policy.timeouts)
        secrets = (key,) if key else ()
        attempt = 0
        while True:
            attempt += 1
            try:
                return decode(codec, await self._exchange(request, io, secrets), len(texts), self.endpoint, secrets)
            except ModelError as error:
                error.args = tuple(redact(error.args, secrets))
                wait = policy.retries.wait(attempt, error)
                if wait is None:
                    raise
            await io.sleep(wait)

    async def _exchange(self, request: HTTPRequest, io: IO, secrets: tuple[str, ...]) -> bytes:
        async with io.send(request) as reply:
            if reply.status >= 300:
                raise await refusal(wires.codec(self.endpoint.wire), self.endpoint, request, reply, secrets)
            return await reply.read()


def find_embedding_model(app: App, name: str) -> EmbeddingModel | None:
    """The embedding model with this id or alias, or at an endpoint; None where there is none."""
    from .catalogue import BuiltIn

    endpoints = BuiltIn(app).endpoints
    for model_id, row in EMBEDDING_MODELS.items():
        if name == model_id or name in row.aliases:
            return _bound(HTTPEmbeddingModel(model_id, endpoints[row.provider], row.name, row.dimensions), app)
    provider, slash, model = name.partition("/")
    if slash and model and provider in endpoints:
        return _bound(HTTPEmbeddingModel(name, endpoints[provider], model), app)
    return None


def _bound(model: EmbeddingModel, app: App) -> EmbeddingModel:
    model._app = app
    return model
