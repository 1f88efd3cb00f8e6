"""The embedding models of the built-in providers, and `ENDPOINT/MODEL` for every other server."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

from .._api.embedding_model import EmbeddingModel, Item
from .._codecs import wires
from .._codecs.embedding_codec import decode, embedding_codec
from .._domain.call import Call
from .._domain.embeddings import Embeddings
from .._domain.endpoint import Endpoint
from .._domain.event import Event, UsageEvent
from .._domain.prompt import Prompt
from .._engine.pipeline import of_one_model
from .._engine.refusal import refusal
from .._engine.send import complete, note_head, note_request
from .._io.blocking import run
from .._io.io import IO, Handler
from ..errors import ModelError
from .address import moved
from .credentials import key_for, secrets_of
from .embedding_catalogue import EMBEDDING_MODELS
from .pacing import paced
from .price_keys import price_key

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
        return key_for(self, explicit_key)

    def embed_batch(self, items: Iterable[Item], *, key: str | None = None) -> Iterator[list[float]]:
        """
        The vectors of texts, asked for as an answer is: in its turn, with the retries of the settings, and within what
        may be spent. Raises ProviderError, NetworkError and BudgetError.
        """
        texts = [item for item in items if isinstance(item, str)]
        yield from run(self._asked(texts, key)).vectors

    async def _asked(self, texts: list[str], key: str | None) -> Embeddings:
        policy = self.app.policy
        secrets = secrets_of(self.endpoint, key)
        call = Call(key=key, secrets=secrets, stream=False, deadline=policy.deadline())
        call.trace.secrets = secrets
        call.trace.price_key = price_key(self.endpoint.base_url, self.name)
        account = None if policy.account is None else policy.account()
        found: list[Embeddings] = []
        handler = paced(self._exchange(texts, call, found), self.endpoint, self.app, call)
        handler = of_one_model(handler, policy, call, model=self.model_id, account=account)
        async with aclosing(handler(Prompt("\n".join(texts)), self.app.io)) as events:
            async for _ in events:
                pass
        return found[-1]

    def _exchange(self, texts: list[str], call: Call, found: list[Embeddings]) -> Handler:
        """One exchange; what it gives is put into *found*, and its one event says what that consumed."""
        codec, endpoint = embedding_codec(self.endpoint.wire), self.endpoint

        async def asked(prompt: Prompt, io: IO) -> AsyncGenerator[Event, None]:
            request = codec.encode(texts, endpoint, model=self.name, key=call.key, dimensions=self.dimensions)
            request = replace(request, timeouts=replace(self.app.policy.timeouts, deadline=call.deadline))
            note_request(call.trace, request)
            try:
                async with io.send(request) as reply:
                    note_head(call.trace, reply)
                    if reply.status >= 300:
                        raise await refusal(wires.codec(endpoint.wire), endpoint, request, reply, call.secrets)
                    body = await reply.read()
                found.append(decode(codec, body, len(texts), endpoint, call.secrets))
            except ModelError as error:
                complete(error, self.model_id, call)
                raise
            yield UsageEvent(replace(found[-1].usage, output=0))  # a vector is no token

        return asked


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
