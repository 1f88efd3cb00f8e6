"""What providers say of their models is asked, and kept."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from .._domain.served_model import ServedModel
from .listing import served_models
from .refreshed import read_refreshed, write_refreshed

if TYPE_CHECKING:
    from .._api.app import App
    from .._domain.endpoint import Endpoint


def refreshable(app: App) -> list[str]:
    """The endpoints that `refresh` asks unless one is named: with a key, the user's own, or asked before."""
    from .catalogue import BuiltIn

    endpoints = BuiltIn(app).endpoints
    asked = read_refreshed(app.directory)
    return [
        name
        for name, endpoint in endpoints.items()
        if name in app.settings.endpoints or name in asked or app.keys.has(endpoint.key_name, endpoint.key_envs)
    ]


def refresh(app: App, endpoint: Endpoint, key: str | None = None) -> tuple[str, ...]:
    """
    The models that an endpoint says it has, which are stored for `llm models`.

    Raises NeedsKeyException, ProviderError, NetworkError, and ConfigError where they cannot be stored.
    """
    ids = served_models(app, endpoint, key)
    write_refreshed(app.directory, endpoint.name, map(ServedModel, ids), time.time())
    return ids
