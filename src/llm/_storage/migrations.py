"""The schema of the history as a numbered table of steps, which only ever grows at its end."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from .._config.paths import user_dir
from ..errors import HistoryError
from .transaction import immediate

APPLICATION_ID = 0x4C4C4D68
"""Marks the file as ours ("LLMh"), so that another program's database is not taken for an old history."""


def _create_turns(connection: sqlite3.Connection) -> None:
    """The first form of a history, turns of one row each, which `_chain_messages` reads and drops."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    from .first_schema import TURNS

    connection.execute(TURNS)


def _chain_messages(connection: sqlite3.Connection) -> None:
    """Messages in chains, contents by hash, and a full-text index."""
    from .schema import SEARCH, TABLES, VIEWS

    for script in (TABLES, VIEWS, SEARCH):
        for statement in _statements(script):
            connection.execute(statement)
    if connection.execute("SELECT EXISTS (SELECT 1 FROM turns)").fetchone()[0]:
        from .first_schema import carry_over

        carry_over(connection)
    connection.execute("DROP TABLE turns")


def _count_cache_writes(connection: sqlite3.Connection) -> None:
    """
    The tokens that were written to a provider's cache, which have a price of their own.

    A file that is new has the column already, for the step before may write turns.
    """
    columns = {row[1] for row in connection.execute("PRAGMA table_info(turn)")}
    if "cache_write_tokens" not in columns:
        connection.execute("ALTER TABLE turn ADD COLUMN cache_write_tokens INTEGER")


def _statements(script: str) -> Iterator[str]:
    """The statements of a script: `executescript` would end the transaction first."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


MIGRATIONS: dict[int, Callable[[sqlite3.Connection], None]] = {
    1: _create_turns,
    2: _chain_messages,
    3: _count_cache_writes,
}
"""Each step runs in the transaction that also sets the file's `user_version` to its number."""
LATEST = max(MIGRATIONS)


def migrate(connection: sqlite3.Connection, path: Path, patience: float) -> None:
    """
    Bring the schema up to date; costs one PRAGMA where it is.

    Safe when many processes open a new or an old file at once: one of them migrates, the others wait for it. Raises
    HistoryError for a file of a newer program, or of another one.
    """
    version = _version(connection)
    if version == LATEST:
        return
    _require_ours(connection, path)
    if version == 0:
        _enter_wal(connection, patience)
    with immediate(connection):
        # Another process, perhaps of another version, may have had the lock before.
        _refuse_newer(version := _version(connection), path)
        for number in range(version + 1, LATEST + 1):
            MIGRATIONS[number](connection)
            connection.execute(f"PRAGMA user_version = {number}")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _refuse_newer(version: int, path: Path) -> None:
    if version > LATEST:
        raise HistoryError(
            f"The history {path} was written by a newer llm: its schema has version {version}, "
            f"and this llm knows version {LATEST}",
            hint="Upgrade llm, or set LLM_USER_PATH to another folder",
        )


def _require_ours(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse another program's database. One statement, because a process may migrate the file meanwhile."""
    application, tables = connection.execute(
        "SELECT application_id, (SELECT count(*) FROM sqlite_master) FROM pragma_application_id"
    ).fetchone()
    if tables and application != APPLICATION_ID:
        is_ours = path == user_dir() / "history.db"
        raise HistoryError(
            f"{path} is a database of another program, not a history of llm",
            hint="Move it away, and the next prompt begins a new history" if is_ours else None,
        )
    _refuse_newer(_version(connection), path)


def _enter_wal(connection: sqlite3.Connection, patience: float) -> None:
    """
    Switch the file to write-ahead logging, for good.

    SQLite refuses this at once, without the wait of `busy_timeout`, while another process uses the file; so wait for
    a lock of the kind that it does wait for, and try again.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("ROLLBACK")
