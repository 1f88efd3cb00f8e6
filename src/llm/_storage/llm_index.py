"""Which turns a `logs.db` has, of which conversations: a table in memory (or in a temporary file where it is large)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

from .llm_ids import own_id, seconds
from .llm_tables import Tables

Report: TypeAlias = Callable[[str], None]
PAGE = 500

_INDEX = """
CREATE TABLE temp.entry (
    id TEXT PRIMARY KEY, source TEXT, row INTEGER, old TEXT, conversation TEXT, old_conversation TEXT
) WITHOUT ROWID;
CREATE INDEX temp.entry_conversation ON entry(conversation);
CREATE INDEX temp.entry_row ON entry(source, row);
CREATE TABLE temp.company (
    source TEXT, response TEXT NOT NULL, row INTEGER, PRIMARY KEY (source, response, row)
) WITHOUT ROWID;
"""
_COMPANIONS = ("tool_calls", "tool_results", "tool_responses")
"""Tables that say more of a response, and have no index by which to find that."""

_TIMES = ("datetime_utc", "timestamp_utc", "timestamp")


@dataclass(frozen=True, slots=True)
class Entry:
    """A turn's `id` and `conversation`, ours and the old ones, and its `row` in the table `source`."""

    id: str
    source: str
    row: int
    old: str
    conversation: str
    old_conversation: str | None


def build(tables: Tables, report: Report) -> None:
    """Note every turn. A response that is a turn of the newer tables as well counts once, as the latter."""
    connection = tables.connection
    connection.executescript(_INDEX)
    conversations: dict[str, str] = {}
    for source in ("turns", "responses", "logs", "log"):
        _insert(connection, "entry", 6, _entries(tables, source, conversations, report))
    for source in _COMPANIONS:
        rows = _rows(tables, source, ("rowid", "response_id"), report)
        _insert(connection, "company", 3, ((source, id, row) for row, id in rows))


def count(connection: sqlite3.Connection) -> int:
    """How many turns there are."""
    return int(connection.execute("SELECT count(*) FROM temp.entry").fetchone()[0])


def of_conversation(connection: sqlite3.Connection, conversation: str) -> list[Entry]:
    """
    The turns of a conversation in their order.

    Ids tell the millisecond only; within one the rows stand as they were written.
    """
    rows = connection.execute(
        "SELECT * FROM temp.entry WHERE conversation = ? ORDER BY substr(id, 1, 10), source, row", (conversation,)
    )
    return [Entry(*row) for row in rows]


def companions(connection: sqlite3.Connection, source: str, response: str) -> list[int]:
    """The rows of another table that belong to a response, in their order."""
    rows = connection.execute(
        "SELECT row FROM temp.company WHERE source = ? AND response = ? ORDER BY row", (source, response)
    )
    return [row[0] for row in rows]


def conversations(connection: sqlite3.Connection) -> Iterator[str]:
    """The ids of the conversations, in the order in which they began."""
    rows = connection.execute("SELECT conversation FROM temp.entry GROUP BY conversation ORDER BY min(id)").fetchall()
    return (row[0] for row in rows)


def page(
    connection: sqlite3.Connection, after: str, newest_first: bool, conversation: str | None = None
) -> list[Entry]:
    """The next entries after the id *after*, which may be empty, in the order of their ids."""
    sign, direction, start = ("<", "DESC", after or "~") if newest_first else (">", "ASC", after)
    only = "" if conversation is None else "AND conversation = :conversation"
    rows = connection.execute(
        f"SELECT * FROM temp.entry WHERE id {sign} :start {only} ORDER BY id {direction} LIMIT {PAGE}",  # noqa: S608
        {"start": start, "conversation": conversation},
    )
    return [Entry(*row) for row in rows]


def beginning_with(connection: sqlite3.Connection, start: str, limit: int) -> list[Entry]:
    """The first entries whose ids begin like this."""
    rows = connection.execute(
        "SELECT * FROM temp.entry WHERE id >= ? AND id < ? ORDER BY id LIMIT ?", (start, f"{start}~", limit)
    )
    return [Entry(*row) for row in rows]


def _insert(connection: sqlite3.Connection, table: str, columns: int, rows: Iterator[tuple[object, ...]]) -> None:
    statement = f"INSERT OR IGNORE INTO temp.{table} VALUES ({', '.join('?' * columns)})"  # noqa: S608
    # Nothing is read inside the transactions: one that meets a broken page would be undone.
    while batch := list(islice(rows, PAGE)):
        connection.execute("BEGIN")
        connection.executemany(statement, batch)
        connection.execute("COMMIT")


def _entries(
    tables: Tables, source: str, conversations: dict[str, str], report: Report
) -> Iterator[tuple[str, str, int, str, str, str | None]]:
    thread = {"turns": "thread_id", "responses": "conversation_id"}.get(source, "chat_id")
    numbered = thread == "chat_id"
    for row in _rows(tables, source, ("rowid", "id", thread, *_TIMES), report):
        number, id, chat, *times = row
        if numbered or id is None:
            chat = f"logs:{chat or number}" if numbered else chat
            id = f"{'logs' if numbered else source}:{number}"
        old = str(id)
        started = seconds(next((time for time in times if time), None), old)
        own = own_id(old, started)
        yield own, source, number, old, _conversation(chat, own, started, conversations), chat


def _conversation(chat: object, turn: str, started: float, known: dict[str, str]) -> str:
    """Our id of a conversation; a turn without one is a conversation of its own."""
    if chat is None:
        return turn
    name = str(chat)
    if name in known:
        return known[name]
    id = own_id(name, started)
    if id != name.lower():  # only those depend on the time of the first turn
        known[name] = id
    return id


def _rows(tables: Tables, table: str, names: tuple[str, ...], report: Report) -> Iterator[sqlite3.Row]:
    if not tables.columns(table):
        return
    columns = ", ".join(f'"{name}"' if name in tables.columns(table) else "NULL" for name in names[1:])
    cursor = tables.connection.execute(f'SELECT rowid, {columns} FROM main."{table}" ORDER BY rowid')  # noqa: S608
    while True:
        try:
            row = cursor.fetchone()
        except sqlite3.DatabaseError as error:
            report(f"The table {table} cannot be read to its end: {error}")
            return
        if row is None:
            return
        yield row
