"""
Who may ask an endpoint now, and who waits for a turn: one queue for all threads and event loops of a process.

Nothing here waits. What happens (a request joins, leaves, is refused) is done by whichever thread is at it, one thing
after the other, and gates are opened for those whose turn it is; one timer rings for all who wait for a moment.
"""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import inf
from threading import Lock, Timer
from typing import TYPE_CHECKING, Literal, TypeAlias

from .._io.gate import Gate
from .capacity import Capacity
from .pace import Pace
from .rate import Rate

if TYPE_CHECKING:
    from .._codecs.rate_limit import RateLimit

_LONGEST_PAUSE = 3600.0  # seconds: a wrong Retry-After does not close an endpoint for longer
_LONGEST_TIMER = 3600.0  # seconds: a timer of centuries overflows, and one that rings early is set again

State: TypeAlias = Literal["waiting", "open", "late", "denied", "gone"]


@dataclass(frozen=True, slots=True)
class Limits:
    """
    Limits of an endpoint that somebody has set; None leaves it to what the provider's replies say.

    `concurrency` is how many requests may be open at a time, at most. `tokens_per_minute` holds back requests after
    answers that used up so many: what an answer will take is known only when it is there.
    """

    concurrency: int | None = None
    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None

    def __post_init__(self) -> None:
        for limit in (self.concurrency, self.requests_per_minute, self.tokens_per_minute):
            if limit is not None and limit <= 0:
                raise ValueError(f"A limit is more than 0, not {limit}")


class Slot:
    """
    One request's place: in the queue (`waiting`), then among those that may ask (`open`).

    It is out of the queue as `late` when its deadline passed, and `denied` when the provider asks for a wait (`asked`
    seconds) that is longer than its patience or its deadline; at the end it is `gone`. The gate opens when it is no
    longer waiting.
    """

    __slots__ = ("asked", "deadline", "gate", "patience", "round", "state")

    def __init__(self, deadline: float | None, patience: float) -> None:
        self.deadline = inf if deadline is None else deadline
        self.patience = patience
        self.gate = Gate()
        self.state: State = "waiting"
        self.round = 0
        self.asked = 0.0


class Limiter:
    """The queue of one endpoint. Its methods may be called from every thread, and by the garbage collector."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.open = 0
        self._lock = Lock()
        self._todo: deque[Callable[[], None]] = deque()
        self._queue: OrderedDict[Slot, None] = OrderedDict()
        self._passing: list[Gate] = []
        self._paused = 0.0
        self._pace: Pace | None = None
        self._timer: Timer | None = None
        self._rings = inf
        self._configure(limits or Limits())

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        return len(self._queue)

    @property
    def allowed(self) -> int:
        """How many may be open at a time, as it stands."""
        return self._capacity.allowed

    @property
    def idle(self) -> bool:
        """Whether nobody asks, nobody waits, and nothing is to be remembered."""
        return not (self.open or self._queue or self._paused > time.monotonic())

    def configure(self, limits: Limits) -> None:
        """Hold to other limits from now on."""
        self._do(partial(self._configure, limits))

    def join(self, deadline: float | None = None, patience: float = inf) -> Slot:
        """
        A slot, open at once or waiting for its turn, first come, first served.

        Its time is up at the *deadline* (monotonic clock). A wait that the provider asked for is waited for up to
        *patience* seconds. Whoever joins must `leave`.
        """
        slot = Slot(deadline, patience)
        self._do(partial(self._join, slot))
        return slot

    def leave(self, slot: Slot, *, good: bool = False, tokens: float = 0) -> None:
        """Give the slot back, from wherever it is; *good* says that a whole answer came, of so many *tokens*."""
        self._do(partial(self._leave, slot, good, tokens))

    def overloaded(self, slot: Slot, retry_after: float | None = None) -> None:
        """The request in this slot was one too many: allow half, and let nobody ask for *retry_after* seconds."""
        self._do(partial(self._overloaded, slot, retry_after))

    def note(self, limit: RateLimit | None) -> None:
        """Begin requests as a reply's headers say; None where they do not say anything."""
        if limit is not None or self._pace is not None:
            self._do(partial(self._note, limit))

    def _do(self, action: Callable[[], None]) -> None:
        """
        Do *action* when no other is being done.

        The lock is never waited for: who finds it taken leaves the action to who has it. That may be this very thread,
        as the garbage collector closes answers that were dropped in the middle of anything.
        """
        self._todo.append(action)
        while self._todo and self._lock.acquire(blocking=False):
            try:
                while self._todo:
                    self._todo.popleft()()
                passing, self._passing = self._passing, []
            finally:
                self._lock.release()
            for gate in passing:
                gate.open()

    # What follows is done by _do() alone.

    def _configure(self, limits: Limits) -> None:
        self.limits = limits
        self._capacity = Capacity(limits.concurrency)
        self._requests = None if limits.requests_per_minute is None else Rate(limits.requests_per_minute)
        self._tokens = None if limits.tokens_per_minute is None else Rate(limits.tokens_per_minute)
        self._admit()

    def _join(self, slot: Slot) -> None:
        self._queue[slot] = None
        self._admit()
        if slot.state == "waiting" and not self._hopeless(slot, time.monotonic()):
            self._ring_at(slot.deadline)

    def _leave(self, slot: Slot, good: bool, tokens: float) -> None:
        if slot.state == "waiting":
            del self._queue[slot]
        elif slot.state == "open":
            if good:
                self._capacity.good()
            self.open -= 1
            if tokens and self._tokens is not None:
                self._tokens.add(time.monotonic(), tokens)
        slot.state = "gone"
        self._passing.append(slot.gate)
        self._admit()

    def _overloaded(self, slot: Slot, retry_after: float | None) -> None:
        if slot.state != "open":
            return
        self._capacity.overloaded(slot.round)
        if retry_after:
            now = time.monotonic()
            self._paused = max(self._paused, now + min(retry_after, _LONGEST_PAUSE))
            for waiting in list(self._queue):
                self._hopeless(waiting, now)

    def _note(self, limit: RateLimit | None) -> None:
        self._pace = None if limit is None else Pace(limit, time.monotonic())
        self._admit()

    def _admit(self) -> None:
        """Let those begin whose turn it is."""
        queue, capacity = self._queue, self._capacity
        while queue and self.open < capacity.allowed:
            now = time.monotonic()
            moment = self._free(now)
            if moment > now:
                self._ring_at(moment)
                break
            slot, _ = queue.popitem(last=False)
            slot.state, slot.round = "open", capacity.round
            self._passing.append(slot.gate)
            self.open += 1
            if self.open == capacity.allowed:
                capacity.full = True
            if self._requests is not None:
                self._requests.add(now)
            if self._pace is not None and not self._pace.begin(now):
                self._pace = None
        if self._timer is not None and not queue:
            self._timer.cancel()
            self._timer, self._rings = None, inf

    def _free(self, now: float) -> float:
        """The moment from which a request may begin, as far as time goes."""
        moment = self._paused
        for limit in (self._pace, self._requests, self._tokens):
            if limit is not None:
                moment = max(moment, limit.free(now))
        return moment

    def _hopeless(self, slot: Slot, now: float) -> bool:
        """Whether there is no point in waiting; the slot is then out of the queue."""
        asked = self._paused - now
        if now >= slot.deadline:
            slot.state = "late"
        elif asked > 0 and (asked > slot.patience or self._paused >= slot.deadline):
            slot.state, slot.asked = "denied", asked
        else:
            return False
        del self._queue[slot]
        self._passing.append(slot.gate)
        return True

    def _ring_at(self, moment: float) -> None:
        """Look again at *moment*, or before."""
        if moment >= self._rings:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._rings = moment
        seconds = min(max(0.0, moment - time.monotonic()), _LONGEST_TIMER)
        self._timer = timer = Timer(seconds, lambda: self._do(partial(self._rang, timer)))
        timer.daemon = True
        timer.start()

    def _rang(self, timer: Timer) -> None:
        if timer is not self._timer:
            return  # another was set meanwhile
        self._timer, self._rings = None, inf
        now = time.monotonic()
        for slot in list(self._queue):
            self._hopeless(slot, now)
        self._admit()
        self._ring_at(min((slot.deadline for slot in self._queue), default=inf))
