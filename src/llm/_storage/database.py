"""The history's file, opened."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import suppress
from pathlib import Path

from .migrations import BUSY_SECONDS, migrate

_creating = threading.Lock()


def connect(path: Path) -> sqlite3.Connection:
    """A connection to the history at *path*, which is created and brought up to date as need be."""
    _create(path)
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        migrate(connection, path)
        # Only now: a migration may have to rebuild a table that others refer to.
        connection.execute("PRAGMA foreign_keys = ON")
        # In WAL mode a killed process loses nothing; a power cut may lose the last turns, never the file.
        connection.execute("PRAGMA synchronous = NORMAL")
    except BaseException:
        connection.close()
        raise
    connection.row_factory = sqlite3.Row
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
