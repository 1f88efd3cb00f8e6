"""Texts and files of the table `content`, rewritten."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator

from .._domain.json_text import is_utf8, json_text
from .._domain.schema_dsl import schema_id
from .._domain.sha256 import sha256
from .redactor import Redactor

_BATCH = 500


def keys_of(connection: sqlite3.Connection, table: str) -> Iterator[int]:
    """The keys of a table in ascending order, a few at a time, so that rows may change meanwhile."""
    key = -1
    while batch := connection.execute(
        f"SELECT key FROM {table} WHERE key > ? ORDER BY key LIMIT {_BATCH}",  # noqa: S608
        (key,),
    ).fetchall():
        yield from (row[0] for row in batch)
        key = batch[-1][0]


def redact_contents(connection: sqlite3.Connection, redactor: Redactor) -> int:
    """
    Rewrite all contents, and say how many changed.

    What changed is in the temporary table `moved`, with keys and hashes, and the messages that refer to it in `dirty`.
    """
    connection.execute("CREATE TEMP TABLE moved (key INTEGER PRIMARY KEY, hash BLOB UNIQUE, new_key INTEGER, new BLOB)")
    count = 0
    for key in keys_of(connection, "content"):
        row = connection.execute("SELECT hash, content FROM content WHERE key = ?", (key,)).fetchone()
        if row is not None and (new := _rewritten(connection, redactor, key, row["content"])) != row["content"]:
            _replace(connection, key, row["hash"], new)
            count += 1
    return count


def _rewritten(connection: sqlite3.Connection, redactor: Redactor, key: int, content: str | bytes) -> str | bytes:
    if isinstance(content, bytes):
        return redactor.file(content)
    is_tools, is_schema = connection.execute(
        "SELECT EXISTS(SELECT 1 FROM turn WHERE tools = :key), EXISTS(SELECT 1 FROM turn WHERE schema = :key)",
        {"key": key},
    ).fetchone()
    if is_tools or is_schema:
        try:
            value = json.loads(content)
        except (ValueError, RecursionError):
            return redactor.text(content)
        before = redactor.places
        value = redactor.records(value) if is_tools else redactor.value(value)
        return content if redactor.places == before else json_text(value)
    return redactor.text(content)


def _replace(connection: sqlite3.Connection, key: int, hash: bytes, content: str | bytes) -> None:
    """Put another content in the place of one; where it is kept already, all that refer to the one refer to that."""
    data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    new = sha256(data)
    connection.execute("INSERT OR IGNORE INTO dirty SELECT message FROM message_content WHERE content = ?", (key,))
    other = connection.execute("SELECT key FROM content WHERE hash = ?", (new,)).fetchone()
    kept = key if other is None else other[0]
    connection.execute("INSERT INTO moved VALUES (?, ?, ?, ?)", (key, hash, kept, new))
    if other is None:
        value = content if isinstance(content, str) and is_utf8(content) else data
        connection.execute("UPDATE content SET hash = ?, content = ? WHERE key = ?", (new, value, key))
    else:
        _merge(connection, key, kept)
    for row in connection.execute("SELECT key FROM turn WHERE schema = ?", (kept,)).fetchall():
        connection.execute("UPDATE turn SET schema_id = ? WHERE key = ?", (schema_id(json.loads(data)), row[0]))


def _merge(connection: sqlite3.Connection, key: int, kept: int) -> None:
    for statement in (
        "UPDATE OR IGNORE message_content SET content = :kept WHERE content = :key",
        "DELETE FROM message_content WHERE content = :key",
        "UPDATE turn SET system = :kept WHERE system = :key",
        "UPDATE turn SET tools = :kept WHERE tools = :key",
        "UPDATE turn SET schema = :kept WHERE schema = :key",
        "UPDATE conversation SET system = :kept WHERE system = :key",
        "UPDATE fragment SET content = :kept WHERE content = :key",
        "DELETE FROM content WHERE key = :key",
    ):
        connection.execute(statement, {"key": key, "kept": kept})
