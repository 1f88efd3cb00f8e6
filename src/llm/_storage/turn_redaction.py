"""What stands in the rows of turns and conversations, rewritten."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from typing import Any

from .._domain.json_text import is_utf8, json_text
from .content_redaction import keys_of
from .redactor import Redactor, numbered

_TEXTS = ("model", "resolved_model", "template", "price_key", "finish_reason", "request_id", "error")
_REFERENCE = "$part"  # of raw_payload.py: it stays


def redact_turns(connection: sqlite3.Connection, redactor: Redactor) -> int:
    """Rewrite the rows of all turns; how many turns changed, in their rows, messages or contents."""
    connection.execute("CREATE TEMP TABLE changed (key INTEGER PRIMARY KEY)")
    for key in keys_of(connection, "turn"):
        row = connection.execute("SELECT * FROM turn WHERE key = ?", (key,)).fetchone()
        columns = _columns(row, redactor)
        if columns:
            changes = ", ".join(f"{name} = :{name}" for name in columns)
            connection.execute(f"UPDATE turn SET {changes} WHERE key = :key", {**columns, "key": key})  # noqa: S608
            connection.execute("INSERT INTO changed VALUES (?)", (key,))
    return _count(connection)


def redact_names(connection: sqlite3.Connection, redactor: Redactor) -> None:
    """Rewrite names and tags of conversations and names of tools; names that become alike are numbered."""
    named = "SELECT 1 FROM conversation WHERE name = ?"
    for row in connection.execute("SELECT key, name FROM conversation WHERE name IS NOT NULL").fetchall():
        if (name := redactor.text(_string(row["name"]))) != _string(row["name"]):
            free = numbered(name, lambda name: connection.execute(named, (_text(name),)).fetchone() is not None)
            connection.execute("UPDATE conversation SET name = ? WHERE key = ?", (_text(free), row["key"]))
    _redact_words(connection, redactor, "tag", "tag")
    _redact_words(connection, redactor, "tool_use", "name")


def _redact_words(connection: sqlite3.Connection, redactor: Redactor, table: str, column: str) -> None:
    """Rewrite a column that is part of a key: two words that become one are one."""
    for (word,) in connection.execute(f"SELECT DISTINCT {column} FROM {table}").fetchall():  # noqa: S608
        if (new := redactor.text(_string(word))) != _string(word):
            change = f"UPDATE OR IGNORE {table} SET {column} = ? WHERE {column} = ?"  # noqa: S608
            connection.execute(change, (_text(new), word))
            connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (word,))  # noqa: S608


def _columns(row: sqlite3.Row, redactor: Redactor) -> dict[str, Any]:
    """The columns of a turn that change, with what they change to."""
    columns: dict[str, Any] = {}
    for name in _TEXTS:
        if row[name] is not None and (text := redactor.text(_string(row[name]))) != _string(row[name]):
            columns[name] = _text(text)
    for name, rewrite in (
        ("options", redactor.value),
        ("token_details", redactor.value),
        ("attempts", redactor.records),
    ):
        if row[name] is not None and (changed := _json(row[name], rewrite, redactor)) is not None:
            columns[name] = changed
    if row["raw"] is not None:
        import zlib

        raw = _json(zlib.decompress(row["raw"]).decode(), lambda value: _payload(value, redactor), redactor)
        if raw is not None:
            columns["raw"] = zlib.compress(raw.encode())
    return columns


def _json(text: str, rewrite: Callable[[Any], Any], redactor: Redactor) -> str | None:
    """The JSON text with its value rewritten; None where nothing in it changes."""
    places = redactor.places
    value = rewrite(json.loads(text))
    return None if redactor.places == places else json_text(value)


def _payload(value: Any, redactor: Redactor) -> Any:
    """A payload with references to parts, which have been rewritten where they are."""
    if isinstance(value, list):
        return [_payload(item, redactor) for item in value]
    if not isinstance(value, dict):
        return redactor.value(value)
    if _REFERENCE in value:
        if value[_REFERENCE] is not None:
            return value
        return {_REFERENCE: None, "is": _members(value["is"], redactor)}
    return _members(value, redactor)


def _members(value: dict[str, Any], redactor: Redactor) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    for name, item in value.items():
        new = name if name == _REFERENCE else redactor.text(name)
        changed[numbered(new, lambda name: name in changed)] = _payload(item, redactor)
    return changed


def _count(connection: sqlite3.Connection) -> int:
    """How many turns changed."""
    changed = """
        SELECT key FROM changed
        UNION SELECT turn.key FROM rewritten JOIN turn ON turn.prompt = rewritten.key
        UNION SELECT turn.key FROM rewritten JOIN turn ON turn.answer = rewritten.key
        UNION SELECT turn.key FROM moved JOIN turn ON turn.system = moved.new_key
        UNION SELECT turn.key FROM moved JOIN turn ON turn.tools = moved.new_key
        UNION SELECT turn.key FROM moved JOIN turn ON turn.schema = moved.new_key
        UNION SELECT fragment.turn FROM moved JOIN fragment ON fragment.content = moved.new_key
    """
    return int(connection.execute(f"SELECT count(*) FROM ({changed})").fetchone()[0])  # noqa: S608


def _string(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("utf-8", "surrogatepass")


def _text(text: str) -> str | bytes:
    """The text, or its bytes where it has half characters, which SQLite does not take as text."""
    return text if is_utf8(text) else text.encode("utf-8", "surrogatepass")
