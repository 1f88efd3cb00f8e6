"""Turns and their conversations, written."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from .._domain.message import Message
from .._domain.turn import Turn
from .turn_row import write_asked, write_ended


def begin(connection: sqlite3.Connection, turn: Turn, before: Sequence[Message], terminal: str | None) -> None:
    """Keep a turn that is about to be asked, and that its conversation is used by it."""
    conversation = _use(connection, turn, terminal)
    write_asked(connection, turn, before, conversation)


def end(connection: sqlite3.Connection, turn: Turn) -> bool:
    """Keep how a turn ended; False where there is no such turn."""
    row = connection.execute("SELECT key, prompt, conversation, status FROM turn WHERE id = ?", (turn.id,)).fetchone()
    if row is None:
        return False
    key, prompt, conversation, status = row
    if status != "running":
        unindex(connection, key)
    answer = write_ended(connection, turn, key, prompt)
    if turn.status != "running":
        connection.execute(
            """
            INSERT INTO turn_search (rowid, prompt, response)
            SELECT key, prompt, response FROM turn_text WHERE key = ?
            """,
            (key,),
        )
    if turn.status == "done":
        connection.execute(
            """
            UPDATE conversation SET head = ?, answered = ?, system = (SELECT system FROM turn WHERE key = ?)
            WHERE key = ? AND coalesce(answered, '') <= ?
            """,
            (prompt if answer is None else answer, turn.id, key, conversation, turn.id),
        )
    return True


def unindex(connection: sqlite3.Connection, key: int) -> None:
    """Take a turn that has ended out of the full-text index; to be done while its texts are still those indexed."""
    connection.execute(
        """
        INSERT INTO turn_search (turn_search, rowid, prompt, response)
        SELECT 'delete', key, prompt, response FROM turn_text WHERE key = ?
        """,
        (key,),
    )


def _use(connection: sqlite3.Connection, turn: Turn, terminal: str | None) -> int:
    """The key of the turn's conversation, which is the one used last from now on."""
    row = connection.execute("SELECT key FROM conversation WHERE id = ?", (turn.conversation,)).fetchone()
    if row is not None:
        key = int(row[0])
        connection.execute("UPDATE conversation SET last = max(last, ?) WHERE key = ?", (turn.id, key))
    else:
        cursor = connection.execute("INSERT INTO conversation (id, last) VALUES (?, ?)", (turn.conversation, turn.id))
        key = int(cursor.lastrowid or 0)
    if terminal is not None:
        device, _, session = terminal.partition(" ")
        connection.execute("INSERT OR REPLACE INTO terminal VALUES (?, ?, ?)", (device, session, key))
    return key
