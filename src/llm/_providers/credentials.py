"""Who asks an endpoint: the key that is found for it, and what of a request is secret."""

from __future__ import annotations

import re
from typing import Any

from .._api.model import needs_key
from .._domain.endpoint import Endpoint

_SECRET = re.compile("auth|cookie|key|password|secret|token", re.IGNORECASE)


def key_for(model: Any, explicit_key: str | None) -> str | None:
    """The key for the endpoint of *model* alone. Raises NeedsKeyException where it cannot do without."""
    if model.key is not None and not explicit_key:
        return str(model.key)
    endpoint: Endpoint = model.endpoint
    found = model.app.keys.resolve(explicit_key, endpoint.key_name, endpoint.key_envs, needed=endpoint.needs_key)
    if found is None and endpoint.needs_key:
        raise needs_key(model.model_id, endpoint.key_name or endpoint.name, endpoint.key_env)
    return None if found is None else str(found.value)


def secrets_of(endpoint: Endpoint, key: str | None) -> tuple[str, ...]:
    """The key, and the headers of the endpoint that are named as secrets are."""
    headers = (value for name, value in endpoint.headers.items() if _SECRET.search(name))
    return tuple(secret for value in (key, *headers) if value for secret in (value, *value.split()[1:]))
