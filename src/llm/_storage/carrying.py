"""Which turns that stay carry the text of turns that are to go."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterable, Iterator

_LOOKED_AT = 100
"""How many messages are looked at for somebody else who said one, before all that follow it are."""


def mark(connection: sqlite3.Connection, keys: Iterable[int]) -> None:
    """Let *keys*, and no others, be the turns that are to go: the temporary table `going`."""
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS going (key INTEGER PRIMARY KEY)")
    connection.execute("DELETE FROM going")
    connection.executemany("INSERT OR IGNORE INTO going VALUES (?)", ((key,) for key in keys))


def own_messages(connection: sqlite3.Connection, turn: sqlite3.Row) -> tuple[list[int], int | None]:
    """The messages that a turn added, the last first, and the message that they follow."""
    own, message = [], turn["prompt"]
    for _ in range(turn["inputs"]):
        own.append(message)
        message = connection.execute("SELECT parent FROM message WHERE key = ?", (message,)).fetchone()[0]
    return ([*([turn["answer"]] if turn["answer"] else []), *own], message)


class Carrying:
    """
    What the turns that are not `going` carry; it holds as long as that table stays as it is.

    A turn carries the messages before its own. A message that several turns added (the same question in two
    conversations) is everybody's own: whoever goes on from it carries the text of the turn in the same conversation,
    else of any turn that stays, else of those that go. So a failed try can be deleted when the next one went on, and
    a conversation when another one began alike. No more is read than what hangs on those that go.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._reach: dict[int, float] = {}
        self._conversations: dict[int, set[int]] = {}

    def carries(self, turn: sqlite3.Row) -> bool:
        """Whether a turn that stays carries the text of this one."""
        return any(True for _ in self._carried(turn))

    def carriers(self, turns: Iterable[sqlite3.Row]) -> set[int]:
        """The keys of all turns that stay and carry the text of one of these."""
        carried = sorted({found for turn in turns for found in self._carried(turn)}, key=lambda found: found[0])
        seen: dict[int | None, set[int]] = {}
        carriers: set[int] = set()
        for message, conversation in carried:  # from the first message on, so that each is looked at but once
            carriers.update(self._below(message, conversation, seen.setdefault(conversation, set())))
        return carriers

    def _carried(self, turn: sqlite3.Row) -> Iterator[tuple[int, int | None]]:
        """The messages of a turn that turns which stay carry, and the conversation of these (None: any)."""
        own, _ = own_messages(self._connection, turn)
        for message in own:
            if self._is_of_another(message):
                if message in self._left_alone(turn["conversation"]):
                    yield message, turn["conversation"]
            elif self._reach_of(message) >= 0:
                yield message, None

    def _is_of_another(self, message: int) -> bool:
        """Whether a turn that stays said this message too; of those with several inputs, some are overlooked."""
        if self._one("SELECT 1 FROM turn WHERE answer = ? AND key NOT IN (SELECT key FROM going)", message):
            return True
        stack = [(message, 0)]
        for _ in range(_LOOKED_AT):
            if not stack:
                return False
            at, depth = stack.pop()
            if any(inputs > depth for _, inputs, _ in self._asked_at(at)):
                return True
            stack += [(child, depth + 1) for child in self._children(at)]
        return False

    def _reach_of(self, message: int) -> float:
        """How far above its own messages a turn that stays reaches here: 0 and more is carried, -inf nobody's."""
        stack = [message]
        while stack:
            at = stack[-1]
            children = self._children(at)
            todo = [child for child in children if child not in self._reach]
            if todo:
                stack += todo
                continue
            stack.pop()
            reaches = [self._reach[child] + 1 for child in children]
            reaches += [-inputs for _, inputs, _ in self._asked_at(at)]
            self._reach[at] = max(reaches, default=-math.inf)
        return self._reach[message]

    def _below(self, message: int, conversation: int | None, seen: set[int]) -> Iterator[int]:
        """The turns of a conversation (None: of any) that stay and carry a message."""
        stack = [(message, 0)]
        while stack:
            at, depth = stack.pop()
            if at in seen:
                continue
            seen.add(at)
            for turn, inputs, asked_in in self._asked_at(at):
                if inputs <= depth and conversation in (None, asked_in):
                    yield turn
            stack += [(child, depth + 1) for child in self._children(at)]

    def _left_alone(self, conversation: int) -> set[int]:
        """What turns of a conversation that stay carry, and no turn of it that stays has said."""
        if conversation not in self._conversations:
            staying = self._connection.execute(
                "SELECT prompt, inputs, answer FROM turn "
                "WHERE conversation = ? AND prompt IS NOT NULL AND key NOT IN (SELECT key FROM going)",
                (conversation,),
            ).fetchall()
            said: set[int] = set()
            carried: set[int] = set()
            for turn in staying:
                own, before = own_messages(self._connection, turn)
                said.update(own)
                while before is not None and before not in carried:
                    carried.add(before)
                    before = self._one("SELECT parent FROM message WHERE key = ?", before)
            self._conversations[conversation] = carried - said
        return self._conversations[conversation]

    def _asked_at(self, message: int) -> list[tuple[int, int, int]]:
        """The turns that stay and whose last message this is: their keys, numbers of inputs, and conversations."""
        return [
            (row[0], row[1], row[2])
            for row in self._connection.execute(
                "SELECT key, inputs, conversation FROM turn WHERE prompt = ? AND key NOT IN (SELECT key FROM going)",
                (message,),
            )
        ]

    def _children(self, message: int) -> list[int]:
        return [row[0] for row in self._connection.execute("SELECT key FROM message WHERE parent = ?", (message,))]

    def _one(self, statement: str, key: int) -> int | None:
        row = self._connection.execute(statement, (key,)).fetchone()
        return None if row is None else row[0]
