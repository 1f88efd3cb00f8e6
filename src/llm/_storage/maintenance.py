"""The file as a whole: a copy of it, and the space that it takes."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from contextlib import closing, suppress
from pathlib import Path

from ..errors import HistoryError

PATIENCE = 60.0
"""How many seconds maintenance waits for other processes."""

_PAUSE = 0.1
_PAGES = 4096  # copied in one go, between which Ctrl-C is heard


def backup(connection: sqlite3.Connection, path: Path) -> None:
    """
    Write a consistent copy of the history to *path*, for its owner alone, while others go on writing.

    Raises HistoryError where *path* exists. A copy that fails or is broken off leaves nothing there.
    """
    if os.path.lexists(path):
        raise _exists(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{os.urandom(6).hex()}.tmp")
    try:
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        _copy(connection, temporary)
        _publish(temporary, path)
    except OSError as error:
        raise HistoryError(
            f"Cannot write the copy {path}: {error.strerror or error}",
            hint="Name a file in a folder that exists and may be written",
        ) from error
    finally:
        temporary.unlink(missing_ok=True)


def vacuum(connection: sqlite3.Connection, wait: float = PATIENCE) -> None:
    """
    Give the space of what was deleted back to the disk; nothing of it can be read in the file any more.

    Raises HistoryError where others read for longer than *wait* seconds, so that the log cannot be emptied.
    """
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("INSERT INTO turn_search(turn_search) VALUES ('optimize')")
    connection.execute("VACUUM")
    if not empty_log(connection, wait):
        raise HistoryError(
            f"The history was vacuumed, but another process has read in it for {wait:g} seconds: until it ends, "
            "the log beside the file keeps its size",
            hint="End that process, then run: llm logs vacuum",
        )


def empty_log(connection: sqlite3.Connection, wait: float = PATIENCE) -> bool:
    """
    Write the log into the file and cut it to nothing; False where somebody reads older pages for *wait* seconds.

    It is tried again and again: SQLite's own wait would keep others from writing meanwhile.
    """
    patience = connection.execute("PRAGMA busy_timeout").fetchone()[0]
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        deadline = time.monotonic() + wait
        while not _is_emptied(connection):
            if time.monotonic() >= deadline:
                return False
            threading.Event().wait(_PAUSE)  # an event that nobody sets is a pause that every thread may take
        return True
    finally:
        connection.execute(f"PRAGMA busy_timeout = {patience}")


def _is_emptied(connection: sqlite3.Connection) -> bool:
    try:
        busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return False
        raise
    return not busy


def _copy(connection: sqlite3.Connection, path: Path) -> None:
    """Copy every page as it is now. The open read keeps it so: the copy would begin anew after each write."""
    with closing(sqlite3.connect(path, isolation_level=None)) as copy:
        copy.execute("PRAGMA journal_mode = OFF")
        copy.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            connection.backup(copy, pages=_PAGES)
        finally:
            connection.execute("ROLLBACK")
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _publish(temporary: Path, path: Path) -> None:
    """Give the copy its name, unless somebody else has taken it meanwhile."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise _exists(path) from None
    except OSError:  # a file system without hard links
        if os.path.lexists(path):
            raise _exists(path) from None
        temporary.rename(path)
    with suppress(OSError):
        _sync_directory(path.parent)


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _exists(path: Path) -> HistoryError:
    return HistoryError(f"{path} exists already", hint="Name a file that does not exist; nothing is overwritten")
