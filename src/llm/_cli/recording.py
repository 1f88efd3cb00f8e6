"""Where the turn of a command is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .stderr import say

if TYPE_CHECKING:
    from pathlib import Path

    from .._domain.turn import Turn
    from .._storage.store import Store
    from ..errors import HistoryError


class LastTurn:
    """A store that has the turn that was finished last, and passes everything on to *store* where there is one."""

    def __init__(self, store: Store | None) -> None:
        self.turn: Turn | None = None
        self._store = store

    def begin(self, turn: Turn) -> None:
        """Pass on a turn that is about to be asked. Raises HistoryError."""
        if self._store is not None:
            self._store.begin(turn)

    def finish(self, turn: Turn) -> None:
        """Keep a turn that has ended. Raises HistoryError."""
        self.turn = turn
        if self._store is not None:
            self._store.finish(turn)

    def last(self, count: int | None) -> list[Turn]:
        """The newest turns of the other store. Raises HistoryError."""
        return [] if self._store is None else self._store.last(count)

    def close(self) -> None:
        """Close the other store."""
        if self._store is not None:
            self._store.close()


class Complaint:
    """Tells on stderr that the history could not be written: once, however often that happens."""

    def __init__(self) -> None:
        self._made = False

    def __call__(self, error: HistoryError) -> None:
        if not self._made:
            self._made = True
            say(f"This turn is not kept. {error}")
            if error.hint:
                say(f"Hint: {error.hint}")


def is_recording(directory: Path) -> bool:
    """Whether turns are kept unless a command says otherwise: they are not while there is a file `logs-off`."""
    return not (directory / "logs-off").exists()
