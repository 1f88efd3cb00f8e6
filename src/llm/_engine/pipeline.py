"""
The policies around an answer, in their order: the first named is the innermost.

Of one model: its own handler (over HTTP `send`, inside `limit`), `budget`, `retry`. Around all models of a call:
`fallback`, `limit_time`, `repair`, `record`. Those that few calls need are imported for these.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .._domain.call import Attempt, Call
from .._domain.event import Event
from .._domain.prompt import Prompt
from .._io.io import IO, Handler
from .._io.request import Timeouts
from .deadline import limit_time
from .record import Recorder, record
from .retry import Retries, retry

if TYPE_CHECKING:
    from .budget import Account


@dataclass(frozen=True, slots=True)
class Policy:
    """
    What holds for a call: limits of time, retries, `repairs` of answers that do not fit their schema, whether calls of
    this process are `paced` together by what their provider allows, and where its turn is kept (None: nowhere).

    `account` opens the account of a call where there is a limit on what may be spent, and is None where there is none;
    `is_free` says of a model that it costs nothing.
    """

    timeouts: Timeouts = field(default_factory=Timeouts)
    retries: Retries = field(default_factory=Retries)
    recorder: Recorder | None = None
    notify: Callable[[Attempt], None] | None = None
    repairs: int = 1
    paced: bool = True
    account: Callable[[], Account] | None = None
    is_free: Callable[[str], bool] = lambda model: False

    def deadline(self) -> float | None:
        """When a call that starts now must have ended, on the monotonic clock."""
        return None if self.timeouts.total is None else time.monotonic() + self.timeouts.total


def of_one_model(answer: Handler, policy: Policy, call: Call, *, model: str, account: Account | None) -> Handler:
    """The handler of one model, with the policies that are about its exchanges."""
    handler = answer
    if account is not None:
        from .budget import budget

        handler = budget(
            handler, account, call.trace, model=model, price_key=call.trace.price_key, free=policy.is_free(model)
        )
    return retry(handler, policy.retries, call.trace, deadline=call.deadline, notify=policy.notify)


def of_a_call(
    handler: Handler, policy: Policy, call: Call, *, model: str, conversation: str, after: str | None = None
) -> Handler:
    """The handler that a response reads from; *after* is the id of the message that the prompt's input follows."""
    if call.deadline is not None:
        handler = limit_time(handler, model, policy.timeouts.total or 0, call.deadline)
    handler = _fitting(handler, policy, call)
    if policy.recorder is not None:
        handler = record(handler, policy.recorder, model, conversation, call, after=after)
    return handler


def _fitting(handler: Handler, policy: Policy, call: Call) -> Handler:
    """The handler; an answer to a prompt with a schema is held against it."""

    def fitting(prompt: Prompt, io: IO) -> AsyncGenerator[Event, None]:
        if prompt.schema is None:
            return handler(prompt, io)
        from .repair import repair

        return repair(handler, call.trace, times=policy.repairs)(prompt, io)

    return fitting
