"""Requests to one endpoint, whatever they ask of it, take turns together."""

from __future__ import annotations

from .._api.app import App
from .._domain.call import Call
from .._domain.endpoint import Endpoint
from .._io.io import Handler


def paced(handler: Handler, endpoint: Endpoint, app: App, call: Call) -> Handler:
    """The handler of one exchange with *endpoint*, which waits for its turn as the limits of the endpoint say."""
    if not app.policy.paced:
        return handler
    from .._engine.limit import limit
    from .._engine.limiter import Limits
    from .._engine.limiters import endpoint_key, limiter_of

    limits = app.settings.limits.get(endpoint.name)
    given = Limits(*(getattr(limits, name) for name in limits.__slots__)) if limits else Limits()
    return limit(handler, limiter_of(endpoint_key(endpoint.base_url, call.key), given), call)
