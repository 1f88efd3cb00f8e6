"""A model that is reached over the Chat Completions wire."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from functools import partial

from .._api.model import Model, Said, needs_key
from .._codecs import chat
from .._domain.call import Call
from .._domain.endpoint import Endpoint
from .._domain.event import Event
from .._domain.option import OptionTable
from .._domain.profile import Profile
from .._domain.prompt import Prompt
from .._engine.redact import redact
from .._engine.send import send
from .._io.io import IO, Handler
from .extra_body import EXTRA_BODY
from .price_keys import price_key

_SECRET = re.compile("auth|cookie|key|password|secret|token", re.IGNORECASE)


class ChatModel(Model):
    """
    The model *name* of a server that speaks Chat Completions: where it is (`endpoint`) and what is known of it
    (`profile`) are data.
    """

    supports_conversation = True

    def __init__(self, model_id: str, endpoint: Endpoint, profile: Profile, name: str | None = None) -> None:
        self.model_id = model_id
        self.name = name or model_id
        self.endpoint = moved(endpoint)
        self.profile = profile
        self.can_stream = profile.can_stream
        self.supports_tools = profile.supports_tools
        self.supports_schema = profile.supports_schema
        self.attachment_types = profile.attachment_types
        self.option_table = with_extra_body(profile.options)
        self.needs_key = endpoint.key_name if endpoint.needs_key else None
        self.key_env_var = endpoint.key_env

    def generate(self, prompt: Prompt, call: Call) -> Said:
        """Not called: `handler` asks over HTTP by the engine's own ways to wait."""
        raise AssertionError("a ChatModel answers through handler()")

    def handler(self, call: Call) -> Handler:
        """One exchange with the server."""
        encode = partial(
            chat.encode,
            endpoint=self.endpoint,
            model=self.name,
            profile=self.profile,
            stream=call.stream,
            key=call.key,
        )
        sent = send(chat, self.endpoint, encode, self.app.policy.timeouts, call)
        call.trace.price_key = price_key(self.endpoint.base_url, self.name)
        return _priced(sent, self.endpoint.base_url, call) if call.trace.price_key else sent

    def get_key(self, explicit_key: str | None = None) -> str | None:
        """The key for this endpoint alone. Raises NeedsKeyException where it cannot do without."""
        if self.key is not None and not explicit_key:
            return self.key
        endpoint = self.endpoint
        found = self.app.keys.resolve(explicit_key, endpoint.key_name, endpoint.key_env, needed=endpoint.needs_key)
        if found is None and endpoint.needs_key:
            raise needs_key(self.model_id, endpoint.key_name or endpoint.name, endpoint.key_env)
        return None if found is None else found.value

    def secrets(self, key: str | None) -> tuple[str, ...]:
        """The key, and the headers of the endpoint that are named as secrets are."""
        headers = (value for name, value in self.endpoint.headers.items() if _SECRET.search(name))
        return tuple(secret for value in (key, *headers) if value for secret in (value, *value.split()[1:]))

    def __str__(self) -> str:
        return f"{self.endpoint.title or self.endpoint.name}: {self.model_id}"


def _priced(handler: Handler, base_url: str, call: Call) -> Handler:
    """The handler, after which the prices are those of the model that answered: a name asked for may move along."""

    async def priced(prompt: Prompt, io: IO) -> AsyncGenerator[Event, None]:
        try:
            async with aclosing(handler(prompt, io)) as events:
                async for event in events:
                    yield event
        finally:
            if call.trace.model:
                call.trace.price_key = price_key(base_url, redact(call.trace.model, call.secrets))

    return priced


def moved(endpoint: Endpoint) -> Endpoint:
    """The endpoint at the address that its environment variable names, where that is set."""
    url = os.environ.get(endpoint.base_url_env or "", "").strip()
    if not url:
        return endpoint
    from .._config.endpoints import check_base_url

    return replace(endpoint, base_url=check_base_url(url, f"${endpoint.base_url_env}"))


def with_extra_body(table: OptionTable) -> OptionTable:
    """The table with `extra_body`, which every model takes."""
    if EXTRA_BODY.name in table.by_name:
        return table
    return OptionTable((*table.options, EXTRA_BODY), open=table.open)
