"""The history's file, opened."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from .migrations import LATEST, migrate

_creating = threading.Lock()


class Identity(NamedTuple):
    """Which file a path leads to, and for which process: None where it leads nowhere."""

    process: int
    file: tuple[int, int] | None


def identity(path: Path) -> Identity:
    """The file that *path* leads to now."""
    try:
        status = path.stat()
    except OSError:
        return Identity(os.getpid(), None)
    return Identity(os.getpid(), (status.st_dev, status.st_ino))


def connect(path: Path, patience: float) -> sqlite3.Connection:
    """
    A connection to the history at *path*, which is created and brought up to date as need be.

    It waits *patience* seconds for a lock that another process holds.
    """
    _create(path)
    try:
        return _writable(path, patience)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            raise
        connection = _read_only(path)
        if connection is None:
            raise
        return connection


def _read_only(path: Path) -> sqlite3.Connection | None:
    """
    A connection to a history that may only be read, in a folder that may not be written; None where it is no such.

    SQLite reads a WAL file there only if nobody writes it; where somebody does, the files beside it are there.
    """
    is_still = not path.with_name(f"{path.name}-wal").exists()
    uri = f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if is_still else ''}"
    try:
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    except sqlite3.Error:
        return None
    with suppress(sqlite3.Error):
        connection.row_factory = sqlite3.Row
        if connection.execute("PRAGMA user_version").fetchone()[0] == LATEST:
            return connection
    connection.close()
    return None


def _writable(path: Path, patience: float) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=patience, isolation_level=None, check_same_thread=False)
    try:
        connection.row_factory = sqlite3.Row
        migrate(connection, path, patience)
        # Only now: a migration may have to rebuild a table that others refer to.
        connection.execute("PRAGMA foreign_keys = ON")
        # In WAL mode a killed process loses nothing; a power cut may lose the last turns, never the file.
        connection.execute("PRAGMA synchronous = NORMAL")
    except BaseException:
        connection.close()
        raise
    return connection


def nothing() -> sqlite3.Connection:
    """A history that is empty and nowhere, to be read in place of one that does not exist yet."""
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    migrate(connection, Path(":memory:"), 0)
    return connection


def _create(path: Path) -> None:
    """
    Make an empty file that only its owner may read; SQLite gives its `-wal` and `-shm` files the same mode.

    The lock is for this process's other threads: closing a file drops every lock that the process holds on it, those
    of SQLite included (https://www.sqlite.org/howtocorrupt.html), so nobody may connect before it is closed.
    """
    with _creating:
        try:
            _make(path)
        except FileNotFoundError:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _make(path)


def _make(path: Path) -> None:
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
