"""An answer that takes too long in all is ended between two of its pieces."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing

from .._domain.event import Event
from .._domain.prompt import Prompt
from .._io.io import IO, Handler
from ..errors import LLMTimeoutError


def limit_time(handler: Handler, model: str, seconds: float, deadline: float) -> Handler:
    """
    The handler, ended with LLMTimeoutError once *deadline* (monotonic clock) has passed.

    Wires also hold every wait on the network to the deadline; a plugin's own code can only be stopped between pieces.
    """

    async def limited(prompt: Prompt, io: IO) -> AsyncGenerator[Event, None]:
        async with aclosing(handler(prompt, io)) as events:
            async for event in events:
                if time.monotonic() > deadline:
                    raise LLMTimeoutError(
                        f"{model} took more than {seconds:g} s to answer",
                        phase="total",
                        seconds=seconds,
                        hint="Give it longer with --timeout SECONDS",
                    )
                yield event

    return limited
