"""Whether responses are kept in the history, as Python code has it."""

from __future__ import annotations

from contextvars import ContextVar, Token
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Self
from weakref import WeakKeyDictionary, ref

if TYPE_CHECKING:
    from .._storage.journal import Journal
    from ..errors import HistoryError
    from .app import App


class Recording:
    """
    A switch that was thrown, for the whole process; as a context manager it holds inside alone.

    What it says counts when a response is made, wherever that is read.
    """

    def __init__(self, on: bool) -> None:
        self._on = on
        self._tokens: list[Token[bool | None]] = []

    def __enter__(self) -> Self:
        _forget(self)
        self._tokens.append(_inside.set(self._on))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _inside.reset(self._tokens.pop())

    def __repr__(self) -> str:
        return f"{type(self).__name__}(on={self._on})"


_inside: ContextVar[bool | None] = ContextVar("llm_recording", default=None)
_lock = Lock()
_thrown: list[tuple[bool, ref[Recording]]] = []
"""
The switches, the last of which holds. One that turns out to be a context manager is taken out again; one that nobody
holds any more cannot, and those before it do not matter from then on.
"""
_recorders: WeakKeyDictionary[App, Journal] = WeakKeyDictionary()


def record(on: bool = True) -> Recording:
    """
    Keep the responses that are made from now on in the history; `record(False)` ends that.

    `with llm.record():` does so for what is made inside, in this thread or task alone, and then all is as it was.
    """
    thrown = Recording(bool(on))
    with _lock:
        settled = max((index for index, (_, made) in enumerate(_thrown) if made() is None), default=0)
        del _thrown[:settled]
        _thrown.append((thrown._on, ref(thrown)))
    return thrown


def is_on() -> bool:
    """Whether a response that is made here and now is to be kept."""
    inside = _inside.get()
    if inside is not None:
        return inside
    with _lock:
        return bool(_thrown) and _thrown[-1][0]


def recorder_of(app: App) -> Journal:
    """What keeps the turns of a process in the history of *app*."""
    with _lock:
        if app not in _recorders:
            _recorders[app] = app.journal(_Complaint())
        return _recorders[app]


def _forget(recording: Recording) -> None:
    with _lock:
        _thrown[:] = [(on, made) for on, made in _thrown if made() is not recording]


class _Complaint:
    """Tells in the log of the program what could not be kept: once, however often that happens."""

    def __init__(self) -> None:
        self._made = False

    def __call__(self, error: HistoryError) -> None:
        if not self._made:
            self._made = True
            import logging

            logging.getLogger("llm").warning("%s%s", error, f" ({error.hint})" if error.hint else "")
