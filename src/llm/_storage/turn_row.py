"""A turn as a row of the table `turn`, and what stands around it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from .._domain.json_text import is_utf8, json_text
from .._domain.message import Message
from .._domain.part import ToolCallPart, ToolResultPart
from .._domain.turn import Turn
from .._domain.usage import Usage
from ..errors import HistoryError, LLMError
from . import content_rows, message_rows
from .raw_payload import pack, unpack


def write_asked(connection: sqlite3.Connection, turn: Turn, before: Sequence[Message], conversation: int) -> int:
    """
    Keep what was asked, as a turn of the conversation with this key; the turn's key.

    Raises HistoryError for a turn that cannot be written.
    """
    with _writable(turn):
        after = turn.after
        if after is not None and message_rows.key_of(connection, after) is None:
            # As they are now: a file among them may have changed since they were sent.
            after = message_rows.id_of(connection, message_rows.append(connection, before, None))
        prompt = message_rows.append(connection, turn.input, after, turn.fragments)
        row = {
            "id": turn.id,
            "conversation": conversation,
            "started": turn.started,
            "status": "running",
            "model": _text(turn.model),
            "system": content_rows.keep_text(connection, turn.system),
            "prompt": prompt,
            "inputs": len(turn.input),
            "options": json_text(turn.options) if turn.options else None,
            "template": _text(turn.template),
            "tools": content_rows.keep_text(connection, json_text(turn.tools) if turn.tools else None),
            "schema": content_rows.keep_text(connection, None if turn.schema is None else json_text(turn.schema)),
            "schema_id": _schema_id(turn),
        }
        key = _insert(connection, row)
        texts = [(key, 0, *it) for it in enumerate(turn.fragments)]
        texts += [(key, 1, *it) for it in enumerate(turn.system_fragments)]
        for *place, fragment in texts:
            content = content_rows.keep(connection, str(fragment))
            connection.execute("INSERT INTO fragment VALUES (?, ?, ?, ?)", (*place, content))
        _note_tools(connection, key, [part for message in turn.input for part in message.parts])
    return key


def write_ended(connection: sqlite3.Connection, turn: Turn, key: int, prompt: int | None) -> int | None:
    """Keep how the turn with this key ended, after the message *prompt*; the key of the answer's message."""
    with _writable(turn):
        after = message_rows.id_of(connection, prompt)
        answer = message_rows.append(connection, turn.answer, after) if turn.parts else None
        row = {
            "status": turn.status,
            "resolved_model": _text(turn.resolved_model),
            "answer": answer,
            "input_tokens": _count(turn.usage.input),
            "output_tokens": _count(turn.usage.output),
            "cached_tokens": _count(turn.usage.cached),
            "reasoning_tokens": _count(turn.usage.reasoning),
            "cache_write_tokens": _count(turn.usage.cache_write),
            "token_details": None if turn.usage.details is None else json_text(turn.usage.details),
            "price_key": _text(turn.price_key),
            "duration_ms": turn.duration_ms,
            "first_byte_ms": turn.first_byte_ms,
            "finish_reason": _text(turn.finish_reason),
            "request_id": _text(turn.request_id),
            "attempts": json_text(turn.attempts) if turn.attempts else None,
            "error": _text(turn.error),
            "raw": pack(turn.raw, turn.parts),
        }
        changes = ", ".join(f"{name} = :{name}" for name in row)
        connection.execute(f"UPDATE turn SET {changes} WHERE key = :key", {**row, "key": key})  # noqa: S608
        _note_tools(connection, key, turn.parts)
    return answer


def read(connection: sqlite3.Connection, row: sqlite3.Row) -> Turn:
    """The turn of a row of `SELECT * FROM turn`. Raises HistoryError, which names the turn, where it cannot be read."""
    try:
        return _turn(connection, row)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, LLMError) as error:
        raise HistoryError(
            f"The turn {row['id']} cannot be read from the history: {error}", hint="llm logs verify tells more"
        ) from error


def _turn(connection: sqlite3.Connection, row: sqlite3.Row) -> Turn:
    input = message_rows.chain(connection, row["prompt"], row["inputs"]) if row["inputs"] else []
    answer = message_rows.chain(connection, row["answer"], 1)
    parts = answer[0].parts if answer else ()
    conversation = connection.execute("SELECT id FROM conversation WHERE key = ?", (row["conversation"],)).fetchone()
    fragments: tuple[list[str], list[str]] = ([], [])
    for system, content in connection.execute(
        "SELECT system, content FROM fragment WHERE turn = ? ORDER BY system, position", (row["key"],)
    ):
        fragments[system].append(content_rows.text(connection, content))
    tools, schema = (content_rows.text(connection, row[name]) for name in ("tools", "schema"))
    return Turn(
        row["id"],
        conversation[0],
        input=tuple(input),
        after=message_rows.id_of(connection, message_rows.before(connection, row["prompt"], row["inputs"])),
        system=content_rows.text(connection, row["system"]),
        fragments=tuple(fragments[0]),
        system_fragments=tuple(fragments[1]),
        template=_string(row["template"]),
        started=row["started"],
        model=_string(row["model"]),
        options=json.loads(row["options"] or "{}"),
        schema=json.loads(schema) if schema else None,
        tools=tuple(json.loads(tools or "[]")),
        status=row["status"],
        resolved_model=_string(row["resolved_model"]),
        parts=parts,
        usage=_usage(row),
        price_key=_string(row["price_key"]),
        duration_ms=row["duration_ms"],
        first_byte_ms=row["first_byte_ms"],
        finish_reason=_string(row["finish_reason"]),
        request_id=_string(row["request_id"]),
        attempts=tuple(json.loads(row["attempts"] or "[]")),
        error=_string(row["error"]),
        raw=unpack(row["raw"], parts),
    )


def _usage(row: sqlite3.Row) -> Usage:
    details = row["token_details"]
    return Usage(
        row["input_tokens"],
        row["output_tokens"],
        None if details is None else json.loads(details),
        row["cached_tokens"],
        row["reasoning_tokens"],
        row["cache_write_tokens"],
    )


# The names in these statements are those of the columns above; the values are always bound.


def _insert(connection: sqlite3.Connection, row: Mapping[str, Any]) -> int:
    names = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    cursor = connection.execute(f"INSERT INTO turn ({names}) VALUES ({values})", row)  # noqa: S608
    return int(cursor.lastrowid or 0)


def _note_tools(connection: sqlite3.Connection, key: int, parts: Sequence[Any]) -> None:
    for part in parts:
        if isinstance(part, ToolCallPart | ToolResultPart):
            connection.execute("INSERT OR IGNORE INTO tool_use VALUES (?, ?)", (_text(part.name), key))


def _schema_id(turn: Turn) -> str | None:
    if turn.schema is None:
        return None
    from .._domain.schema_dsl import schema_id

    return schema_id(dict(turn.schema))


def _count(number: int | None) -> int | None:
    """The number, or None for one that no column holds: a wrong count must not keep a turn out of the history."""
    return number if number is None or abs(number) < 1 << 63 else None


def _text(text: str | None) -> str | bytes | None:
    """The text, or its bytes where it has half characters, which SQLite does not take as text."""
    return text if text is None or is_utf8(text) else text.encode("utf-8", "surrogatepass")


def _string(value: Any) -> Any:
    """The inverse of `_text`."""
    return value.decode("utf-8", "surrogatepass") if isinstance(value, bytes) else value


@contextmanager
def _writable(turn: Turn) -> Iterator[None]:
    try:
        yield
    except (TypeError, ValueError, AttributeError, RecursionError, LLMError) as error:
        raise HistoryError(f"The turn {turn.id} cannot be written to the history: {error}") from error
