"""The standard streams, made safe to use whatever the shell did to them."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Any


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
    _speak_utf8(sys.stdout, "replace")
    _speak_utf8(sys.stderr, "backslashreplace")


def _speak_utf8(stream: Any, errors: str) -> None:
    # Half characters (lone surrogates) have no UTF-8: they must not end an answer.
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
