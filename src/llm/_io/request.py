"""One HTTP exchange, as values and a protocol."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Timeouts:
    """
    How long to wait, in seconds; None waits for ever.

    `connect` for the connection (TLS included), `first_byte` from the request to the first byte of the reply,
    `between_bytes` between two pieces of it, `total` for the whole exchange.
    """

    connect: float | None = 10.0
    first_byte: float | None = 600.0
    between_bytes: float | None = 300.0
    total: float | None = None


@dataclass(frozen=True, slots=True)
class HTTPRequest:
    """A request: `body` is sent as it is, `headers` may hold secrets and so stay out of reprs."""

    url: str
    body: bytes | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    method: str = "POST"
    timeouts: Timeouts = field(default_factory=Timeouts, repr=False)

    @property
    def host(self) -> str:
        """The other side, as `host:port`, for messages."""
        parts = urlsplit(self.url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        return f"{parts.hostname}:{port}"


class HTTPReply(Protocol):
    """A reply whose head has arrived. `headers` has lower-case names."""

    @property
    def status(self) -> int: ...

    @property
    def headers(self) -> Mapping[str, str]: ...

    def chunks(self) -> AsyncGenerator[bytes, None]:
        """The body in pieces, as they come."""
        ...

    async def read(self) -> bytes:
        """The whole body."""
        ...

    async def settle(self) -> None:
        """Read what is left of the body if it comes at once, so that the connection can be used again."""
        ...
