"""The one place where errors become lines on stderr and an exit code."""

from __future__ import annotations

import gc
import os
from collections.abc import Sequence
from contextlib import suppress

import click

from ..errors import LLMError
from . import exit_codes, signals, streams
from .stderr import say

_LONGEST = 1000
# Whoever ended the command in one of these ways does not wait for the rest of its output: a closed terminal takes none.
_QUIET = (exit_codes.HUNG_UP, exit_codes.CANCELLED, exit_codes.TERMINATED, exit_codes.CLOSED_PIPE)


def run(arguments: Sequence[str]) -> int:
    """
    Run `llm` with *arguments* and return its exit code.

    What a command raises is reported in two lines. With LLM_RAISE_ERRORS set, errors come out with their traceback.
    """
    try:
        with signals.heeded():
            return _run(arguments)
    except KeyboardInterrupt:  # just before or just after the command itself
        return signals.exit_code()


def _run(arguments: Sequence[str]) -> int:
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
            return signals.exit_code()
        case SystemExit():
            return _asked_for(error)
        case click.ClickException():
            with suppress(OSError, ValueError):
                error.show()
            return error.exit_code
        case OSError() if streams.is_of_output(error):
            return unwritten(error)
    return signals.exit_code() if _is_interrupt(error) else _reported(error)


def unwritten(failure: OSError) -> int:
    """Report that standard output cannot be written, which is no news to who closed it; return the exit code."""
    if isinstance(failure, BrokenPipeError):
        code = exit_codes.CLOSED_PIPE
    else:
        say(f"Error: The output cannot be written: {failure.strerror or failure}")
        code = exit_codes.FAILURE
    streams.settle()
    return code


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
    say(str(end.code))
    return exit_codes.FAILURE


def _is_interrupt(error: BaseException | None) -> bool:
    """Whether *error* is what became of Ctrl-C: Python puts a RuntimeError around it where a class is being made."""
    while error is not None and not isinstance(error, KeyboardInterrupt | LLMError):
        error = error.__cause__ or error.__context__
    return isinstance(error, KeyboardInterrupt)


def _reported(error: BaseException) -> int:
    if os.environ.get("LLM_RAISE_ERRORS"):
        raise error
    if not isinstance(error, LLMError):
        words = " ".join(str(error).split())[:_LONGEST]
        say(f"Error: unexpected {type(error).__name__}{': ' if words else ''}{words}")
        say("Hint: LLM_RAISE_ERRORS=1 shows the traceback")
        return exit_codes.FAILURE
    say(f"Error: {str(error) or type(error).__name__}")
    if error.hint:
        say(f"Hint: {error.hint}")
    return exit_codes.code_of(error)


def _settled(code: int) -> int:
    """Write out what is left to write; the code is another where that is not possible."""
    failure = streams.settle()
    if failure is None or code in _QUIET:
        return code
    return unwritten(failure)
