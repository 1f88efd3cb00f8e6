"""One turn, or one chain, by its id."""

from __future__ import annotations

import sqlite3

from .._domain.message import Message
from .._domain.part import TextPart
from .._domain.turn import Turn
from ..errors import UnknownTurn
from . import content_rows, message_rows
from .turn_row import read

_SHOWN = 5


def find_turn(connection: sqlite3.Connection, id: str) -> Turn:
    """The turn whose id begins like this. Raises UnknownTurn where none or several do."""
    return read(connection, _row(connection, id))


def messages(connection: sqlite3.Connection, id: str) -> tuple[Message, ...]:
    """Exactly what was sent in the turn whose id begins like this."""
    row = _row(connection, id)
    system = content_rows.text(connection, row["system"])
    leading = [Message("system", (TextPart(system),))] if system else []
    return (*leading, *message_rows.chain(connection, row["prompt"]))


def chain(connection: sqlite3.Connection, message_id: str) -> tuple[Message, ...]:
    """The messages from the first to this one. Raises UnknownTurn where there is no such message."""
    key = message_rows.key_of(connection, message_id)
    if key is None:
        raise UnknownTurn(f"The history has no message {message_id}")
    return tuple(message_rows.chain(connection, key))


def _row(connection: sqlite3.Connection, id: str) -> sqlite3.Row:
    id = id.strip().lower()
    if not id:
        raise UnknownTurn("No turn is named", hint="llm logs lists ids")
    rows = connection.execute(
        "SELECT * FROM turn WHERE id >= ? AND id < ? ORDER BY id LIMIT ?", (id, f"{id}\U0010ffff", _SHOWN + 1)
    ).fetchall()
    if not rows:
        raise UnknownTurn(f"The history has no turn {id}", hint="llm logs lists turns with their ids")
    if len(rows) > 1 and rows[0]["id"] != id:
        shown = ", ".join(row["id"] for row in rows[:_SHOWN])
        raise UnknownTurn(
            f"Several turns have ids that begin with {id}: {shown}{', ...' if len(rows) > _SHOWN else ''}",
            hint="Give more of the id",
        )
    row: sqlite3.Row = rows[0]
    return row
