"""A request waits for its turn, and what becomes of it decides how many may follow."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial

from .._domain.call import Call
from .._domain.event import Event, UsageEvent
from .._domain.prompt import Prompt
from .._io.io import IO, Handler
from ..errors import Incomplete, LLMTimeoutError, ModelError, RateLimitError
from .limiter import Limiter, Slot

PATIENCE = 120.0
"""The longest wait in seconds, asked for by the provider, that a request sits out before it is sent."""

_OVERLOADED = (503, 529)
_OVERLOADED_NAMES = ("overloaded_error", "rate_limit_error", "rate_limit_exceeded")  # in streams, without a number


def limit(handler: Handler, limiter: Limiter, call: Call, *, patience: float = PATIENCE) -> Handler:
    """
    The handler, asked when the limiter has a slot; the slot is given back however the answer ends.

    It stands inside `retry` and around one exchange, so that every attempt waits for a turn of its own and every
    refusal is seen. Raises RateLimitError, without asking, where the provider asked to wait for longer than *patience*
    or than the call has time, LLMTimeoutError where that time is up in the queue, and Incomplete where the reader left.
    """
    trace = call.trace

    async def limited(prompt: Prompt, io: IO) -> AsyncGenerator[Event, None]:
        good, told, tokens = False, False, 0
        trace.rate_limit = None
        slot = limiter.join(call.deadline, patience)
        try:
            if slot.state != "open":
                await _turn(slot, limiter, prompt, io, call)
            async with aclosing(handler(prompt, io)) as events:
                async for event in events:
                    if not told:
                        told = True
                        limiter.note(trace.rate_limit)
                    if type(event) is UsageEvent:
                        tokens = (event.usage.input or 0) + (event.usage.output or 0)
                    yield event
            good = True
        except ModelError as error:
            if not told and trace.rate_limit is not None:
                limiter.note(trace.rate_limit)
            if is_overload(error):
                limiter.overloaded(slot, getattr(error, "retry_after", None))
            raise
        finally:
            limiter.leave(slot, good=good, tokens=tokens)

    return limited


def is_overload(error: ModelError) -> bool:
    """Whether an error says that fewer requests should be sent: 429, 503 and 529, also inside a stream."""
    if isinstance(error, RateLimitError):
        return True
    facts = [getattr(error, name, None) for name in ("status", "code", "type")]
    return any(fact in _OVERLOADED or fact in _OVERLOADED_NAMES for fact in facts)


async def _turn(slot: Slot, limiter: Limiter, prompt: Prompt, io: IO, call: Call) -> None:
    """Wait until the slot is open; a reader who leaves meanwhile takes it out of the queue."""
    since = time.monotonic()
    call.trace.abort = partial(limiter.leave, slot)
    await io.wait(slot.gate)
    call.trace.abort = None
    state = slot.state
    if state == "open":
        return
    model = getattr(prompt.model, "model_id", None)
    who = model or "The model"
    if state == "denied":
        raise RateLimitError(
            f"{who} was not asked: its endpoint wants {slot.asked:.0f} s without requests",
            retry_after=slot.asked,
            model=model,
            hint="Ask again later, or ask another model",
        )
    if state == "late":
        waited = time.monotonic() - since
        raise LLMTimeoutError(
            f"{who} was not asked: the time for the answer was up after {waited:.1f} s in the queue of its endpoint",
            phase="total",
            seconds=waited,
            hint="Give it longer with --timeout SECONDS, or allow more requests at a time",
        )
    raise Incomplete(f"{who} was not asked: the answer was left while it waited for its turn")
