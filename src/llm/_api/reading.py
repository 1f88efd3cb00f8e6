"""
An answer while it is read, by any number of readers, from one source.

Every reader sees all events from the first. The one that finds no more pulls the next from the source; others wait at a
gate until it has. So an answer is asked for once, however many threads or tasks read it.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from threading import RLock
from typing import Self, TypeAlias

from .._domain.call import Trace
from .._domain.event import Event, TextDelta
from .._domain.turn import Status
from .._io.gate import Gate
from .._io.io import IO
from ..errors import Incomplete

Open: TypeAlias = Callable[[], Awaitable[AsyncGenerator[Event, None]]]
"""Begins an answer: what it returns is asked for the first event."""


class Reading:
    """The events so far, where more come from, and how it ended."""

    def __init__(self, open: Open, io: IO, trace: Trace, on_done: Callable[[], None]) -> None:
        self.events: list[Event] = []
        self.status: Status = "running"
        self.error: BaseException | None = None
        self.started = time.monotonic()
        self.asked = time.time()
        self.first: float | None = None
        self.last: float | None = None
        self._trace = trace
        self._open = open
        self._source: AsyncGenerator[Event, None] | None = None
        self._on_done = on_done
        self._io = io
        self._lock = RLock()  # the garbage collector may drop a reader in the middle of a step of another
        self._readers: set[object] = set()
        self._pulling = False
        self._dropped = False
        self._gate: Gate | None = None

    @classmethod
    def ended_with(cls, events: list[Event], io: IO, trace: Trace) -> Self:
        """A reading of what has arrived whole already."""

        async def nothing() -> AsyncGenerator[Event, None]:
            raise AssertionError("an answer that has ended is not asked for")

        reading = cls(nothing, io, trace, lambda: None)
        reading.events, reading.status = events, "done"
        return reading

    @property
    def ended(self) -> bool:
        """Whether no more will come."""
        return self.status != "running"

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join([event.text for event in self.events if type(event) is TextDelta])

    async def read(self, reader: object = None) -> AsyncGenerator[Event, None]:
        """
        All events, from the first. Raises what the source raised, and Incomplete where reading was ended early.

        *reader* names who reads, for `drop`.
        """
        reader = reader or object()
        events = self.events
        index = 0
        with self._lock:
            self._readers.add(reader)
        try:
            while True:
                if index < len(events):
                    yield events[index]
                    index += 1
                elif self.ended:
                    break
                else:
                    await self._pull(index)
        finally:
            with self._lock:
                self._readers.discard(reader)
                leaving = not self._readers and not self.ended
            if leaving:
                await self.leave()
            elif self._dropped:
                await self._close()
        self.check()

    def drop(self, reader: object) -> None:
        """Note that *reader* is gone: where it was the only one, the answer is left; the connection closes after."""
        with self._lock:
            self._readers.discard(reader)
            if not self._readers and self.status == "running":
                self._dropped = True
                self._end("partial")

    def check(self) -> None:
        """Raise what kept the answer from being whole, if anything did."""
        if self.status == "done":
            return
        if self.error is not None:
            raise self.error
        how = "cancelled" if self.status == "cancelled" else "left"
        raise Incomplete(
            f"The answer was {how} before it was whole, after {len(self.text)} characters",
            text=self.text,
            hint="Nothing is sent again: make a new response to ask again",
        )

    async def leave(self, status: Status = "partial") -> None:
        """End the reading early, which closes the connection, also under a reader who waits for the next event."""
        with self._lock:
            if self.status != "running":
                return
            self._trace.cancelled = status == "cancelled"
            self._end(status)
            pulling = self._pulling
        if not pulling:
            await self._close()
        elif self._trace.abort is not None:
            self._trace.abort()  # whoever waits for the next event wakes up, and closes

    async def _close(self) -> None:
        if self._source is not None:
            await self._source.aclose()

    async def _pull(self, index: int) -> None:
        """Wait until there are more than *index* events, or no more will come."""
        with self._lock:
            if len(self.events) > index or self.status != "running":
                return
            if self._pulling:
                gate = self._gate = self._gate or Gate()
            else:
                gate, self._pulling = None, True
        if gate is not None:
            await self._io.wait(gate)
            return
        try:
            await self._step()
        finally:
            with self._lock:
                self._pulling = False
                gate, self._gate = self._gate, None
                left = self.status in ("partial", "cancelled")
            if left:
                await self._close()
            if gate is not None:
                gate.open()

    async def _step(self) -> None:
        """Take one event from the source."""
        try:
            if self._source is None:
                self.started = time.monotonic()
                self._source = await self._open()
            event = await anext(self._source)
        except StopAsyncIteration:
            self._end("done")
            self._on_done()
        except Exception as error:
            if not self.ended:
                self.error = error
            self._end("error")
        except BaseException:
            self._end("cancelled")
            raise
        else:
            if self.first is None:
                self.first = time.monotonic()
            self.events.append(event)

    def _end(self, status: Status) -> None:
        """Note how it ended; what was noted first holds."""
        if self.status == "running":
            self.last = time.monotonic()
            self.status = status
