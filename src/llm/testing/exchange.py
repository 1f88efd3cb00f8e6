"""What a client asked of a faulty server, and how it left."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import parse_headers
from threading import Event
from time import monotonic
from typing import Any, BinaryIO


@dataclass(eq=False, slots=True)
class Exchange:
    """
    A request as it arrived, and what became of it.

    `path` has its query, `headers` has lower-case names. `finished` is set when nothing more will be sent.
    `closed_by_client` is set when the client closes the connection before the reply has ended, which is noticed at
    once while the server pauses or stalls, else before the next piece; `closed_after` is then the seconds since the
    request arrived. Wait for either with a time limit: `exchange.closed_by_client.wait(5)`.
    """

    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)  # may hold a key
    body: bytes = field(repr=False)
    keep_alive: bool = field(default=True, repr=False)
    finished: Event = field(default_factory=Event, init=False, repr=False)
    closed_by_client: Event = field(default_factory=Event, init=False, repr=False)
    closed_after: float | None = field(default=None, init=False, repr=False)
    _arrived: float = field(default_factory=monotonic, init=False, repr=False)

    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)

    def note_closed(self) -> None:
        """Note that the client has closed the connection."""
        self.closed_after = monotonic() - self._arrived
        self.closed_by_client.set()


def read_exchange(stream: BinaryIO) -> Exchange | None:
    """The next request of a connection; None where there is none, or what comes is no HTTP."""
    words = stream.readline().decode("latin-1").split()
    if len(words) != 3:
        return None
    method, path, version = words
    headers = {name.lower(): value for name, value in parse_headers(stream).items()}
    keep_alive = version == "HTTP/1.1" and headers.get("connection", "").lower() != "close"
    return Exchange(method, path, headers, _body(stream, headers), keep_alive)


def _body(stream: BinaryIO, headers: Mapping[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() != "chunked":
        return stream.read(int(headers.get("content-length", 0)))
    chunks = []
    while size := int(stream.readline().partition(b";")[0], 16):
        chunks.append(stream.read(size))
        stream.readline()
    while stream.readline().strip():
        pass  # trailers
    return b"".join(chunks)
