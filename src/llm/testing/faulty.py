"""A server that fails on purpose, to try what a client makes of it."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Condition, Event, Thread
from time import monotonic
from types import TracebackType

from .connection import Connection
from .exchange import Exchange
from .openai_chat import error_reply
from .reply import Reply

_FAREWELL = 5.0  # seconds
_HOST = "127.0.0.1"


class FaultyServer:
    """
    An HTTP server on loopback that gives scripted replies, one per request in the order of arrival.

        with FaultyServer(error_reply(429, headers={"Retry-After": "0.2"}), chat_reply("Hello")) as server:
            ...  # ask server.url twice
        assert [exchange.path for exchange in server.exchanges] == ["/v1/chat/completions"] * 2

    It answers any method and path alike. A request for which no reply is left gets status 410, unless `repeat` is
    set: then the last reply serves all that follow. With `accept=False` nobody is let in: connecting takes for ever
    (where a system queues connections regardless, the first byte does).

    `url` is a base URL for OpenAI clients, such as `http://127.0.0.1:41234/v1`; `exchanges` is what was asked so
    far. Leaving the `with` block cuts what is still open, waiting for five seconds at most.
    """

    def __init__(self, *replies: Reply, repeat: bool = False, accept: bool = True) -> None:
        self.replies = replies
        self.repeat = repeat
        self.exchanges: list[Exchange] = []
        self._changed = Condition()
        self._closing = Event()
        self._connections: list[Connection] = []
        self._threads: list[Thread] = []
        self._listener = socket.create_server((_HOST, 0), backlog=128 if accept else 0)
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://{_HOST}:{self.port}/v1"
        self._fillers = [] if accept else _fillers(self.port)
        if accept:
            self._start(self._accept)

    @property
    def connections(self) -> int:
        """How many connections clients have made."""
        return len(self._connections)

    def __enter__(self) -> FaultyServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def exchange(self, index: int, timeout: float = 5.0) -> Exchange:
        """The request with this number, from 0 on, waited for; `TimeoutError` if it does not come."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.exchanges) > index, timeout):
                raise TimeoutError(f"Request {index} did not come within {timeout:g} seconds.")
            return self.exchanges[index]

    def close(self) -> None:
        """Stop listening and cut every connection; closing twice is fine."""
        with self._changed:
            if self._closing.is_set():
                return
            self._closing.set()
        if not self._fillers:
            self._wake()
        for connection in self._connections:
            connection.interrupt()
        end = monotonic() + _FAREWELL
        for thread in self._threads:
            thread.join(max(0.0, end - monotonic()))
        for each in (*self._fillers, self._listener):
            each.close()

    def _start(self, target: Callable[[], None]) -> None:
        thread = Thread(target=target, name="FaultyServer", daemon=True)
        thread.start()
        self._threads.append(thread)  # only now: a thread that has not started cannot be joined

    def _wake(self) -> None:
        """Let the thread that accepts look up: closing its socket would not do it on every system."""
        with suppress(OSError):
            socket.create_connection((_HOST, self.port), timeout=0.1).close()

    def _accept(self) -> None:
        while True:
            connected, _ = self._listener.accept()
            with self._changed:
                if self._closing.is_set():
                    connected.close()
                    return
                connection = Connection(connected, self._closing)
                self._connections.append(connection)
            self._start(partial(connection.serve, self._answer))

    def _answer(self, exchange: Exchange) -> Reply:
        """Take note of a request and choose its reply."""
        with self._changed:
            self.exchanges.append(exchange)
            self._changed.notify_all()
            number = len(self.exchanges) - 1
        if number >= len(self.replies) and not (self.repeat and self.replies):
            return error_reply(410, f"No reply is scripted for request {number}.", type="faulty_server")
        return self.replies[min(number, len(self.replies) - 1)]


def _fillers(port: int) -> list[socket.socket]:
    """Connections that fill the queue of a listener that accepts nobody, so that the next one has to wait."""
    waiting = []
    for _ in range(8):
        filler = socket.socket()
        waiting.append(filler)
        filler.settimeout(0.05)
        try:
            filler.connect((_HOST, port))
        except TimeoutError:
            break
    return waiting
