"""Signals that ask a command to end: SIGTERM and SIGHUP do what Ctrl-C does, each with an exit code of its own."""

from __future__ import annotations

# Not `signal`, which only dresses the same numbers up as enumerations: a millisecond of every start.
import _signal  # type: ignore[import-not-found]
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from . import exit_codes

_INTERRUPT: Final[int] = _signal.SIGINT
_CODES: dict[int, int] = {
    getattr(_signal, name): code
    for name, code in (("SIGTERM", exit_codes.TERMINATED), ("SIGHUP", exit_codes.HUNG_UP))
    if hasattr(_signal, name)  # Windows hangs nothing up
}
# What a turn may take to be kept, waiting for a lock included. Two signals within this time are one wish: who closes a
# window, and who presses Ctrl-C twice, does not mean that the record is to be broken off.
_SAME_WISH = 3.0


class Ended(KeyboardInterrupt):
    """
    A signal has asked the command to end.

    Not KeyboardInterrupt itself: where that comes up within `exec`, as in the making of a dataclass, Python 3.11 ends
    the process by SIGINT in the end, also when it was caught (`_Py_UnhandledKeyboardInterrupt`).
    """


class _Ending:
    """The wish that the command end: when it was last taken up, and the exit code that it came with."""

    def __init__(self) -> None:
        self.code = exit_codes.CANCELLED
        self._at: float | None = None

    def begin(self) -> None:
        self.code, self._at = exit_codes.CANCELLED, None

    def interrupted(self, number: int, frame: Any) -> None:
        """What Ctrl-C does while an answer is printed."""
        if self._is_news():
            raise Ended

    def asked(self, number: int, frame: Any) -> None:
        """
        What SIGTERM and SIGHUP do: what Ctrl-C would do here and now.

        Whoever has put a handler of its own there (an event loop that cancels its main task) is asked in its own way.
        """
        first = self._at is None
        if not self._is_news():
            return
        if first:
            self.code = _CODES[number]
        handler = _signal.getsignal(_INTERRUPT)
        if callable(handler) and handler not in (self.interrupted, _signal.default_int_handler):
            handler(_INTERRUPT, frame)
        else:
            raise Ended

    def _is_news(self) -> bool:
        now = time.monotonic()
        if self._at is not None and now - self._at < _SAME_WISH:
            return False
        self._at = now
        return True


_ending = _Ending()


def exit_code() -> int:
    """The exit code of a command that was interrupted, by whichever signal."""
    return _ending.code


def heed_no_more() -> None:
    """Let Ctrl-C do nothing: the process was interrupted, and ends; a second one would break its last steps off."""
    _set(_INTERRUPT, _signal.SIG_IGN)


@contextmanager
def heeded() -> Iterator[None]:
    """While it is entered, SIGTERM and SIGHUP raise KeyboardInterrupt, unless they are ignored (`nohup`)."""
    _ending.begin()
    with _handled(dict.fromkeys(_CODES, _ending.asked), _signal.SIG_DFL):
        yield


@contextmanager
def once() -> Iterator[None]:
    """While it is entered, Ctrl-C that is pressed again at once does not break off what the first one set going."""
    with _handled({_INTERRUPT: _ending.interrupted}, _signal.default_int_handler):
        yield


@contextmanager
def _handled(handlers: dict[int, Callable[[int, Any], None]], over: Any) -> Iterator[None]:
    """Let *handlers* take the place of *over*: what anybody else has put there, or let be ignored, stays."""
    taken = [number for number in handlers if _signal.getsignal(number) == over and _set(number, handlers[number])]
    try:
        yield
    finally:
        for number in taken:
            if _signal.getsignal(number) == handlers[number]:
                _set(number, over)


def _set(number: int, handler: Any) -> bool:
    """Whether the signal has this handler now: only the main thread can see to it."""
    try:
        _signal.signal(number, handler)
    except ValueError:
        return False
    return True
