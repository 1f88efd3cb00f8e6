"""Any model behind the async API."""

from __future__ import annotations

from .._domain.call import Call
from .._io.io import Handler
from .facade import Facade
from .model import AsyncModel


class AsyncFacade(Facade, AsyncModel):
    """A model as an AsyncModel: plain code in it runs on a thread of its own."""

    def handler(self, call: Call) -> Handler:
        handler: Handler = self.wrapped.handler(call)
        return handler

    def __str__(self) -> str:
        return f"{type(self.wrapped).__name__} (async): {self.model_id}"
