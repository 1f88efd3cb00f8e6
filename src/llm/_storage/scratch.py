"""What is put down for a moment: texts by their ids, in a file that nobody sees and that goes when it is closed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator


class Scratch:
    """
    Texts by their ids, as many as the disk holds; close it when it is done with.

    SQLite keeps a database without a name in memory while it is small, and else in a file that it has deleted already.
    """

    def __init__(self) -> None:
        self._connection = sqlite3.connect("", isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = OFF")
        self._connection.execute("CREATE TABLE kept (id TEXT NOT NULL UNIQUE, text TEXT NOT NULL)")
        self._connection.execute("BEGIN")

    def put(self, id: str, text: str = "") -> bool:
        """Keep a text under an id; False where the id has one already, which stays."""
        cursor = self._connection.execute("INSERT OR IGNORE INTO kept VALUES (?, ?)", (id, text))
        return cursor.rowcount > 0

    def get(self, id: str) -> str | None:
        """The text of this id; None where there is none."""
        row = self._connection.execute("SELECT text FROM kept WHERE id = ?", (id,)).fetchone()
        return None if row is None else str(row[0])

    def ids(self) -> Iterator[str]:
        """All ids, in their order."""
        for row in self._connection.execute("SELECT id FROM kept ORDER BY id"):
            yield row[0]

    def close(self) -> None:
        """Let it go, with all that is in it."""
        self._connection.close()
