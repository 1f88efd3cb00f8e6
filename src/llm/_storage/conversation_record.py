"""What is known of a conversation, put together from its row and its turns."""

from __future__ import annotations

import json
import sqlite3

from . import content_rows, message_rows
from .query import ConversationRecord

_TITLE_LENGTH = 100
_LOOKED_AT = 1000  # characters of a prompt that a title is made from
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_OF_TIME = 10  # the characters of a ULID that are milliseconds since the epoch


def record_of(connection: sqlite3.Connection, row: sqlite3.Row) -> ConversationRecord:
    """What is known of the conversation of a row of `SELECT * FROM conversation`."""
    key = row["key"]
    tags = connection.execute("SELECT tag FROM tag WHERE conversation = ? ORDER BY tag", (key,)).fetchall()
    count = connection.execute("SELECT count(*) FROM turn WHERE conversation = ?", (key,)).fetchone()[0]
    newest = connection.execute(
        "SELECT model FROM turn WHERE conversation = ? ORDER BY key DESC LIMIT 1", (key,)
    ).fetchone()
    last = connection.execute("SELECT started FROM turn WHERE id = ?", (row["last"],)).fetchone()
    return ConversationRecord(
        row["id"],
        name=row["name"],
        title=row["name"] or _title(connection, row),
        model=None if newest is None else content_rows.as_text(newest[0]),
        tags=tuple(each[0] for each in tags),
        turns=count,
        last=None if last is None else row["last"],
        used=_made(row["last"]) if last is None else last[0],
        head=message_rows.id_of(connection, row["head"]),
        system=content_rows.text(connection, row["system"]),
    )


def _title(connection: sqlite3.Connection, row: sqlite3.Row) -> str:
    """The start of what was asked first; of a fork without turns, of the message that it follows."""
    first = connection.execute(
        "SELECT prompt, inputs FROM turn WHERE conversation = ? ORDER BY key LIMIT 1", (row["key"],)
    ).fetchone()
    key, count = (row["head"], 1) if first is None else (first["prompt"], max(first["inputs"], 1))
    words = " ".join(_last_text(connection, key, count)[:_LOOKED_AT].split())
    return words if len(words) <= _TITLE_LENGTH else f"{words[: _TITLE_LENGTH - 1]}…"


def _last_text(connection: sqlite3.Connection, key: int | None, count: int) -> str:
    """The text of the last of *count* messages up to *key* that has any; their files are not loaded for it."""
    for _ in range(count):
        row = connection.execute("SELECT parent, parts FROM message WHERE key = ?", (key,)).fetchone()
        if row is None:
            break
        values = json.loads(message_rows.full_parts(connection, row["parts"]))
        if text := "".join(value["text"] for value in values if value["type"] == "text"):
            return text
        key = row["parent"]
    return ""


def _made(id: str) -> float:
    """When an id was made, in seconds since the epoch; 0 for what is no ULID."""
    milliseconds = 0
    for character in id[:_OF_TIME]:
        if character not in _ALPHABET:
            return 0.0
        milliseconds = milliseconds * 32 + _ALPHABET.index(character)
    return milliseconds / 1000
