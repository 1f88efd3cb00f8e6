"""Conversations in the table `conversation`, found and changed; the caller has begun the transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from .._domain.json_text import is_utf8
from .._domain.message import Message
from ..errors import HistoryError, RequestError, UnknownConversation, UnknownTurn
from . import content_rows, full_text, message_rows
from .conversation_record import record_of
from .ids import new_id
from .query import ConversationQuery, ConversationRecord

_SHOWN = 5
_HASH_DIGITS = 64
_LISTS = "llm conversations lists them"


def find_conversations(connection: sqlite3.Connection, query: ConversationQuery) -> list[ConversationRecord]:
    """The conversations that a query asks for, the one used last at the end."""
    conditions, values = _conditions(connection, query)
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    limit = -1 if query.count is None else query.count
    rows = connection.execute(
        f"SELECT * FROM conversation {where} ORDER BY last DESC, key DESC LIMIT ?",  # noqa: S608
        (*values, limit),
    ).fetchall()
    return [record_of(connection, row) for row in reversed(rows)]


def find_conversation(connection: sqlite3.Connection, reference: str) -> ConversationRecord:
    """The conversation with this name, whole id, or unique start of an id. Raises UnknownConversation."""
    rows = _rows(connection, reference.strip())
    if not rows:
        raise UnknownConversation(f"There is no conversation {reference!r}", hint=_close(connection, reference))
    if len(rows) > 1:
        shown = ", ".join(row["id"] for row in rows[:_SHOWN])
        raise UnknownConversation(
            f"Several conversations have ids that begin with {reference.strip()}: "
            f"{shown}{', ...' if len(rows) > _SHOWN else ''}",
            hint="Give more of the id",
        )
    return record_of(connection, rows[0])


def last_used(connection: sqlite3.Connection, terminal: str | None) -> str | None:
    """The id of the conversation used last from *terminal*, else of the one used last at all; None: there is none."""
    row = None
    if terminal is not None:
        # The device's name alone would be that of another window, opened since.
        device, _, session = terminal.partition(" ")
        row = connection.execute(
            "SELECT id FROM terminal JOIN conversation ON conversation.key = terminal.conversation "
            "WHERE device = ? AND session = ?",
            (device, session),
        ).fetchone()
    if row is None:
        row = connection.execute("SELECT id FROM conversation ORDER BY last DESC, key DESC LIMIT 1").fetchone()
    return None if row is None else str(row[0])


def name(connection: sqlite3.Connection, conversation: str, name: str | None) -> None:
    """Name a conversation, or take its name away. Raises HistoryError where another one has the name."""
    key = _key(connection, conversation)
    if name is not None:
        name = _checked(name, "name")
        _require_free(connection, name, conversation)
    connection.execute("UPDATE conversation SET name = ? WHERE key = ?", (name, key))


def tag(connection: sqlite3.Connection, conversation: str, add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
    """Give a conversation tags, and take others away."""
    key = _key(connection, conversation)
    connection.executemany(
        "INSERT OR IGNORE INTO tag VALUES (?, ?)", [(key, _checked(each, "tag")) for each in sorted(set(add))]
    )
    connection.executemany(
        "DELETE FROM tag WHERE conversation = ? AND tag = ?", [(key, each.strip()) for each in remove]
    )


def fork(connection: sqlite3.Connection, message_id: str, system: str | None = None, name: str | None = None) -> str:
    """
    Begin a conversation that follows the message whose id is, or begins with, *message_id*; its id.

    It keeps the system prompt *system*; None: that of the turn which said the message. Raises UnknownTurn where there
    is no such message, or several, and HistoryError where the name is taken.
    """
    id = new_id()
    if name is not None:
        name = _checked(name, "name")
        _require_free(connection, name, id)
    head = _message(connection, message_id)
    kept = _system(connection, head) if system is None else content_rows.keep_text(connection, system)
    connection.execute(
        "INSERT INTO conversation (id, name, head, system, last) VALUES (?, ?, ?, ?, ?)", (id, name, head, kept, id)
    )
    return id


def add_conversation(
    connection: sqlite3.Connection, record: ConversationRecord, before: Sequence[Message] = ()
) -> bool:
    """
    Keep a conversation as another history had it, after its turns; *before* are the messages up to its head.

    A conversation that is there already keeps its name and its tags, and, where it was used later, its head. False
    where another conversation has its name, which it then does not get.
    """
    last = record.last or record.id
    connection.execute("INSERT OR IGNORE INTO conversation (id, last) VALUES (?, ?)", (record.id, last))
    row = connection.execute("SELECT key, name, last FROM conversation WHERE id = ?", (record.id,)).fetchone()
    if row["last"] <= last and (record.last or record.head):
        system = content_rows.keep_text(connection, record.system)
        connection.execute(
            "UPDATE conversation SET head = ?, system = ?, last = ? WHERE key = ?",
            (_head(connection, record, before), system, last, row["key"]),
        )
    tag(connection, record.id, record.tags)
    if record.name is None or row["name"] is not None:
        return True
    if _owner(connection, record.name) is not None:
        return False
    name(connection, record.id, record.name)
    return True


def _system(connection: sqlite3.Connection, message: int) -> int | None:
    """The system prompt of the newest turn that ends, or was asked, with this message."""
    row = connection.execute(
        "SELECT system FROM turn WHERE key = (SELECT max(key) FROM turn WHERE answer = ? OR prompt = ?)",
        (message, message),
    ).fetchone()
    return None if row is None else row[0]


def _head(connection: sqlite3.Connection, record: ConversationRecord, before: Sequence[Message]) -> int | None:
    if record.head is None:
        return None
    key = message_rows.key_of(connection, record.head)
    return message_rows.append(connection, before, None) if key is None else key


def _conditions(connection: sqlite3.Connection, query: ConversationQuery) -> tuple[list[str], list[str]]:
    """What a conversation must fulfil, as SQL, and the values of the question marks in it."""
    conditions, values = [], []
    for each in query.tags:
        conditions.append("EXISTS (SELECT 1 FROM tag WHERE conversation = conversation.key AND tag = ?)")
        values.append(each)
    if query.without_turns:
        conditions.append("NOT EXISTS (SELECT 1 FROM turn WHERE conversation = conversation.key)")
    if query.search is not None:
        conditions.append(_FOUND)
        values += [full_text.expression(connection, query.search), _containing(query.search)]
    return conditions, values


# The words stand in one turn, or the text in the name.
_FOUND = """key IN (
    SELECT turn.conversation FROM turn_search JOIN turn ON turn.key = turn_search.rowid WHERE turn_search MATCH ?
    UNION
    SELECT key FROM conversation WHERE name IS NOT NULL AND name LIKE ? ESCAPE '\\'
)"""


def _containing(text: str) -> str:
    plain = text.strip().encode("utf-8", "replace").decode()
    escaped = plain.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _rows(connection: sqlite3.Connection, reference: str) -> list[sqlite3.Row]:
    """The conversation with this name or id; else those whose ids begin like this, one more than are shown."""
    if not reference or not is_utf8(reference):
        return []
    for column, value in (("name", reference), ("id", reference.lower())):
        row = connection.execute(f"SELECT * FROM conversation WHERE {column} = ?", (value,)).fetchone()  # noqa: S608
        if row is not None:
            return [row]
    start = reference.lower()
    return connection.execute(
        "SELECT * FROM conversation WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
        (start, f"{start}\U0010ffff", _SHOWN + 1),
    ).fetchall()


def _close(connection: sqlite3.Connection, reference: str) -> str:
    """What to do where nothing has that name: the names that are much like it, or where to look."""
    from difflib import get_close_matches

    names = [row[0] for row in connection.execute("SELECT name FROM conversation WHERE name IS NOT NULL")]
    close = get_close_matches(reference.strip(), names, n=3)
    return f"Did you mean {' or '.join(map(repr, close))}?" if close else _LISTS


def _key(connection: sqlite3.Connection, id: str) -> int:
    row = connection.execute("SELECT key FROM conversation WHERE id = ?", (id,)).fetchone()
    if row is None:
        raise UnknownConversation(f"There is no conversation {id}", hint=_LISTS)
    return int(row[0])


def _owner(connection: sqlite3.Connection, name: str) -> str | None:
    """The id of the conversation that is reached by this name; it may be the id itself."""
    row = connection.execute("SELECT id FROM conversation WHERE name = ? OR id = ?", (name, name.lower())).fetchone()
    return None if row is None else str(row[0])


def _require_free(connection: sqlite3.Connection, name: str, conversation: str) -> None:
    """Raise HistoryError where the name leads to another conversation than this one."""
    owner = _owner(connection, name)
    if owner not in (None, conversation):
        raise HistoryError(
            f"The name {name!r} belongs to the conversation {owner}",
            hint=f"Choose another name, or give that one another first: llm conversations rename {owner} NAME",
        )


def _checked(word: str, what: str) -> str:
    """The name or the tag as it is kept. Raises RequestError for one that nobody could type or see."""
    word = word.strip()
    if not word or not is_utf8(word):
        raise RequestError(f"A {what} is not empty" if not word else f"The {what} is not text in UTF-8")
    return word


def _message(connection: sqlite3.Connection, start: str) -> int:
    """The key of the only message whose id begins like this. Raises UnknownTurn."""
    digits = start.strip().lower()
    rows = []
    if digits and len(digits) <= _HASH_DIGITS and set(digits) <= set("0123456789abcdef"):
        bounds = tuple(bytes.fromhex(digits.ljust(_HASH_DIGITS, end)) for end in "0f")
        rows = connection.execute("SELECT key FROM message WHERE hash BETWEEN ? AND ? LIMIT 2", bounds).fetchall()
    if len(rows) != 1:
        found = "Several messages have ids that begin with" if rows else "The history has no turn or message"
        hint = "Give more of the id" if rows else "llm conversations show REF shows the ids of its messages"
        raise UnknownTurn(f"{found} {start}", hint=hint)
    return int(rows[0][0])
