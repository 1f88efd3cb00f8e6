"""Ask again when an exchange failed before its first event."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass

from .._domain.call import Attempt, Trace
from .._domain.event import Event
from .._domain.prompt import Prompt
from .._io.io import IO, Handler
from ..errors import ModelError


@dataclass(frozen=True, slots=True)
class Retries:
    """
    How often to ask, `attempts` in all, and how long to wait between: `delay` seconds, doubled each time up to
    `longest`, less up to half of it at random so that clients do not come back in step.

    A server's Retry-After is honoured instead, up to `longest_asked` seconds; where it asks for more, the error stands.
    """

    attempts: int = 3
    delay: float = 0.5
    longest: float = 30.0
    longest_asked: float = 120.0

    def wait(self, attempt: int, error: ModelError) -> float | None:
        """Seconds to wait after the *attempt*-th failure (from 1), or None where asking again is pointless."""
        if attempt >= self.attempts or not error.retryable:
            return None
        asked: float | None = getattr(error, "retry_after", None)
        if asked is not None:
            return asked if asked <= self.longest_asked else None
        from random import random

        longest = min(self.longest, self.delay * 2.0 ** (attempt - 1))
        return longest * (1 - random() / 2)  # noqa: S311 - jitter, no secret


def retry(
    handler: Handler,
    retries: Retries,
    trace: Trace,
    *,
    deadline: float | None = None,
    notify: Callable[[Attempt], None] | None = None,
) -> Handler:
    """The handler, asked again as *retries* says; every failure is noted in the trace and told to *notify*."""

    async def retried(prompt: Prompt, io: IO) -> AsyncGenerator[Event, None]:
        attempt = 0
        while True:
            attempt += 1
            spoken = False
            try:
                async with aclosing(handler(prompt, io)) as events:
                    async for event in events:
                        spoken = True
                        yield event
                return
            except ModelError as error:
                wait = None if spoken or trace.cancelled else retries.wait(attempt, error)
                if wait is None or (deadline is not None and time.monotonic() + wait >= deadline):
                    raise
                failed = Attempt(str(error), wait, getattr(error, "status", None))
            trace.attempts.append(failed)
            if notify is not None:
                notify(failed)
            await io.sleep(wait)

    return retried
