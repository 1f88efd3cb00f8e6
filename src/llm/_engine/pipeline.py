"""The policies around an answer, in their order: the first named is the innermost."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from .._domain.call import Attempt, Call
from .._io.io import Handler
from .._io.request import Timeouts
from .deadline import limit_time
from .record import Recorder, record
from .retry import Retries, retry


@dataclass(frozen=True, slots=True)
class Policy:
    """What holds for a call: limits of time, retries, and where its turn is kept (None: nowhere)."""

    timeouts: Timeouts = field(default_factory=Timeouts)
    retries: Retries = field(default_factory=Retries)
    recorder: Recorder | None = None
    notify: Callable[[Attempt], None] | None = None

    def deadline(self) -> float | None:
        """When a call that starts now must have ended, on the monotonic clock."""
        return None if self.timeouts.total is None else time.monotonic() + self.timeouts.total


def pipeline(
    answer: Handler, policy: Policy, call: Call, *, model: str, conversation: str, after: str | None = None
) -> Handler:
    """The handler that a response reads from; *after* is the id of the message that the prompt's input follows."""
    handler = retry(answer, policy.retries, call.trace, deadline=call.deadline, notify=policy.notify)
    if call.deadline is not None:
        handler = limit_time(handler, model, policy.timeouts.total or 0, call.deadline)
    if policy.recorder is not None:
        handler = record(handler, policy.recorder, model, conversation, call, after=after)
    return handler
