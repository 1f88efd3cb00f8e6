"""A reply of a faulty server: what goes over the connection, when, and how it ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing happens for a while."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Cut:
    """The connection ends here, whatever was promised: as if finished (FIN), or with `reset` as if broken (RST)."""

    reset: bool = False


@dataclass(frozen=True, slots=True)
class Stall:
    """Nothing more is sent, until the client leaves, the server is closed or `seconds` have passed; then it is cut."""

    seconds: float = 60.0


# Bytes are sent as they are, text as UTF-8.
Step: TypeAlias = bytes | str | Pause | Cut | Stall
Framing: TypeAlias = Literal["length", "chunked", "close"]


@dataclass(frozen=True, slots=True)
class Reply:
    """
    One HTTP/1.1 reply, played step by step.

    `body` is the steps of the body; each piece is sent at once, as one packet where the system allows. When all are
    done the reply ends as it should. What comes after a `Cut` or `Stall` is never sent, but it counts for the
    Content-Length. `framing` says how the client is to know the body's end: by its `length`, as `chunked` encoding
    with a chunk for each piece, or by the `close` of the connection (the others keep it open for the next request).
    `before` is steps that come before the status line, sent as they are: a pause, a cut, or bytes that are no HTTP.
    `headers` are sent beside those of the framing.
    """

    body: Sequence[Step] = ()
    status: int = field(default=200, kw_only=True)
    headers: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    framing: Framing = field(default="length", kw_only=True)
    before: Sequence[Step] = field(default=(), kw_only=True)

    def slowly(self, size: int = 1, seconds: float = 0.001) -> Reply:
        """The same reply with its body in pieces of `size` bytes, characters cut through, and a pause after each."""
        body: list[Step] = []
        for step in self.body:
            if isinstance(step, bytes | str):
                data = encoded(step)
                for at in range(0, len(data), size):
                    body += [data[at : at + size], Pause(seconds)]
            else:
                body.append(step)
        return replace(self, body=body)

    def head(self) -> bytes:
        """The status line and the headers, with the empty line after them."""
        match self.framing:
            case "length":
                framing = ("Content-Length", str(sum(map(len, _pieces(self.body)))))
            case "chunked":
                framing = ("Transfer-Encoding", "chunked")
            case "close":
                framing = ("Connection", "close")
        lines = [f"HTTP/1.1 {self.status} {_phrase(self.status)}"]
        lines += [f"{name}: {value}" for name, value in (*self.headers.items(), framing)]
        return "".join(f"{line}\r\n" for line in [*lines, ""]).encode("latin-1")

    def framed(self, piece: bytes | str) -> bytes:
        """A piece of the body as it goes over the connection."""
        data = encoded(piece)
        if self.framing == "chunked" and data:
            return b"%x\r\n%b\r\n" % (len(data), data)
        return data

    def end(self) -> bytes:
        """What closes the body."""
        return b"0\r\n\r\n" if self.framing == "chunked" else b""


def encoded(piece: bytes | str) -> bytes:
    """The bytes of a piece."""
    return piece.encode("utf-8") if isinstance(piece, str) else piece


def _pieces(steps: Iterable[Step]) -> list[bytes]:
    return [encoded(step) for step in steps if isinstance(step, bytes | str)]


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
