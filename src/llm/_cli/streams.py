"""The standard streams, made safe to use whatever the shell did to them."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


# Not io.FileIO with a write() of its own: Ctrl-C after the system's write and before its return would write twice.
class Output(io.BufferedWriter):
    """Standard output, which is known as the place that an error comes from."""

    def write(self, data: ReadableBuffer, /) -> int:
        return super().write(data)

    def flush(self) -> None:
        super().flush()


class Remarks(io.BufferedWriter):
    """What may go unheard: that it cannot be written to ends nothing, and changes no exit code."""

    def write(self, data: ReadableBuffer, /) -> int:
        try:
            return super().write(data)
        except OSError:
            _connect_to_null(self)
            return super().write(data)

    def flush(self) -> None:
        try:
            super().flush()
        except OSError:
            _connect_to_null(self)
            super().flush()


def secure() -> None:
    """
    Let all three streams exist, and let output be UTF-8 whatever the locale.

    A stream that the shell closed (`<&-`, `>&-`) becomes the null device. Its number must not stay free: the next
    file to be opened, the history perhaps, would get it, and be written to by whoever writes to that number.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            null = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(null, mode, encoding="utf-8", closefd=False))
    # Half characters (lone surrogates) have no UTF-8: they must not end an answer.
    if sys.stdout is sys.__stdout__ and _is_plain(sys.stdout):
        sys.stdout = _opened(Output, sys.stdout, "replace")
    if sys.stderr is sys.__stderr__ and _is_plain(sys.stderr):
        sys.stderr = _opened(Remarks, sys.stderr, "backslashreplace")
    _speak_utf8(sys.stdout, "replace")
    _speak_utf8(sys.stderr, "backslashreplace")


def is_of_output(error: OSError) -> bool:
    """Whether *error* is that standard output cannot be written, rather than what a plugin's own files met."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and trace.tb_frame.f_code in (Output.write.__code__, Output.flush.__code__)


def _is_plain(stream: Any) -> bool:
    """Whether *stream* is over a descriptor, and is no console of Windows, which has ways of its own."""
    buffer = getattr(stream, "buffer", None)
    return type(getattr(buffer, "raw", buffer)) is io.FileIO


def _opened(kind: type[Output | Remarks], stream: Any, errors: str) -> io.TextIOWrapper:
    """Another stream to where *stream* leads. It is buffered, as a raw one may take a part and drop the rest."""
    with suppress(OSError):
        stream.flush()
    with suppress(OSError, AttributeError):
        os.set_blocking(stream.fileno(), True)  # a pipe that is shared may be made non-blocking by anybody
    by_line = stream.line_buffering or stream.write_through
    buffer = kind(io.FileIO(stream.fileno(), "w", closefd=False))
    return io.TextIOWrapper(buffer, "utf-8", errors, line_buffering=by_line)


def _speak_utf8(stream: Any, errors: str) -> None:
    if stream.encoding.lower() != "utf-8" or stream.errors != errors:
        with suppress(AttributeError):  # somebody has put another kind of stream there
            stream.reconfigure(encoding="utf-8", errors=errors)


def as_utf8(argument: str) -> str:
    """An argument of the command, read as UTF-8 whatever the locale, where it can be."""
    if argument.isascii():
        return argument
    try:
        return os.fsencode(argument).decode()
    except UnicodeError:
        return argument


def settle() -> OSError | None:
    """
    Write out what is buffered, and return what kept standard output from taking it.

    A stream that fails is connected to the null device, so that the interpreter's own last flush does not complain.
    """
    _flush(sys.stderr)
    return _flush(sys.stdout)


def _flush(stream: Any) -> OSError | None:
    try:
        stream.flush()
    except ValueError:
        return None  # closed by somebody else
    except OSError as error:
        _connect_to_null(stream)
        return error
    return None


def _connect_to_null(stream: Any) -> None:
    with suppress(OSError, ValueError, AttributeError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)
