"""Everything is hashed again, and read again; what does not fit is told."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

from .._domain.message_id import hash_of
from .._domain.sha256 import sha256
from ..errors import HistoryError
from . import content_rows, message_rows, turn_row
from .query import Damage

_UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError)
_BATCH = 1000
_WORDS = """
    INSERT INTO words(rowid, prompt, response)
    SELECT turn_text.key, turn_text.prompt, turn_text.response FROM turn JOIN turn_text ON turn_text.key = turn.key
    WHERE turn.key > :after AND turn.key <= :last AND turn.status != 'running'
"""


def verify(connection: sqlite3.Connection) -> Iterator[Damage]:
    """
    What is wrong with the history, found while it is looked at: nothing where all is well.

    The file's pages and indexes; references between rows; the hash of each content, and of each message with the ones
    before it; whether each turn can be read, with its payload; and whether the full-text index has what was said. All
    is seen as it was at one moment, and no more than a few rows are held in memory.
    """
    for check in (_pages, _references, _contents, _messages, _turns, _conversations, _indexed):
        yield from _told(connection, check)
    yield from _told(connection, _index, "BEGIN IMMEDIATE")


def _told(
    connection: sqlite3.Connection, check: Callable[[sqlite3.Connection], Iterator[Damage]], begin: str = "BEGIN"
) -> Iterator[Damage]:
    """What a check finds; that it cannot be carried out is a finding too."""
    try:
        connection.execute(begin)
        yield from check(connection)
    except sqlite3.DatabaseError as error:
        code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
        if code == sqlite3.SQLITE_READONLY and begin != "BEGIN":
            return  # SQLite looks through a full-text index only where it may write
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_INTERRUPT):
            raise
        yield Damage("file", f"cannot be read on: {error}")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _pages(connection: sqlite3.Connection) -> Iterator[Damage]:
    with closing(connection.execute("PRAGMA integrity_check")) as rows:
        for (told,) in rows:
            if told != "ok":
                yield Damage("file", told)


def _references(connection: sqlite3.Connection) -> Iterator[Damage]:
    with closing(connection.execute("PRAGMA foreign_key_check")) as rows:
        for table, key, target, _ in rows:
            yield Damage(f"{table} {key}" if key is not None else table, f"refers to a {target} that is not there")


def _contents(connection: sqlite3.Connection) -> Iterator[Damage]:
    with closing(connection.execute("SELECT key, hash, content FROM content ORDER BY key")) as rows:
        for key, hash, content in rows:
            if sha256(content_rows.as_bytes(content)) != hash:
                yield Damage(f"content {key}", "does not have its hash")


def _messages(connection: sqlite3.Connection) -> Iterator[Damage]:
    statement = """
        SELECT message.*, before.hash AS before
        FROM message LEFT JOIN message AS before ON before.key = message.parent ORDER BY message.key
    """
    with closing(connection.execute(statement)) as rows:
        for row in rows:
            where = f"message {row['hash'].hex()}"
            if row["parent"] is not None and row["parent"] >= row["key"]:
                yield Damage(where, "stands before the one that it follows")
            try:
                told = _wrong_message(connection, row)
            except _UNREADABLE as error:
                told = f"cannot be read: {error}"
            if told:
                yield Damage(where, told)


def _wrong_message(connection: sqlite3.Connection, row: sqlite3.Row) -> str | None:
    before = None if row["before"] is None else row["before"].hex()
    full = message_rows.full_parts(connection, row["parts"])
    if hash_of(row["role"], full, row["metadata"], before) != row["hash"].hex():
        return "does not have its hash"
    message_rows.read(connection, row)
    referred = set()
    for part in json.loads(row["parts"]):
        referred.update(part.get("fragments", ()))
        for file in (*part.get("attachments", ()), *([part["attachment"]] if "attachment" in part else ())):
            if "id" in file:
                kept = "SELECT key FROM content WHERE hash = ?"
                referred.update(key for (key,) in connection.execute(kept, (bytes.fromhex(file["id"]),)))
    noted = connection.execute("SELECT content FROM message_content WHERE message = ?", (row["key"],))
    if referred - {key for (key,) in noted}:
        return "has contents that are not noted as its own, and may be deleted"
    return None


def _turns(connection: sqlite3.Connection) -> Iterator[Damage]:
    with closing(connection.execute("SELECT * FROM turn ORDER BY key")) as rows:
        for row in rows:
            try:
                turn = turn_row.read(connection, row)
                told = None if len(turn.input) == row["inputs"] else "has fewer messages than it was asked with"
            except HistoryError as error:
                told = str(error.__cause__ or error)
            except (*_UNREADABLE, MemoryError) as error:
                told = f"cannot be read: {error}"
            if told:
                yield Damage(f"turn {row['id']}", told)


def _conversations(connection: sqlite3.Connection) -> Iterator[Damage]:
    statement = """
        SELECT conversation.id FROM conversation JOIN turn ON turn.id = conversation.answered
        WHERE conversation.head IS NOT coalesce(turn.answer, turn.prompt)
    """
    with closing(connection.execute(statement)) as rows:
        for (id,) in rows:
            yield Damage(f"conversation {id}", "does not go on from its last answer")


def _index(connection: sqlite3.Connection) -> Iterator[Damage]:
    """Whether the full-text index fits itself; for this alone it is locked."""
    try:
        connection.execute("INSERT INTO turn_search(turn_search, rank) VALUES ('integrity-check', 0)")
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CORRUPT:
            raise
        yield Damage("full-text index", "is damaged; searches may miss some turns")


def _indexed(connection: sqlite3.Connection) -> Iterator[Damage]:
    """
    Whether each turn that has ended, and no other, is in the full-text index with as many words as it has.

    SQLite's own comparison with the texts cannot be asked for: it does not read views that take JSON apart.
    """
    connection.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.words USING fts5(prompt, response, content = '')")
    wrong = """
        SELECT id FROM (
            SELECT id, sz FROM words_docsize UNION ALL
            SELECT id, sz FROM turn_search_docsize WHERE id > :after AND id <= :last
        ) GROUP BY id HAVING count(*) != 2 OR min(sz) != max(sz)
    """
    after = -1
    while True:
        bound = "SELECT max(key) FROM (SELECT key FROM turn WHERE key > ? ORDER BY key LIMIT ?)"
        (last,) = connection.execute(bound, (after, _BATCH)).fetchone()
        span = {"after": after, "last": (1 << 62) if last is None else last}
        connection.execute("INSERT INTO words(words) VALUES ('delete-all')")
        connection.execute(_WORDS, span)
        for (key,) in connection.execute(wrong, span).fetchall():
            row = connection.execute("SELECT id FROM turn WHERE key = ?", (key,)).fetchone()
            yield Damage(f"turn {key if row is None else row[0]}", "is not in the full-text index as it was said")
        if last is None:
            return
        after = last
