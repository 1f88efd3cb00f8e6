"""Servers in front of another: a proxy, and one that ends TLS."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from ssl import SSLContext


class Front:
    """Listens on loopback and serves each connection, on a thread of its own, by *serve*, until it is closed."""

    def __init__(self, serve: Callable[[socket.socket], None]) -> None:
        self._serve = serve
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=self._safely, args=(self._listener.accept()[0],), daemon=True).start()

    def _safely(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            self._serve(client)


class Relay(Front):
    """A proxy: it passes requests and tunnels on to the port *target*, whatever host they name."""

    def __init__(self, target: int, *, refuse: str = "") -> None:
        self.heads: list[str] = []
        self._target, self._refuse = target, refuse
        super().__init__(self._relay)

    def _relay(self, client: socket.socket) -> None:
        received = b""
        while b"\r\n\r\n" not in received:
            received += client.recv(65536)
        self.heads.append(received.partition(b"\r\n\r\n")[0].decode())
        if self._refuse:
            client.sendall(f"HTTP/1.1 {self._refuse}\r\nContent-Length: 0\r\n\r\n".encode())
            return
        with socket.create_connection(("127.0.0.1", self._target)) as server:
            if received.startswith(b"CONNECT"):
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                server.sendall(received)
            join(client, server)


class TLSFront(Front):
    """Speaks TLS and passes what is within on to the port *target*."""

    def __init__(self, target: int, context: SSLContext) -> None:
        self._target, self._context = target, context
        super().__init__(self._unwrap)

    def _unwrap(self, client: socket.socket) -> None:
        with (
            self._context.wrap_socket(client, server_side=True) as inner,
            socket.create_connection(("127.0.0.1", self._target)) as server,
        ):
            join(inner, server)


def join(one: socket.socket, other: socket.socket) -> None:
    """Pass bytes both ways until either side ends."""
    back = threading.Thread(target=_pump, args=(one, other), daemon=True)
    back.start()
    _pump(other, one)
    back.join(5)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    for each in (sink, source):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
