"""The tables of a `logs.db`, whichever of its columns are there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from ..errors import HistoryError
from .migrations import APPLICATION_ID

_HEADER_BYTES = 100
_MAGIC = b"SQLite format 3\0"
_WAL_VERSION = 2


def is_llm_database(path: Path) -> bool:
    """Whether the file is a history of the `llm` package before 1.0."""
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER_BYTES)
        if not header.startswith(_MAGIC) or int.from_bytes(header[68:72]) == APPLICATION_ID:
            return False
        with closing(connect(path)) as connection:
            tables = Tables(connection)
            if tables.columns("responses") >= {"model", "prompt", "response"}:
                return True
            return bool(tables.columns("_llm_migrations") and (tables.columns("logs") or tables.columns("log")))
    except (OSError, sqlite3.Error):
        return False


def connect(path: Path, patience: float = 2.0) -> sqlite3.Connection:
    """A connection that writes nothing, neither into the file nor beside it where that can be helped."""
    uri = f"{path.absolute().as_uri()}?mode=ro"
    if _is_tidy_wal(path):
        # Even to read, SQLite makes a -wal and a -shm file for such a one, and leaves them there.
        uri += "&immutable=1"
    connection = sqlite3.connect(uri, patience, uri=True, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    connection.text_factory = lambda data: data.decode(errors="replace")
    return connection


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Raise what goes wrong inside as a HistoryError."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise HistoryError(
            f"Cannot read {path}, a history of the llm package before 1.0: {error}",
            hint="Copy the file (and its -wal file) to where you may write, and read the copy",
        ) from error


class Tables:
    """Rows of tables that may lack columns, or not be there at all: what is missing is NULL."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._columns: dict[str, frozenset[str]] = {}

    def columns(self, table: str) -> frozenset[str]:
        """The names of the columns of a table; none where there is no such table."""
        if table not in self._columns:
            rows = self.connection.execute(
                "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name = ?", (table,)
            ).fetchall()
            named = self.connection.execute("SELECT name FROM pragma_table_info(?)", (table,)) if rows else ()
            self._columns[table] = frozenset(row[0] for row in named)
        return self._columns[table]

    def rows(self, table: str, names: Sequence[str], rest: str = "", values: Sequence[Any] = ()) -> sqlite3.Cursor:
        """The columns *names* of a table; *rest* is what follows in the statement."""
        known = self.columns(table)
        chosen = ", ".join(f'"{name}"' if name in known else f'NULL AS "{name}"' for name in names)
        if not known:
            return self.connection.execute(f"SELECT {chosen} WHERE 0")
        return self.connection.execute(f'SELECT {chosen} FROM main."{table}" {rest}', values)  # noqa: S608

    def row(self, table: str, names: Sequence[str], rest: str, values: Sequence[Any]) -> sqlite3.Row | None:
        """The first such row."""
        row: sqlite3.Row | None = self.rows(table, names, rest, values).fetchone()
        return row


def _is_tidy_wal(path: Path) -> bool:
    """Whether the file keeps a write-ahead log, and nothing is in it."""
    with path.open("rb") as file:
        header = file.read(20)
    log = path.with_name(f"{path.name}-wal")
    return len(header) == 20 and header[18] == _WAL_VERSION and not (log.exists() and log.stat().st_size)
