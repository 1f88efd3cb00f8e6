"""What standard input adds to a prompt."""

from __future__ import annotations

import errno
import io
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ..errors import RequestError
from .stderr import say

_PATIENCE = 2.0
_END = "Ctrl-Z and Enter" if sys.platform == "win32" else "Ctrl-D"


def read_prompt(argument: str | None) -> str:
    """
    The prompt: what is piped in, then *argument*, with a space between unless the former ends with white space.

    A terminal is read only where there is no argument, and what cannot be read by its nature (`nohup` leaves such an
    input) is empty where there is one. Nothing is waited for in silence: who waits is told on stderr.
    Raises RequestError where the input is not text in UTF-8.
    """
    if sys.stdin.isatty():
        if argument is not None:
            return argument
        say(f"Type the prompt, and end it with {_END} on a line of its own:")
        return _text(_from(sys.stdin.buffer.read))
    with _waiting_is_told("give < /dev/null if there is none" if argument else "it is the prompt"):
        piped = _text(_from(sys.stdin.buffer.read, or_nothing=argument is not None))
    separator = " " if piped and argument and not piped[-1].isspace() else ""
    return f"{piped}{separator}{argument or ''}"


def read_line() -> str:
    """One line of standard input, without its end."""
    with _waiting_is_told("one line is read"):
        return _text(_from(sys.stdin.buffer.readline)).rstrip("\n")


def _from(read: Callable[[], bytes], *, or_nothing: bool = False) -> bytes:
    """What *read* gives; nothing, if that will do, where the input is open for writing alone."""
    try:
        return read()
    except OSError as error:
        if or_nothing and (error.errno == errno.EBADF or isinstance(error, io.UnsupportedOperation)):
            return b""
        raise RequestError(f"Standard input cannot be read: {error.strerror or error}") from error


def _text(data: bytes) -> str:
    """The text of *data*, in which every line ends with a line feed, as Python reads text."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RequestError(
            f"Standard input is not text in UTF-8 (byte {error.start} is 0x{data[error.start]:02x})",
            hint="Convert it first, as in: iconv -f latin1 -t utf-8 FILE | llm ...",
        ) from None
    return io.IncrementalNewlineDecoder(None, translate=True).decode(text, final=True)


@contextmanager
def _waiting_is_told(hint: str) -> Iterator[None]:
    timer = threading.Timer(_PATIENCE, say, (f"Waiting for the end of standard input ({hint})",))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join(1)  # Python may not end while it writes: it would be killed with the lock of standard error in hand
