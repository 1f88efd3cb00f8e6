"""Messages in the table `message`: each is kept once for the chain that leads to it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from .._domain.attachment import Attachment
from .._domain.json_text import json_text
from .._domain.message import Message
from .._domain.message_id import hash_of, metadata_text, parts_text
from .._domain.message_json import part_from_dict
from .._domain.part import AttachmentPart, TextPart, ToolResultPart
from . import content_rows

_UP = """
    WITH RECURSIVE up AS (
        SELECT key, parent, role, parts, metadata FROM message WHERE key = ?
        UNION ALL
        SELECT message.key, message.parent, message.role, message.parts, message.metadata
        FROM up JOIN message ON message.key = up.parent
    )
    SELECT * FROM up LIMIT ?
"""


def append(
    connection: sqlite3.Connection, messages: Sequence[Message], after: str | None, fragments: Sequence[str] = ()
) -> int | None:
    """
    Keep *messages*, which follow the message *after*; the key of the last one, or of *after* where there are none.

    *fragments* are what the text of the last one begins with: they are kept once, and referred to. Raises ValueError
    where *after* is not there.
    """
    parent = None if after is None else key_of(connection, after)
    if after is not None and parent is None:
        raise ValueError(f"the message {after} is not there")
    for index, message in enumerate(messages):
        own = fragments if index == len(messages) - 1 else ()
        parent, after = _append(connection, message, parent, after, own)
    return parent


def key_of(connection: sqlite3.Connection, id: str) -> int | None:
    """The key of the message with this id; None where it is not there."""
    row = connection.execute("SELECT key FROM message WHERE hash = ?", (bytes.fromhex(id),)).fetchone()
    return None if row is None else int(row[0])


def id_of(connection: sqlite3.Connection, key: int | None) -> str | None:
    """The id of the message with this key."""
    if key is None:
        return None
    row = connection.execute("SELECT hash FROM message WHERE key = ?", (key,)).fetchone()
    return bytes(row[0]).hex()


def chain(connection: sqlite3.Connection, key: int | None, count: int = -1) -> list[Message]:
    """The last *count* messages (-1: all of them) that lead to the message *key*, which is the last."""
    rows = connection.execute(_UP, (key, count)).fetchall() if key is not None else []
    return [read(connection, row) for row in reversed(rows)]


def before(connection: sqlite3.Connection, key: int | None, count: int) -> int | None:
    """The key of the message that stands *count* messages before the message *key*; None: that is before the first."""
    for _ in range(count):
        row = connection.execute("SELECT parent FROM message WHERE key = ?", (key,)).fetchone()
        key = None if row is None else row[0]
    return key


def read(connection: sqlite3.Connection, row: Mapping[str, Any] | sqlite3.Row) -> Message:
    """The message of a row. Raises KeyError, TypeError and ValueError where it cannot be read."""

    def file(value: Mapping[str, Any]) -> Attachment:
        hash = value.get("id")
        content = None if hash is None else content_rows.file(connection, hash)
        return Attachment(
            value.get("type"), value.get("path"), value.get("url"), content, hash if content is None else None
        )

    values = json.loads(full_parts(connection, row["parts"]))
    parts = tuple(part_from_dict(value, file) for value in values)
    metadata = row["metadata"]
    return Message(row["role"], parts, None if metadata is None else json.loads(metadata))


def full_parts(connection: sqlite3.Connection, parts: str) -> str:
    """The text of a message's parts as it was hashed: with fragments in place of their keys."""
    if '"fragments":' not in parts:
        return parts
    values = json.loads(parts)
    for value in values:
        if value["type"] == "text" and "fragments" in value:
            texts = [content_rows.text(connection, key) for key in value.pop("fragments")]
            value["text"] = "\n".join([*texts, *([value["text"]] if value["text"] else [])])
    return json_text(values)


def _append(
    connection: sqlite3.Connection, message: Message, parent: int | None, after: str | None, fragments: Sequence[str]
) -> tuple[int, str]:
    parts, metadata = parts_text(message.parts), metadata_text(message)
    id = hash_of(message.role, parts, metadata, after)
    key = key_of(connection, id)
    if key is not None:
        return key, id
    contents = [content_rows.keep(connection, content) for content in _files(message)]
    if fragments:
        parts, keys = _referring(connection, message, parts, fragments)
        contents += keys
    cursor = connection.execute(
        "INSERT INTO message (hash, parent, role, parts, metadata) VALUES (?, ?, ?, ?, ?)",
        (bytes.fromhex(id), parent, message.role, parts, metadata),
    )
    key = int(cursor.lastrowid or 0)
    if contents:
        connection.executemany("INSERT OR IGNORE INTO message_content VALUES (?, ?)", [(key, it) for it in contents])
    return key, id


def _files(message: Message) -> list[bytes]:
    files: list[Attachment] = []
    for part in message.parts:
        if isinstance(part, AttachmentPart):
            files.append(part.attachment)
        elif isinstance(part, ToolResultPart):
            files += part.attachments
    return [file.content for file in files if file.content is not None]


def _referring(
    connection: sqlite3.Connection, message: Message, parts: str, fragments: Sequence[str]
) -> tuple[str, list[int]]:
    """The parts with references in place of the fragments that the text begins with, and what they refer to."""
    first, joined = message.parts[0] if message.parts else None, "\n".join(fragments)
    if not isinstance(first, TextPart) or not (first.text == joined or first.text.startswith(f"{joined}\n")):
        return parts, []
    rest = first.text[len(joined) + 1 :]
    if first.text != joined and not rest:
        return parts, []  # the end of the line would be lost
    keys = [content_rows.keep(connection, fragment) for fragment in fragments]
    values = json.loads(parts)
    values[0] = {"type": "text", "fragments": keys, **values[0], "text": rest}
    short = json_text(values)
    return (short, keys) if full_parts(connection, short) == parts else (parts, [])
