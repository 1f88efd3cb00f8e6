"""Where the turn of a command is kept."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from ..errors import HistoryError
from .stderr import say

if TYPE_CHECKING:
    from pathlib import Path

    from .._domain.event import Event
    from .._domain.message import Message
    from .._domain.turn import Turn
    from .._engine.record import Entry
    from .._storage.journal import Journal


class LastTurn:
    """A recorder that has the turn that was finished last, and passes everything on to *journal* where there is one."""

    def __init__(self, journal: Journal | None) -> None:
        self.turn: Turn | None = None
        self._journal = journal

    def open(self, turn: Turn, before: Sequence[Message]) -> _LastEntry:
        """The entry of a turn that is about to be asked."""
        return _LastEntry(self, None if self._journal is None else self._journal.open(turn, before))

    def close(self) -> None:
        """
        Add to the history what dead processes left behind, and close it.

        That is tried once, without waiting: the answer is on the screen, and the next command tries again.
        """
        if self._journal is not None:
            with suppress(HistoryError):
                self._journal.recover()
            self._journal.store.close()
            if isinstance(self._journal.complain, Complaint):
                self._journal.complain.tell()


class _LastEntry:
    """The turn that runs now."""

    def __init__(self, last: LastTurn, entry: Entry | None) -> None:
        self._last = last
        self._entry = entry

    def begin(self) -> None:
        """Keep what is about to be asked."""
        if self._entry is not None:
            self._entry.begin()

    def append(self, event: Event) -> None:
        """Keep an event that has just arrived."""
        if self._entry is not None:
            self._entry.append(event)

    def finish(self, turn: Turn) -> None:
        """Keep how the turn ended."""
        self._last.turn = turn
        if self._entry is not None:
            self._entry.finish(turn)


class Complaint:
    """Tells on stderr what could not be kept: once, however often that happens, and after the answer."""

    def __init__(self) -> None:
        self._error: HistoryError | None = None

    def __call__(self, error: HistoryError) -> None:
        self._error = self._error or error

    def tell(self) -> None:
        """Tell it, if there is anything to tell."""
        if self._error is not None:
            say(str(self._error))
            if self._error.hint:
                say(f"Hint: {self._error.hint}")
            self._error = None


def is_recording(directory: Path) -> bool:
    """Whether turns are kept unless a command says otherwise: they are not while there is a file `logs-off`."""
    return not (directory / "logs-off").exists()
