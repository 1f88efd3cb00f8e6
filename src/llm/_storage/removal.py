"""Turns are deleted with all that nobody else refers to."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from ..errors import LaterTurns, UnknownTurn
from .carrying import Carrying, mark, own_messages
from .query import Removed
from .turn_rows import unindex

_NAMED = 10

# Who may refer to a content; every column has an index.
_REFERENCES = """
    SELECT 1 FROM message_content WHERE content = :key
    UNION ALL SELECT 1 FROM turn WHERE system = :key
    UNION ALL SELECT 1 FROM turn WHERE tools = :key
    UNION ALL SELECT 1 FROM turn WHERE schema = :key
    UNION ALL SELECT 1 FROM fragment WHERE content = :key
    UNION ALL SELECT 1 FROM conversation WHERE system = :key
"""


def remove(
    connection: sqlite3.Connection, ids: Iterable[str], with_later: bool = False, dry_run: bool = False
) -> Removed:
    """
    Delete turns, and every message and content that no other turn refers to, in the caller's transaction.

    A conversation goes on from the last answer that it still has; one without turns, name and tags is deleted.
    Raises UnknownTurn, and LaterTurns where turns that stay carry the text of one that would go, unless *with_later*.
    """
    with undone(connection, dry_run):
        going = set(_keys(connection, ids))
        mark(connection, going)
        while later := Carrying(connection).carriers(marked(connection)):
            if not with_later:
                raise _later_turns(connection, later)
            mark(connection, going := going | later)
        return delete_marked(connection)


def forget(connection: sqlite3.Connection, id: str) -> Removed:
    """Delete a conversation without turns, whatever it is called, and the messages that only it would go on from."""
    row = connection.execute("SELECT key, head, system FROM conversation WHERE id = ?", (id,)).fetchone()
    if row is None:
        return Removed()
    connection.execute(
        "DELETE FROM conversation WHERE key = :key AND NOT EXISTS (SELECT 1 FROM turn WHERE conversation = :key)",
        {"key": row["key"]},
    )
    removal = _Removal(connection)
    removal.let_go_of(row["head"], row["system"])
    return Removed((), removal.messages, removal.delete_contents())


@contextmanager
def undone(connection: sqlite3.Connection, dry_run: bool) -> Iterator[None]:
    """What is done inside is undone at the end of a *dry_run*, and where it fails."""
    connection.execute("SAVEPOINT removal")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK TO removal")
        raise
    else:
        if dry_run:
            connection.execute("ROLLBACK TO removal")
    finally:
        connection.execute("RELEASE removal")


def delete_marked(connection: sqlite3.Connection) -> Removed:
    """Delete the turns that are `going`, with what only they refer to."""
    _leave_conversations(connection)
    removal = _Removal(connection)
    ids = [removal.delete(turn) for turn in marked(connection)]
    return Removed(tuple(reversed(ids)), removal.messages, removal.delete_contents())


def _keys(connection: sqlite3.Connection, ids: Iterable[str]) -> Iterator[int]:
    for id in ids:
        row = connection.execute("SELECT key FROM turn WHERE id = ?", (id,)).fetchone()
        if row is None:
            raise UnknownTurn(f"There is no turn {id} in the history", hint="`llm logs` lists turns with their ids")
        yield row[0]


def marked(connection: sqlite3.Connection) -> Iterator[sqlite3.Row]:
    """The turns that are `going`, the newest first, so that the messages of each are the last of their chain."""
    # A cross join is begun with its first table: SQLite would rather walk through all turns in order than sort a few.
    ordered = "SELECT turn.key, turn.id FROM going CROSS JOIN turn ON turn.key = going.key ORDER BY turn.id DESC"
    for key, _ in connection.execute(ordered).fetchall():
        yield connection.execute(
            "SELECT key, id, conversation, status, prompt, inputs, answer, system, tools, schema "
            "FROM turn WHERE key = ?",
            (key,),
        ).fetchone()


def _later_turns(connection: sqlite3.Connection, keys: Iterable[int]) -> LaterTurns:
    rows = (connection.execute("SELECT id FROM turn WHERE key = ?", (key,)).fetchone() for key in keys)
    ids = tuple(sorted(row[0] for row in rows))
    named = ", ".join(ids[:_NAMED]) + (f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else "")
    return LaterTurns(
        f"Later turns carry the text of what would be deleted: {named}",
        turns=ids,
        hint="To delete these too, add --with-later (in Python: with_later=True)",
    )


def _leave_conversations(connection: sqlite3.Connection) -> None:
    """Let each conversation that loses turns go on from what it keeps: its head, system prompt and last use."""
    first: dict[int, int | None] = {}
    said: dict[int, set[int]] = {}
    for turn in marked(connection):
        own, first[turn["conversation"]] = own_messages(connection, turn)
        said.setdefault(turn["conversation"], set()).update(own)
    for key, before in first.items():
        conversation = connection.execute("SELECT head, system FROM conversation WHERE key = ?", (key,)).fetchone()
        if conversation["head"] in said[key]:
            _go_back(connection, key, before)
        if (last := _last(connection, key)) is not None:
            connection.execute("UPDATE conversation SET last = ? WHERE key = ?", (last["id"], key))
        if conversation["system"] is not None and not _is_sent(connection, conversation["system"]):
            system = None if last is None else last["system"]
            connection.execute("UPDATE conversation SET system = ? WHERE key = ?", (system, key))


def _go_back(connection: sqlite3.Connection, conversation: int, before: int | None) -> None:
    """Let a conversation go on from the last turn that it keeps, else from *before*, where it began."""
    kept = _last(connection, conversation, "status = 'done'")
    head, answered = (before, None) if kept is None else (kept["answer"] or kept["prompt"], kept["id"])
    connection.execute("UPDATE conversation SET head = ?, answered = ? WHERE key = ?", (head, answered, conversation))


def _last(connection: sqlite3.Connection, conversation: int, only: str = "1") -> sqlite3.Row | None:
    """The newest turn of a conversation that stays."""
    found: sqlite3.Row | None = connection.execute(
        "SELECT id, prompt, answer, system FROM turn "  # noqa: S608
        f"WHERE conversation = ? AND key NOT IN (SELECT key FROM going) AND {only} ORDER BY id DESC LIMIT 1",
        (conversation,),
    ).fetchone()
    return found


def _is_sent(connection: sqlite3.Connection, system: int) -> bool:
    """Whether a turn that stays was asked with this system prompt."""
    found = "SELECT 1 FROM turn WHERE system = ? AND key NOT IN (SELECT key FROM going) LIMIT 1"
    return connection.execute(found, (system,)).fetchone() is not None


class _Removal:
    """One deletion, and what it took."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._contents: set[int | None] = set()
        self.messages = 0

    def delete(self, turn: sqlite3.Row) -> str:
        """Delete a turn with its messages, as far as they are nobody else's."""
        own, before = own_messages(self._connection, turn)
        fragments = self._connection.execute("SELECT content FROM fragment WHERE turn = ?", (turn["key"],))
        self._contents.update(row[0] for row in fragments)
        self._contents.update((turn["system"], turn["tools"], turn["schema"]))
        if turn["status"] != "running":
            unindex(self._connection, turn["key"])
        self._connection.execute("DELETE FROM turn WHERE key = ?", (turn["key"],))
        self._climb(turn["answer"], own, before)
        self._climb(turn["prompt"], own, before)
        self._close(turn["conversation"])
        return str(turn["id"])

    def let_go_of(self, head: int | None, system: int | None) -> None:
        """Delete the messages up to the *head* of a conversation that is gone, as far as they are nobody else's."""
        self._contents.add(system)
        if self._connection.execute("SELECT 1 FROM conversation WHERE head = ?", (head,)).fetchone() is None:
            self._climb(head, (), None)

    def delete_contents(self) -> int:
        """Delete the contents that nobody refers to any more, of those that were seen, and say how many."""
        statement = f"DELETE FROM content WHERE key = :key AND NOT EXISTS ({_REFERENCES})"  # noqa: S608
        return sum(self._connection.execute(statement, {"key": key}).rowcount for key in self._contents if key)

    def _climb(self, message: int | None, own: Sequence[int], before: int | None) -> None:
        """Delete a message that nobody refers to, then the one before it if that was the last to do so, and so on."""
        while message is not None:
            row = self._connection.execute(
                "SELECT parent, EXISTS(SELECT 1 FROM message WHERE parent = :key) "
                "OR EXISTS(SELECT 1 FROM turn WHERE prompt = :key) OR EXISTS(SELECT 1 FROM turn WHERE answer = :key) "
                "FROM message WHERE key = :key",
                {"key": message},
            ).fetchone()
            if row is None or row[1]:
                return
            self._let_go(message, before if message in own else row[0])
            message = row[0]

    def _let_go(self, message: int, head: int | None) -> None:
        """Delete a message; conversations that would have gone on from it go on from *head*."""
        key = (message,)
        contents = self._connection.execute("SELECT content FROM message_content WHERE message = ?", key)
        self._contents.update(row[0] for row in contents)
        moved = self._connection.execute("SELECT key FROM conversation WHERE head = ?", key).fetchall()
        self._connection.execute("UPDATE conversation SET head = ?, answered = NULL WHERE head = ?", (head, message))
        if head is None:
            for conversation in moved:
                self._close(conversation[0])
        self._connection.execute("DELETE FROM message WHERE key = ?", key)
        self.messages += 1

    def _close(self, conversation: int) -> None:
        """Delete a conversation that has nothing left: no turn, no name and no tag."""
        self._connection.execute(
            "DELETE FROM conversation WHERE key = :key AND name IS NULL "
            "AND NOT EXISTS (SELECT 1 FROM tag WHERE conversation = :key) "
            "AND NOT EXISTS (SELECT 1 FROM turn WHERE conversation = :key)",
            {"key": conversation},
        )
