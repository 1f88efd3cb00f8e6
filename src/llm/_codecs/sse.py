"""
Server-sent events, cut out of a stream of bytes that may be cut anywhere.

Format: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation. Where servers stray
from it, this reads what they mean: an event that the end of the stream leaves without its blank line counts, spaces
before a field name are skipped, and the field `error` is an event of that name.
"""

from __future__ import annotations

import re
from typing import TypeAlias

ServerSentEvent: TypeAlias = tuple[str, bytes]
"""The event's name (empty where the stream gave none) and its data, lines joined by line ends."""

_BOM = b"\xef\xbb\xbf"
_STRAY_LIMIT = 1024
_FIELDS = (b"data:", b":", b"event:", b"id:", b"retry:", b"error:")
# Events as nearly all servers write all of theirs, which are found at once; each has two, or three, line ends.
_PLAIN = re.compile(rb"^data: ([^\n]*)\n\n", re.MULTILINE)
_NAMED = re.compile(rb"^event: ([^\n]+)\ndata: ([^\n]*)\n\n", re.MULTILINE)


def looks_like_stream(content_type: str, start: bytes) -> bool:
    """Whether a body holds server-sent events: its first bytes tell, and where they do not, its content type."""
    start = start.removeprefix(_BOM).lstrip()
    if start[:1] in (b"{", b"[", b"<"):
        return False
    return start.startswith(_FIELDS) or content_type.lstrip().lower().startswith("text/event-stream")


class _Names(dict[bytes, str]):
    """The names of events, each decoded once: a stream has a few of them, thousands of times."""

    def __missing__(self, name: bytes) -> str:
        decoded = name.decode("utf-8", "replace")
        if len(self) < 64:
            self[name] = decoded
        return decoded


class EventSplitter:
    """Bytes in, events out. Takes time linear in the bytes, however long a line and however small the pieces."""

    def __init__(self) -> None:
        self._start: bytes | None = b""  # what came so far, while it may still become a byte order mark
        self._after_cr = False
        self._line: list[bytes] = []  # the pieces of a line whose end has not come
        self._name = ""
        self._data: list[bytes] = []
        self._open = False  # an event has begun, and its blank line has not come
        self._names = _Names()
        self.stray = b""  # the first lines that belong to no event, for the message of an error

    def feed(self, chunk: bytes) -> list[ServerSentEvent]:
        """The events that *chunk* completes."""
        # Nearly every chunk is one event of one line: `data: {...}` and a blank line.
        end = chunk.find(b"\n")
        one = 5 < end == len(chunk) - 2 and chunk.endswith(b"\n") and chunk.startswith(b"data: ")
        if one and not self._open and not self._after_cr and self._start is None and b"\r" not in chunk:
            return [("", chunk[6:end])]
        if self._start is not None:
            chunk = self._without_mark(chunk)
        if self._after_cr or b"\r" in chunk:
            chunk = self._with_newlines(chunk)
        events: list[ServerSentEvent] = []
        if self._open:
            end = chunk.find(b"\n\n") + 2
            if end < 2:
                self._lines(chunk, events)
                return events
            self._lines(chunk[:end], events)
            chunk = chunk[end:]
        end = chunk.rfind(b"\n\n") + 2
        if end >= 2:
            whole = chunk[:end]
            if (found := self._alike(whole)) is None:
                self._lines(whole, events)
            elif events:
                events += found
            else:
                events = found
            chunk = chunk[end:]
        if chunk:
            self._lines(chunk, events)
        return events

    def close(self) -> list[ServerSentEvent]:
        """The event that the end of the stream left open, if any."""
        events: list[ServerSentEvent] = []
        if self._start:
            self._line.append(self._start)
            self._start = None
        if self._line:
            self._lines(b"\n", events)
        self._dispatch(events)
        return events

    def _alike(self, chunk: bytes) -> list[ServerSentEvent] | None:
        """The events of a chunk in which all have the same plain form; None where a line is left over."""
        if chunk.startswith(b"event: "):
            names, named = self._names, _NAMED.findall(chunk)
            return [(names[name], data) for name, data in named] if chunk.count(b"\n") == 3 * len(named) else None
        plain = _PLAIN.findall(chunk)
        return [("", data) for data in plain] if chunk.count(b"\n") == 2 * len(plain) else None

    def _without_mark(self, chunk: bytes) -> bytes:
        chunk = (self._start or b"") + chunk
        if len(chunk) < len(_BOM) and _BOM.startswith(chunk):
            self._start = chunk
            return b""
        self._start = None
        return chunk.removeprefix(_BOM)

    def _with_newlines(self, chunk: bytes) -> bytes:
        """The chunk with each of the three line ends as a newline, also where CR and LF came in two chunks."""
        if not chunk:
            return chunk
        if self._after_cr:
            chunk = chunk.removeprefix(b"\n")
        self._after_cr = chunk.endswith(b"\r")
        return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _lines(self, chunk: bytes, events: list[ServerSentEvent]) -> None:
        lines = chunk.split(b"\n")
        rest = lines.pop()
        if lines and self._line:
            self._line.append(lines[0])
            lines[0] = b"".join(self._line)
            self._line = []
        for line in lines:
            if line:
                self._field(line)
            else:
                self._dispatch(events)
        if rest:
            self._line.append(rest)
        self._open = bool(self._line or self._data or self._name)

    def _field(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        match name.lstrip():
            case b"data":
                self._data.append(value)
            case b"event":
                self._name = value.decode("utf-8", "replace")
            case b"error":
                self._name = "error"
                self._data.append(value)
            case b"" | b"id" | b"retry":
                pass
            case _ if len(self.stray) < _STRAY_LIMIT:
                # Whole lines: a secret that is cut in two is not recognized.
                self.stray += line + b"\n"

    def _dispatch(self, events: list[ServerSentEvent]) -> None:
        if self._data:
            events.append((self._name, b"\n".join(self._data)))
            self._data = []
        self._name = ""
