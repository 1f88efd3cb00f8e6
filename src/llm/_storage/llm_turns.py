"""Turns of the newer tables: `turns`, over messages that are kept in chains."""

from __future__ import annotations

import sqlite3
from typing import Any

from .._domain.message import Message
from .._domain.turn import Turn
from .llm_chain import Link
from .llm_ids import seconds
from .llm_index import Entry
from .llm_messages import Messages, Place
from .llm_payload import resolve, said_in
from .llm_values import Damaged, Values, text, whole

_COLUMNS = (
    *("thread_id", "parent_message_hash", "tip_message_hash", "model", "resolved_model", "options_json", "schema_id"),
    *("input_tokens", "output_tokens", "token_details", "duration_ms", "datetime_utc", "response_json"),
)


def read(values: Values, messages: Messages, entry: Entry) -> tuple[Turn, Link | None]:
    """The turn of an entry, and the message before its input. Raises Damaged."""
    where = f"The turn {entry.old}"
    row = values.tables.row("turns", _COLUMNS, "WHERE rowid = ?", (entry.row,))
    if row is None:
        raise Damaged(f"{where}: the row is missing")
    try:
        asked = messages.place(row["parent_message_hash"])
        before, input = _split(values, messages, row, asked, entry)
        said = _said(messages, row)
    except Damaged as damage:
        raise Damaged(f"{where}: {damage}") from None
    tools, schema = _tools(values, entry.old, where), values.schema(row, where)
    raw = values.decoded(row, "response_json", where)
    turn = Turn(
        entry.id,
        entry.conversation,
        model=text(row["model"]),
        resolved_model=text(row["resolved_model"]) or None,
        input=input,
        after=None if before is None else before.id,
        system="" if asked is None else asked.system,
        fragments=_fragments(values, entry.old, "prompt", where),
        system_fragments=_fragments(values, entry.old, "system", where),
        options=values.mapping(row, "options_json", where) or {},
        schema=schema,
        tools=tools,
        usage=values.usage(row, where),
        status="done",
        parts=tuple(part for message in said for part in message.parts),
        started=seconds(row["datetime_utc"], entry.id),
        duration_ms=whole(row["duration_ms"]),
        raw=resolve(raw, said_in(said, tools, schema)),
    )
    return turn, before


def _split(
    values: Values, messages: Messages, row: sqlite3.Row, asked: Place | None, entry: Entry
) -> tuple[Link | None, tuple[Message, ...]]:
    """
    What was said before, and this turn's own input: what users and tools said since a model or a system spoke.

    Where an earlier turn of the thread ends in between, because its answer was empty, the input begins after that.
    """
    input: list[Message] = []
    place, hash = asked, row["parent_message_hash"]
    while place is not None and place.link is not None and place.role in ("user", "tool"):
        if input and _ends_a_turn(values, row["thread_id"], hash, entry.old):
            break
        input.append(place.message)
        hash = place.before
        place = messages.place(hash)
    return (None if place is None else place.link), tuple(reversed(input))


def _ends_a_turn(values: Values, thread: object, hash: object, id: str) -> bool:
    rest = "WHERE thread_id = ? AND tip_message_hash = ? AND id < ?"
    return values.tables.row("turns", ("id",), rest, (thread, hash, id)) is not None


def _said(messages: Messages, row: sqlite3.Row) -> list[Message]:
    """The messages of the answer."""
    said: list[Message] = []
    hash, asked = row["tip_message_hash"], row["parent_message_hash"]
    while hash != asked and row["tip_message_hash"] is not None:
        place = messages.place(hash)
        if place is None:
            raise Damaged("its answer does not follow what was asked")
        said.append(place.message)
        hash = place.before
    return said[::-1]


def _tools(values: Values, turn: str, where: str) -> tuple[dict[str, Any], ...]:
    rows = values.tables.rows(
        "turn_tools", ("tool_id", "instance_id"), "WHERE turn_id = ? ORDER BY rowid", (turn,)
    ).fetchall()
    tools = (values.tool(row["tool_id"], row["instance_id"], where) for row in rows)
    return tuple(tool for tool in tools if tool is not None)


def _fragments(values: Values, turn: str, kind: str, where: str) -> tuple[str, ...]:
    rows = values.tables.rows(
        "turn_fragments", ("fragment_id",), 'WHERE turn_id = ? AND kind = ? ORDER BY "order"', (turn, kind)
    ).fetchall()
    return tuple(values.fragment(row[0], where) for row in rows)
