"""The store in one SQLite file."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from .database import connect
from .failure import explained
from .transaction import immediate
from .turn_row import Row, answered, asked, from_row

if TYPE_CHECKING:
    from .._domain.turn import Turn


class SQLiteStore:
    """Keeps turns in the file *path*, over one connection that is opened by the first call that needs it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.path)!r})"

    def begin(self, turn: Turn) -> None:
        """Keep a turn that is about to be asked. Raises HistoryError."""
        row = asked(turn) | answered(turn)
        with self._lock, explained("write to", self.path):
            connection = self._open()
            with immediate(connection):
                _insert(connection, row)

    def finish(self, turn: Turn) -> None:
        """Keep how a turn ended. Raises HistoryError."""
        row = answered(turn)
        with self._lock, explained("write to", self.path):
            connection = self._open()
            with immediate(connection):
                if not _update(connection, turn.id, row):
                    _insert(connection, asked(turn) | row)

    def last(self, count: int | None) -> list[Turn]:
        """The newest turns, oldest first. Raises HistoryError."""
        limit = -1 if count is None else max(count, 0)
        with self._lock, explained("read", self.path):
            if self._connection is None and not self.path.exists():
                return []
            rows = self._open().execute("SELECT * FROM turns ORDER BY id DESC LIMIT ?", (limit,)).fetchall()
        return [from_row(row) for row in reversed(rows)]

    def close(self) -> None:
        """Close the connection; the last one to leave tidies the `-wal` file away."""
        with self._lock:
            connection, self._connection = self._connection, None
            if connection is not None:
                connection.close()

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = connect(self.path)
        return self._connection


# The names in these statements are those of turn_row.py; the values are always bound.


def _insert(connection: sqlite3.Connection, row: Row) -> None:
    names = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    connection.execute(f"INSERT INTO turns ({names}) VALUES ({values})", row)  # noqa: S608


def _update(connection: sqlite3.Connection, id: str, row: Row) -> bool:
    """Set the columns of *row*, and say whether there was such a turn."""
    changes = ", ".join(f"{name} = :{name}" for name in row)
    cursor = connection.execute(f"UPDATE turns SET {changes} WHERE id = :id", {**row, "id": id})  # noqa: S608
    return cursor.rowcount > 0
