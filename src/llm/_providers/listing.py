"""Which models a server has, as it says itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .._codecs import wires
from .._domain.profile import Profile
from .._engine.redact import redact
from .._engine.refusal import refusal
from .._io.blocking import run
from ..errors import BadReplyError, ProviderError
from .http_model import HTTPModel

if TYPE_CHECKING:
    from .._api.app import App
    from .._domain.endpoint import Endpoint


def served_models(app: App, endpoint: Endpoint, key: str | None = None) -> tuple[str, ...]:
    """
    The names of the models at *endpoint*, in its order; *key* is a key or the name of a stored one.

    Raises NeedsKeyException, ProviderError and NetworkError.
    """
    model = HTTPModel(endpoint.name, endpoint, Profile())
    model._app = app
    found = model.get_key(key)
    secrets = model.secrets(found)
    try:
        return run(_ask(app, model.endpoint, found, secrets))
    except ProviderError as error:
        error.args = tuple(redact(error.args, secrets))
        if error.status == 404 or isinstance(error, BadReplyError):
            error.hint = f"Is this its address? {model.endpoint.base_url}"
        raise


async def _ask(app: App, endpoint: Endpoint, key: str | None, secrets: tuple[str, ...]) -> tuple[str, ...]:
    codec = wires.codec(endpoint.wire)
    request = replace(codec.models_request(endpoint, key), timeouts=app.policy.timeouts)
    async with app.io.send(request) as reply:
        if reply.status >= 300:
            raise await refusal(codec, endpoint, request, reply, secrets)
        return codec.decode_models(await reply.read(), secrets=secrets)
