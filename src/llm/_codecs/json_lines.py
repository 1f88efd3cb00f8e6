"""JSON documents, one to a line, cut out of a stream of bytes that may be cut anywhere."""

from __future__ import annotations

from .sse import ServerSentEvent

_STRAY_LIMIT = 1024


class LineSplitter:
    """Bytes in, lines out, without names. Takes time linear in the bytes; empty lines are skipped."""

    def __init__(self) -> None:
        self._line: list[bytes] = []  # the pieces of a line whose end has not come
        self.stray = b""

    def feed(self, chunk: bytes) -> list[ServerSentEvent]:
        """The lines that *chunk* completes."""
        lines = chunk.split(b"\n")
        rest = lines.pop()
        if lines and self._line:
            lines[0] = b"".join([*self._line, lines[0]])
            self._line = []
        if rest:
            self._line.append(rest)
        return [("", line) for line in lines if self._is_one(line)]

    def close(self) -> list[ServerSentEvent]:
        """The line that the end of the stream left open, if any."""
        line = b"".join(self._line)
        self._line = []
        return [("", line)] if self._is_one(line) else []

    def _is_one(self, line: bytes) -> bool:
        """Whether the line can hold a document; what it holds otherwise is noted for the message of an error."""
        start = line.lstrip(b"\xef\xbb\xbf \t\r")
        if start and start[:1] != b"{" and len(self.stray) < _STRAY_LIMIT:
            self.stray += line + b"\n"
        return start[:1] == b"{"
