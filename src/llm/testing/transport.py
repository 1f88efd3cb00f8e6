"""An HTTP transport in memory."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from threading import Lock

from .._io.network_error import broken, timed_out
from .._io.request import HTTPRequest
from ..errors import BadReplyError, RequestError
from .reply import Cut, Pause, Reply, Stall, Step, encoded


class ScriptedTransport:
    """
    Carries HTTP exchanges in memory, for plain code and for event loops: scripted replies, one per request.

        transport = ScriptedTransport(error_reply(429), chat_stream("Hello"))

    It plays the same `Reply`s as a `FaultyServer`, without the wait: a `Pause` takes no time, a `Cut` breaks the
    connection, a `Stall` is a time-out at once, and an exception in place of a reply is raised. With `repeat` the last
    reply serves all requests that follow; without, a request for which none is left raises `RequestError`.

    `requests` is what was sent, in order; `open` the number of replies that are being read now.
    """

    def __init__(self, *replies: Reply | Exception, repeat: bool = False) -> None:
        self.replies = replies
        self.repeat = repeat
        self.requests: list[HTTPRequest] = []
        self.open = 0
        self._lock = Lock()

    @asynccontextmanager
    async def __call__(self, request: HTTPRequest) -> AsyncIterator[ScriptedReply]:
        """Play the next reply."""
        reply = self._next(request)
        if isinstance(reply, Exception):
            raise reply
        for step in reply.before:
            _piece(step, request, "first_byte")
        if any(isinstance(step, bytes | str) for step in reply.before):
            raise BadReplyError(f"{request.host} does not answer in HTTP")
        self._count(1)
        try:
            yield ScriptedReply(reply, request)
        finally:
            self._count(-1)

    def _next(self, request: HTTPRequest) -> Reply | Exception:
        with self._lock:
            self.requests.append(request)
            number = len(self.requests) - 1
        if number >= len(self.replies) and not (self.repeat and self.replies):
            raise RequestError(f"No reply is scripted for request {number}")
        return self.replies[min(number, len(self.replies) - 1)]

    def _count(self, change: int) -> None:
        with self._lock:
            self.open += change


class ScriptedReply:
    """A reply whose head has arrived; each piece of its body is one read."""

    def __init__(self, reply: Reply, request: HTTPRequest) -> None:
        self.status = reply.status
        self.headers: Mapping[str, str] = {name.lower(): value for name, value in reply.headers.items()}
        self._steps = iter(reply.body)
        self._request = request

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """The body in pieces, as they come."""
        for step in self._steps:
            if piece := _piece(step, self._request, "between_bytes"):
                yield piece

    async def read(self) -> bytes:
        """The rest of the body."""
        return b"".join([chunk async for chunk in self.chunks()])

    def abort(self) -> None:
        """There is no connection to break off."""

    async def settle(self) -> None:
        """Nothing: there is no connection to be used again."""


def _piece(step: Step, request: HTTPRequest, phase: str) -> bytes:
    match step:
        case Pause():
            return b""
        case Cut():
            raise broken(request.host, "it was closed early")
        case Stall(seconds):
            raise timed_out(request.host, phase, getattr(request.timeouts, phase) or seconds)
        case _:
            return encoded(step)
