"""What turns texts into vectors: the class that a plugin subclasses."""

from __future__ import annotations

import importlib
import inspect
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

from ..errors import RequestError
from .model import needs_key

if TYPE_CHECKING:
    from .app import App

Item: TypeAlias = str | bytes


class EmbeddingModel(ABC):
    """
    A model that embeds texts, or files. A subclass sets `model_id` and implements `embed_batch(items)`.

    `needs_key` and `key_env_var` are as with `Model`. `batch_size` is how many items are embedded at a time (None: all
    that are given); `supports_text` and `supports_binary` say what an item may be.
    """

    model_id: str
    needs_key: str | None = None
    key: str | None = None
    key_env_var: str | None = None
    supports_text: bool = True
    supports_binary: bool = False
    batch_size: int | None = None

    _app: App | None = None

    @property
    def app(self) -> App:
        """Where settings and keys come from: the App that made this model, or the process's own."""
        if self._app is None:
            app: App = importlib.import_module("llm._api.app").default_app()
            return app
        return self._app

    def get_key(self, explicit_key: str | None = None) -> str | None:
        """The key to use, found as `Model.get_key` finds it. Raises NeedsKeyException."""
        if self.needs_key is None:
            return None
        if self.key is not None and not explicit_key:
            return self.key
        found = self.app.keys.resolve(explicit_key, self.needs_key, self.key_env_var)
        if found is None:
            raise needs_key(self.model_id, self.needs_key, self.key_env_var)
        return found.value

    def embed(self, item: Item, *, key: str | None = None) -> list[float]:
        """The vector of one text, or of the bytes of a file. Raises RequestError for what the model does not take."""
        return next(iter(self.embed_multi([item], key=key)))

    def embed_multi(
        self, items: Iterable[Item], batch_size: int | None = None, *, key: str | None = None
    ) -> Iterator[list[float]]:
        """The vectors of all items, in their order, asked for *batch_size* at a time (None: the model's own size)."""
        waiting = map(self._checked, items)
        size = batch_size or self.batch_size
        while batch := list(waiting) if size is None else list(islice(waiting, size)):
            yield from self._batch(batch, key)

    @abstractmethod
    def embed_batch(self, items: Iterable[Item], *, key: str | None = None) -> Iterator[list[float]]:
        """The vectors of *items*, in their order."""

    def _batch(self, items: list[Item], key: str | None) -> Iterable[list[float]]:
        """`embed_batch`, also where it was written when keys were attributes."""
        found = self.get_key(key)
        if "key" in inspect.signature(self.embed_batch).parameters:
            return self.embed_batch(items, key=found)
        self.key = found
        return self.embed_batch(items)

    def _checked(self, item: Item) -> Item:
        if isinstance(item, bytes) and not self.supports_binary:
            raise RequestError(f"{self.model_id} embeds texts, and no files", hint="Give it text")
        if isinstance(item, str) and not self.supports_text:
            raise RequestError(f"{self.model_id} embeds files, and no texts", hint="Give it bytes")
        return item

    def __str__(self) -> str:
        return f"{type(self).__name__}: {self.model_id}"

    def __repr__(self) -> str:
        return f"<{self}>"
