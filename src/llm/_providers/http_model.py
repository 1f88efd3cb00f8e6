"""A model that is reached over HTTP, on the wire that its endpoint speaks."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from functools import partial

from .._api.model import Model, Said
from .._codecs import wires
from .._domain.call import Call
from .._domain.endpoint import Endpoint
from .._domain.event import Event
from .._domain.option import OptionTable, as_dict
from .._domain.portable import PORTABLE
from .._domain.profile import Profile
from .._domain.prompt import Prompt
from .._engine.redact import redact
from .._engine.send import send
from .._io.io import IO, Handler
from .address import moved
from .credentials import key_for, secrets_of
from .extra_body import EXTRA_BODY
from .pacing import paced
from .price_keys import price_key


class HTTPModel(Model):
    """The model *name* of a server: where it is (`endpoint`), and what is known of it (`profile`), are data."""

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
        self.option_table = with_common_options(profile.options)
        self.needs_key = endpoint.key_name if endpoint.needs_key else None
        self.key_env_var = endpoint.key_env

    def generate(self, prompt: Prompt, call: Call) -> Said:
        """Not called: `handler` asks over HTTP by the engine's own ways to wait."""
        raise AssertionError("an HTTPModel answers through handler()")

    def handler(self, call: Call) -> Handler:
        """One exchange with the server."""
        call.trace.price_key = price_key(self.endpoint.base_url, self.name)
        if self.profile.family is not None:
            call.trace.notes["assumed_from"] = self.profile.family

        def sent(prompt: Prompt, io: IO) -> AsyncGenerator[Event, None]:
            return self._over(self.wire_for(prompt), call)(prompt, io)

        return _priced(sent, self.endpoint.base_url, call) if call.trace.price_key else sent

    def wire_for(self, prompt: Prompt) -> str:
        """
        The wire that a prompt goes over: OpenAI's models are asked over Chat Completions where that is wanted, and for
        options that the Responses API does not have.
        """
        wire = self.endpoint.wire
        if wire != "responses":
            return wire
        options = as_dict(prompt.options)
        wanted = options.get("chat_completions")
        if wanted is None:
            from .openai_catalogue import CHAT_ONLY

            wanted = not CHAT_ONLY.isdisjoint(options)
        return "chat" if wanted else wire

    def _over(self, wire: str, call: Call) -> Handler:
        """One exchange over this wire."""
        codec, endpoint = wires.codec(wire), replace(self.endpoint, wire=wire)
        encode = partial(
            codec.encode, endpoint=endpoint, model=self.name, profile=self.profile, stream=call.stream, key=call.key
        )
        return paced(send(codec, endpoint, encode, self.app.policy.timeouts, call), endpoint, self.app, call)

    def get_key(self, explicit_key: str | None = None) -> str | None:
        """The key for this endpoint alone. Raises NeedsKeyException where it cannot do without."""
        return key_for(self, explicit_key)

    def secrets(self, key: str | None) -> tuple[str, ...]:
        """The key, and the headers of the endpoint that are named as secrets are."""
        return secrets_of(self.endpoint, key)

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


def with_common_options(table: OptionTable) -> OptionTable:
    """The table with `extra_body`, which every model takes; an open one also checks what means the same to all."""
    common = (*(PORTABLE if table.open else ()), EXTRA_BODY)
    missing = [option for option in common if option.name not in table.by_name]
    return OptionTable((*table.options, *missing), open=table.open) if missing else table
