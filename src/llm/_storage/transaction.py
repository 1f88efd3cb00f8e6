"""One write to the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def immediate(connection: sqlite3.Connection) -> Iterator[None]:
    """
    A write transaction: all of it is kept, or nothing.

    The write lock is taken at the start: a transaction that reads first and writes later is refused at once, without
    the wait of `busy_timeout`, when another process has written in between.
    """
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
