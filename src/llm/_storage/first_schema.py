"""A history of version 1, in which a turn was one row, messages and all: read once, when it is brought up to date."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from .._domain.message import Message
from .._domain.message_id import chain_id
from .._domain.message_json import part_from_dict
from .._domain.turn import Turn
from .._domain.usage import Usage
from . import turn_rows

TURNS = """
CREATE TABLE turns (
    id TEXT NOT NULL PRIMARY KEY,
    conversation_id TEXT NOT NULL,
    started REAL NOT NULL,          -- seconds since the epoch, UTC
    model TEXT NOT NULL,
    prompt TEXT NOT NULL,
    system TEXT NOT NULL,
    messages TEXT NOT NULL,         -- JSON: exactly what was sent, a list of Message.to_dict()
    options TEXT NOT NULL,          -- JSON object
    schema TEXT,                    -- JSON object
    tools TEXT NOT NULL,            -- JSON: a list of what was offered
    status TEXT NOT NULL,           -- running, done, partial, error, cancelled
    resolved_model TEXT,
    parts TEXT NOT NULL,            -- JSON: the answer, a list as in a message
    input_tokens INTEGER,
    output_tokens INTEGER,
    cached_tokens INTEGER,
    reasoning_tokens INTEGER,
    token_details TEXT,             -- JSON object
    duration_ms INTEGER,
    first_byte_ms INTEGER,
    finish_reason TEXT,
    request_id TEXT,
    attempts TEXT NOT NULL,         -- JSON: a list of the tries that failed before
    error TEXT,
    raw TEXT                        -- JSON: the provider's payload
)
"""


def carry_over(connection: sqlite3.Connection) -> None:
    """Write every turn of the table `turns` as turns are written now."""
    columns = [row[1] for row in connection.execute("PRAGMA table_info(turns)")]
    for row in connection.execute("SELECT * FROM turns ORDER BY id"):
        turn, before = _read(dict(zip(columns, row, strict=True)))
        turn_rows.begin(connection, turn, before, None)
        if turn.status != "running":
            turn_rows.end(connection, turn)


def _read(row: dict[str, Any]) -> tuple[Turn, tuple[Message, ...]]:
    """The turn of a row, and the messages before its input."""
    messages = tuple(map(Message.from_dict, json.loads(row["messages"])))
    if messages and messages[0].role == "system":
        messages = messages[1:]
    start = len(messages)
    while start and messages[start - 1].role in ("user", "tool"):
        start -= 1
    before, input = messages[:start], messages[start:]
    turn = Turn(
        row["id"],
        row["conversation_id"],
        started=row["started"],
        model=_string(row["model"]),
        system=_string(row["system"]),
        input=input,
        after=chain_id(before),
        options=json.loads(row["options"]),
        schema=_value(row["schema"]),
        tools=tuple(json.loads(row["tools"])),
        status=row["status"],
        resolved_model=_string(row["resolved_model"]),
        parts=tuple(map(part_from_dict, json.loads(row["parts"]))),
        usage=Usage(
            row["input_tokens"],
            row["output_tokens"],
            _value(row["token_details"]),
            row["cached_tokens"],
            row["reasoning_tokens"],
        ),
        duration_ms=row["duration_ms"],
        first_byte_ms=row["first_byte_ms"],
        finish_reason=_string(row["finish_reason"]),
        request_id=_string(row["request_id"]),
        attempts=tuple(json.loads(row["attempts"])),
        error=_string(row["error"]),
        raw=_value(row["raw"]),
    )
    return turn, before


def _string(value: Any) -> Any:
    return value.decode("utf-8", "surrogatepass") if isinstance(value, bytes) else value


def _value(text: str | None) -> Any:
    return None if text is None else json.loads(text)
