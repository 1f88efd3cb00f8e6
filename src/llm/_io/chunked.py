"""
HTTP/1.1 chunked bodies, decoded a network read at a time.

http.client makes four calls per chunk; servers send one chunk per streamed event, so that would be the dearest step of
an answer. Format: RFC 9112, section 7.1.
"""

from __future__ import annotations

_LONGEST_SIZE_LINE = 4096


class ChunkedDecoder:
    """Takes the bytes of a chunked body as they come, cut anywhere, and gives the content."""

    def __init__(self) -> None:
        self.done = False
        self._buffer = b""
        self._left = 0  # bytes still missing from the current chunk, its closing line end included
        self._trailers = False

    def feed(self, data: bytes) -> bytes:
        """The content in *data*. Raises ValueError where the framing is broken."""
        if self._buffer:
            data = self._buffer + data
        pieces: list[bytes] = []
        position, end = 0, len(data)
        while position < end and not self.done:
            if self._left:
                position = self._take(data, position, pieces)
                continue
            newline = data.find(b"\n", position)
            if newline < 0:
                if end - position > _LONGEST_SIZE_LINE:
                    raise ValueError("no chunk size where one was expected")
                break
            self._line(data[position:newline].strip())
            position = newline + 1
        self._buffer = data[position:]
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _take(self, data: bytes, position: int, pieces: list[bytes]) -> int:
        """Move what there is of the current chunk to *pieces*; the last two bytes are its line end."""
        stop = position + self._left
        edge = max(position, stop - 2)
        content = data[position:edge]  # where only the newline is missing, nothing
        if not b"\r\n".startswith(data[edge:stop], edge - stop + 2):
            raise ValueError("a chunk is longer than its chunk size")
        if content:
            pieces.append(content)
        taken = min(stop, len(data)) - position
        self._left -= taken
        return position + taken

    def _line(self, line: bytes) -> None:
        """A chunk's size, or after the last chunk a trailer."""
        if self._trailers:
            self.done = not line
            return
        try:
            size = int(line.partition(b";")[0], 16)
        except ValueError:
            size = -1
        if size < 0:
            raise ValueError("the chunk size is no number")
        if size:
            self._left = size + 2
        else:
            self._trailers = True
