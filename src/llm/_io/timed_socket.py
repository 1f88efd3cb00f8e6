"""A socket whose every wait is limited, as http.client takes it."""

from __future__ import annotations

import io
import time
from http.client import HTTPResponse
from socket import socket
from typing import Any

from .network_error import timed_out
from .request import Timeouts

_READ = 65536
_GRACE = 0.05
_LONGEST = 2_000_000.0  # seconds: what the system's own counters of milliseconds can hold


class Clock:
    """How long the next wait of one exchange may be."""

    def __init__(self, timeouts: Timeouts, host: str) -> None:
        self._host = host
        self._timeouts = timeouts
        self._end = timeouts.end(time.monotonic())
        self._phase, self._limit = "connect", timeouts.connect
        self._phase_end: float | None = None
        self.response: HTTPResponse | None = None

    def enter(self, phase: str) -> None:
        self._phase, self._limit = phase, getattr(self._timeouts, phase)
        self._phase_end = None

    def begin(self, phase: str) -> None:
        """Enter a phase whose limit holds for all of its waits together."""
        self.enter(phase)
        self._phase_end = None if self._limit is None else time.monotonic() + self._limit

    def replied(self) -> None:
        """The reply has begun; that of a proxy is still part of connecting."""
        if self._phase == "first_byte":
            self.enter("between_bytes")

    def grace(self) -> None:
        """From now on wait hardly at all: what is still to come is of no use but to end in good order."""
        self._phase, self._limit = "between_bytes", _GRACE
        self._phase_end = time.monotonic() + _GRACE

    def allowed(self) -> float | None:
        """Seconds for the next wait, or None for no limit. Raises LLMTimeoutError when there are none left."""
        end, limit = self._end, self._limit
        if self._phase_end is not None:
            end = self._phase_end if end is None else min(end, self._phase_end)
        if end is not None:
            left = end - time.monotonic()
            if left <= 0:
                raise self.expired()
            limit = left if limit is None else min(left, limit)
        return limit if limit is None else min(limit, _LONGEST)

    def expired(self) -> Exception:
        """The error for the wait that just ended in vain."""
        if self._end is not None and time.monotonic() >= self._end:
            return timed_out(self._host, "total", self._timeouts.total or 0)
        return timed_out(self._host, self._phase, self._limit or 0)


class _TimedReader(io.RawIOBase):
    """Reads a socket within the limits of a clock."""

    def __init__(self, sock: socket, clock: Clock) -> None:
        self._sock = sock
        self._clock = clock
        self._first = True
        self._raw = sock.makefile("rb", buffering=0)  # holds the socket open until the reply is closed

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._clock.allowed())
        try:
            count: int | None = self._raw.readinto(buffer)
        except TimeoutError:
            raise self._clock.expired() from None
        if self._first:
            self._first = False
            self._clock.replied()
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedSocket:
    """What HTTPResponse takes for a socket."""

    def __init__(self, sock: socket, clock: Clock) -> None:
        self._sock, self._clock = sock, clock

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_TimedReader(self._sock, self._clock), _READ)


def timed_response(clock: Clock, sock: socket, *args: Any, **kwargs: Any) -> HTTPResponse:
    """A reply that is read from *sock* within the limits of *clock*, which remembers it."""
    clock.response = HTTPResponse(_TimedSocket(sock, clock), *args, **kwargs)  # type: ignore[arg-type]
    return clock.response
