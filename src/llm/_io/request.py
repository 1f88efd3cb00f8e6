"""One HTTP exchange, as values and a protocol."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import SplitResult, urlsplit

from .._domain.version import __version__

_DEFAULT_HEADERS = {"accept-encoding": "identity", "user-agent": f"llm/{__version__}"}
_AS_IT_IS = "!#$%&'()*+,/:;=?@[]~"  # what may stand in a path or query, a percent sign that is there already included


@dataclass(frozen=True, slots=True)
class Timeouts:
    """
    How long to wait, in seconds; None waits for ever.

    `connect` for the connection (TLS included), `first_byte` from the request to the first byte of the reply,
    `between_bytes` between two pieces of it, `total` for the whole exchange. An exchange that is one of several tries
    has a `deadline` (monotonic clock) instead of a total of its own; `total` is then what messages call it.
    """

    connect: float | None = 10.0
    first_byte: float | None = 600.0
    between_bytes: float | None = 300.0
    total: float | None = None
    deadline: float | None = None

    def end(self, now: float) -> float | None:
        """When an exchange that begins *now* must have ended, on the monotonic clock."""
        if self.deadline is not None or self.total is None:
            return self.deadline
        return now + self.total


@dataclass(frozen=True, slots=True)
class HTTPRequest:
    """
    A request: `body` is sent as it is, `headers` may hold secrets and so stay out of reprs.

    `notes` say in what the request differs from what was asked, because the wire cannot carry it.
    """

    url: str
    body: bytes | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    method: str = "POST"
    timeouts: Timeouts = field(default_factory=Timeouts, repr=False)
    notes: tuple[str, ...] = ()

    @property
    def host(self) -> str:
        """The other side, as `host:port`, for messages."""
        parts = urlsplit(self.url)
        return f"{host_name(parts)}:{port_of(parts)}"

    @property
    def target(self) -> str:
        """The path and query as they stand on the request line; what is percent-encoded already stays as it is."""
        parts = urlsplit(self.url)
        target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        if target.isascii() and target.isprintable() and " " not in target:
            return target
        from urllib.parse import quote

        return quote(target, safe=_AS_IT_IS)

    @property
    def all_headers(self) -> dict[str, str]:
        """The headers of the request, and the ones that every request has; names in lower case."""
        return {**_DEFAULT_HEADERS, **{name.lower(): value for name, value in self.headers.items()}}


def host_name(parts: SplitResult) -> str:
    """The host of a URL, an IPv6 address in its brackets."""
    host = parts.hostname or ""
    return f"[{host}]" if ":" in host else host


def port_of(parts: SplitResult) -> int:
    """The port of a URL: the one that it names, else that of its scheme."""
    return parts.port or (443 if parts.scheme == "https" else 80)


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

    def abort(self) -> None:
        """Break the connection off, also under a reader who waits in another thread or task."""
        ...

    async def settle(self) -> None:
        """Read what is left of the body if it comes at once, so that the connection can be used again."""
        ...
