"""A model that was written for the async API alone, behind the plain one."""

from __future__ import annotations

from .._domain.call import Call
from .._io.io import Handler
from .facade import Facade
from .model import Model


class SyncFacade(Facade, Model):
    """An async model as a Model: what it awaits runs on one background event loop."""

    def handler(self, call: Call) -> Handler:
        handler: Handler = self.wrapped.handler(call)
        return handler
