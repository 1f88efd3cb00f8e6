"""One client's connection to a faulty server."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from threading import Event
from time import monotonic
from typing import NoReturn, assert_never

from .exchange import Exchange, read_exchange
from .reply import Cut, Pause, Reply, Stall, Step, encoded


class _Ended(Exception):
    """The connection is over; `reset` says that it is to end as if broken."""

    def __init__(self, *, reset: bool = False) -> None:
        super().__init__()
        self.reset = reset


class Connection:
    """Plays a reply to each request of a connection until a reply, the client or `closing` ends it."""

    def __init__(self, connected: socket.socket, closing: Event) -> None:
        self._socket = connected
        self._closing = closing

    def serve(self, answer: Callable[[Exchange], Reply]) -> None:
        """Read requests and play the replies that `answer` has for them."""
        reset = False
        with self._socket, self._socket.makefile("rb") as stream:
            try:
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # a packet for each piece
                while exchange := read_exchange(stream):
                    reply = answer(exchange)
                    self._play(reply, exchange)
                    if reply.framing == "close" or not exchange.keep_alive:
                        break
            except _Ended as end:
                reset = end.reset
            except (OSError, ValueError):
                pass  # the client is gone, or talks no HTTP
            if reset:
                # Without lingering, closing throws away what is under way and sends RST instead of FIN.
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def interrupt(self) -> None:
        """End whatever the connection waits for, from another thread."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def _play(self, reply: Reply, exchange: Exchange) -> None:
        try:
            for step in reply.before:
                self._step(step, encoded, exchange)
            self._send(reply.head(), exchange)
            for step in reply.body:
                self._step(step, reply.framed, exchange)
            self._send(reply.end(), exchange)
        finally:
            exchange.finished.set()

    def _step(self, step: Step, frame: Callable[[bytes | str], bytes], exchange: Exchange) -> None:
        match step:
            case bytes() | str():
                self._send(frame(step), exchange)
            case Pause(seconds):
                self._wait(seconds, exchange)
            case Stall(seconds):
                self._wait(seconds, exchange)
                raise _Ended
            case Cut(reset):
                raise _Ended(reset=reset)
            case _:
                assert_never(step)

    def _send(self, data: bytes, exchange: Exchange) -> None:
        if not data:
            return
        self._wait(0, exchange)
        try:
            self._socket.sendall(data)
        except OSError:
            self._leave(exchange)

    def _wait(self, seconds: float, exchange: Exchange) -> None:
        """Let time pass, unless the client leaves or the server closes."""
        end = monotonic() + seconds
        self._socket.settimeout(seconds)
        try:
            more = self._socket.recv(1, socket.MSG_PEEK)
        except (TimeoutError, BlockingIOError):
            return
        except OSError:
            more = b""
        finally:
            self._socket.settimeout(None)
        if not more:
            self._leave(exchange)
        # The client has sent its next request already: for this once it is not watched.
        self._closing.wait(end - monotonic())

    def _leave(self, exchange: Exchange) -> NoReturn:
        if not self._closing.is_set():
            exchange.note_closed()
        raise _Ended
