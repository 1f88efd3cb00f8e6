"""The one place where errors become lines on stderr and an exit code."""

from __future__ import annotations

import errno
import gc
import os
from collections.abc import Sequence

import click

from ..errors import LLMError
from . import exit_codes, streams
from .stderr import say
from .visible import visible

_LONGEST = 1000
# What a write may meet. The layers below have words of their own for what their files and sockets meet.
_OF_OUTPUT = (errno.EBADF, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.ENOSPC)


def run(arguments: Sequence[str]) -> int:
    """
    Run `llm` with *arguments* and return its exit code.

    What a command raises is reported in two lines. With LLM_RAISE_ERRORS set, errors come out with their traceback.
    """
    streams.secure()
    try:
        code = _invoke(list(map(streams.as_utf8, arguments)))
    except BaseException as error:
        code = ended_by(error)
    finally:
        _collect_from_now_on()
    return _settled(code)


def ended_by(error: BaseException) -> int:
    """Report what ended a command, and return the exit code for it."""
    match error:
        case KeyboardInterrupt() | click.Abort():
            return exit_codes.CANCELLED
        case BrokenPipeError():
            streams.settle()
            return exit_codes.CLOSED_PIPE
        case SystemExit():
            return _asked_for(error)
        case click.ClickException():
            error.show()
            return error.exit_code
        case OSError(errno=number, filename=None) if number in _OF_OUTPUT:
            streams.settle()
            return _unwritten(error)
        case Exception():
            return _reported(error)
    raise error


def _invoke(arguments: list[str]) -> int:
    # Not Root.main(), which has a border of its own: it says "Aborted!" and ends with 1 when a pipe is closed.
    from .root import Root

    root = Root()
    if "_LLM_COMPLETE" in os.environ:
        root.main(arguments, "llm")
    try:
        with root.make_context("llm", arguments) as context:
            _collect_from_now_on()
            root.invoke(context)
    except click.exceptions.Exit as end:
        return end.exit_code
    return exit_codes.OK


def _collect_from_now_on() -> None:
    """
    End the pause in garbage collection that `main` began, and leave what start-up made out of it for good.

    Modules are no garbage. To look through them again and again, the last time when the process ends, is a tenth of
    what `llm --help` costs.
    """
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def _asked_for(end: SystemExit) -> int:
    """The exit code that a plugin's command asked for by `sys.exit`."""
    if end.code is None:
        return exit_codes.OK
    if isinstance(end.code, int):
        return end.code
    say(visible(str(end.code)))
    return exit_codes.FAILURE


def _reported(error: Exception) -> int:
    if os.environ.get("LLM_RAISE_ERRORS"):
        raise error
    if not isinstance(error, LLMError):
        words = " ".join(visible(str(error)).split())[:_LONGEST]
        say(f"Error: unexpected {type(error).__name__}{': ' if words else ''}{words}")
        say("Hint: LLM_RAISE_ERRORS=1 shows the traceback")
        return exit_codes.FAILURE
    say(f"Error: {visible(str(error)) or type(error).__name__}")
    if error.hint:
        say(f"Hint: {visible(error.hint)}")
    return exit_codes.code_of(error)


def _settled(code: int) -> int:
    """Write out what is left to write; the code is another where that is not possible."""
    failure = streams.settle()
    if failure is None or code == exit_codes.CLOSED_PIPE:
        return code
    return exit_codes.CLOSED_PIPE if isinstance(failure, BrokenPipeError) else _unwritten(failure)


def _unwritten(failure: OSError) -> int:
    say(f"Error: The output cannot be written: {failure.strerror or failure}")
    return exit_codes.FAILURE
