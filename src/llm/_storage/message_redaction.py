"""Messages, rewritten, with the ids of all that descend from them."""

from __future__ import annotations

import json
import mimetypes
import sqlite3
from typing import Any

from .._domain.json_text import json_text
from .._domain.message_id import hash_of
from .content_redaction import keys_of
from .message_rows import full_parts
from .redactor import Redactor

_JOINED = "\n"


def redact_messages(connection: sqlite3.Connection, redactor: Redactor) -> int:
    """
    Rewrite all messages, and say how many changed in what they say; their keys are in the temporary table `rewritten`.

    A message has a greater key than the one before it: when it is looked at, the id of that one is the final one.
    Those in the temporary table `dirty` get another id in any case.
    """
    connection.execute("CREATE TEMP TABLE rewritten (key INTEGER PRIMARY KEY)")
    count = 0
    for key in keys_of(connection, "message"):
        row = connection.execute(
            "SELECT message.*, before.hash AS before, EXISTS(SELECT 1 FROM dirty WHERE key = message.key) AS dirty "
            "FROM message LEFT JOIN message AS before ON before.key = message.parent WHERE message.key = ?",
            (key,),
        ).fetchone()
        if row is None:
            continue  # a message before it has become the same
        places = redactor.places
        parts, metadata = _Rewritten(connection, redactor).message(row)
        if redactor.places != places:
            count += 1
        elif not row["dirty"]:
            continue
        _replace(connection, row, parts, metadata, is_said=redactor.places != places)
    return count


def _replace(
    connection: sqlite3.Connection, row: sqlite3.Row, parts: str, metadata: str | None, *, is_said: bool
) -> None:
    """Put another text in the place of a message; where there is such a message already, they become one."""
    key = row["key"]
    before = None if row["before"] is None else row["before"].hex()
    hash = bytes.fromhex(hash_of(row["role"], full_parts(connection, parts), metadata, before))
    connection.execute("INSERT OR IGNORE INTO dirty SELECT key FROM message WHERE parent = ?", (key,))
    other = connection.execute("SELECT key FROM message WHERE hash = ? AND key != ?", (hash, key)).fetchone()
    kept = key if other is None else min(key, other[0])  # the smaller: what follows it has a greater one
    if other is not None:
        _merge(connection, max(key, other[0]), kept)
    if kept == key:
        connection.execute(
            "UPDATE message SET hash = ?, parts = ?, metadata = ? WHERE key = ?", (hash, parts, metadata, key)
        )
        _note_contents(connection, key, parts)
    if is_said:
        connection.execute("INSERT OR IGNORE INTO rewritten VALUES (?)", (kept,))


def _merge(connection: sqlite3.Connection, key: int, kept: int) -> None:
    for statement in (
        "UPDATE message SET parent = :kept WHERE parent = :key",
        "UPDATE turn SET prompt = :kept WHERE prompt = :key",
        "UPDATE turn SET answer = :kept WHERE answer = :key",
        "UPDATE conversation SET head = :kept WHERE head = :key",
        "DELETE FROM message WHERE key = :key",
    ):
        connection.execute(statement, {"key": key, "kept": kept})


def _note_contents(connection: sqlite3.Connection, key: int, parts: str) -> None:
    """Say anew which contents a message refers to."""
    connection.execute("DELETE FROM message_content WHERE message = ?", (key,))
    for part in json.loads(parts):
        for content in part.get("fragments", ()):
            connection.execute("INSERT OR IGNORE INTO message_content VALUES (?, ?)", (key, content))
        for file in (*part.get("attachments", ()), *([part["attachment"]] if "attachment" in part else ())):
            if "id" in file:
                connection.execute(
                    "INSERT OR IGNORE INTO message_content SELECT ?, key FROM content WHERE hash = ?",
                    (key, bytes.fromhex(file["id"])),
                )


class _Rewritten:
    """The texts of messages, rewritten; contents have been before."""

    def __init__(self, connection: sqlite3.Connection, redactor: Redactor) -> None:
        self._connection = connection
        self._redactor = redactor

    def message(self, row: sqlite3.Row) -> tuple[str, str | None]:
        """The parts and the provider's data, as they were written where nothing in them has changed."""
        places, metadata = self._redactor.places, row["metadata"]
        if metadata is not None:
            value = self._redactor.value(json.loads(metadata))
            metadata = metadata if self._redactor.places == places else json_text(value)
        places = self._redactor.places
        parts = [self._part(part) for part in json.loads(row["parts"])]
        if self._redactor.places == places and not row["dirty"]:
            return row["parts"], metadata
        return json_text(parts), metadata

    def _part(self, part: dict[str, Any]) -> dict[str, Any]:
        if "fragments" in part:
            return self._joined(part)
        return {name: self._field(name, field) for name, field in part.items()}

    def _field(self, name: str, field: Any) -> Any:
        match name:
            case "type" | "fragments":
                return field
            case "attachment":
                return self._file(field)
            case "attachments":
                return [self._file(file) for file in field]
        return self._redactor.value(field)

    def _joined(self, part: dict[str, Any]) -> dict[str, Any]:
        """A text that begins with fragments; where it is found across their borders, they are no fragments any more."""
        keys = [self._moved(key) for key in part["fragments"]]
        part = {**{name: self._field(name, field) for name, field in part.items()}, "fragments": keys}
        whole = json.loads(full_parts(self._connection, json_text([part])))[0]
        text = self._redactor.text(whole["text"])
        return part if text == whole["text"] else {**whole, "text": text}

    def _moved(self, content: int) -> int:
        row = self._connection.execute("SELECT new_key FROM moved WHERE key = ?", (content,)).fetchone()
        return content if row is None else int(row[0])

    def _file(self, file: dict[str, Any]) -> dict[str, Any]:
        changed = {name: self._of_file(name, field) for name, field in file.items()}
        if "id" in file:
            row = self._connection.execute(
                "SELECT new FROM moved WHERE hash = ?", (bytes.fromhex(file["id"]),)
            ).fetchone()
            changed["id"] = file["id"] if row is None else row[0].hex()
        return changed

    def _of_file(self, name: str, field: Any) -> Any:
        # A media type that everybody knows is part of the format, as `"type": "text"` is.
        if name == "id" or (name == "type" and field in mimetypes.types_map.values()):
            return field
        return self._redactor.value(field)
