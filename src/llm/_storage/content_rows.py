"""Texts and files in the table `content`, each once."""

from __future__ import annotations

import sqlite3

from .._domain.json_text import is_utf8
from .._domain.sha256 import sha256


def keep(connection: sqlite3.Connection, content: str | bytes) -> int:
    """The key of this content, which is kept from now on."""
    data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    digest = sha256(data)
    row = connection.execute("SELECT key FROM content WHERE hash = ?", (digest,)).fetchone()
    if row is not None:
        return int(row[0])
    value = content if isinstance(content, str) and is_utf8(content) else data
    cursor = connection.execute("INSERT INTO content (hash, content) VALUES (?, ?)", (digest, value))
    return int(cursor.lastrowid or 0)


def keep_text(connection: sqlite3.Connection, text: str | None) -> int | None:
    """The key of a text; None for an empty one, which is not kept."""
    return keep(connection, text) if text else None


def text(connection: sqlite3.Connection, key: int | None) -> str:
    """The text of this key; an empty one for None."""
    if key is None:
        return ""
    row = connection.execute("SELECT content FROM content WHERE key = ?", (key,)).fetchone()
    return as_text(row[0])


def file(connection: sqlite3.Connection, hash: str) -> bytes | None:
    """The content with this hash (hex); None where it is not kept."""
    row = connection.execute("SELECT content FROM content WHERE hash = ?", (bytes.fromhex(hash),)).fetchone()
    return None if row is None else as_bytes(row[0])


def as_text(value: str | bytes) -> str:
    """What a column holds as text."""
    return value if isinstance(value, str) else value.decode("utf-8", "surrogatepass")


def as_bytes(value: str | bytes) -> bytes:
    """What a column holds as bytes."""
    return value if isinstance(value, bytes) else value.encode()
