"""The store in one SQLite file."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import MissingTurn
from . import turn_rows
from .database import Identity, connect, identity, nothing
from .failure import explained
from .transaction import immediate

if TYPE_CHECKING:
    from .._domain.message import Message
    from .._domain.turn import Turn
    from .query import ConversationQuery, ConversationRecord, Damage, Found, Redacted, Removed, TurnQuery, UsageRow

PATIENCE = 2.0
"""How many seconds a prompt waits for a lock that another process holds."""
LONG_PATIENCE = 60.0
"""How many seconds maintenance waits for it."""


class SQLiteStore:
    """
    Keeps turns in the file *path*, over one connection that is opened by the first call that needs it.

    `patience` is how many seconds a call waits for a lock that another process holds. What each method does is in the
    module that it calls; here are the lock of the process's threads, the transactions, and the words for what fails.
    """

    def __init__(self, path: Path, patience: float = PATIENCE) -> None:
        self.path = path
        self.patience = patience
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._opened: Identity | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.path)!r})"

    def begin(self, turn: Turn, before: Sequence[Message] = (), *, terminal: str | None = None) -> None:
        """Keep a turn that is about to be asked."""
        with self._writing() as connection:
            turn_rows.begin(connection, turn, before, terminal)

    def finish(self, turn: Turn) -> None:
        """Keep how a turn ended."""
        with self._writing() as connection:
            if not turn_rows.end(connection, turn):
                raise MissingTurn(f"The turn {turn.id} is not in the history {self.path} any more")

    def add(self, turn: Turn, before: Sequence[Message] = (), *, terminal: str | None = None) -> bool:
        """Keep a whole turn."""
        with self._writing() as connection:
            row = connection.execute("SELECT status FROM turn WHERE id = ?", (turn.id,)).fetchone()
            if row is None:
                turn_rows.begin(connection, turn, before, terminal)
            elif row[0] != "running":
                return False
            return turn_rows.end(connection, turn)

    def running(self) -> list[str]:
        """The ids of the turns that have not ended."""
        with self._reading() as connection:
            # The second condition is that of the index, which SQLite does not see in the first.
            rows = connection.execute("SELECT id FROM turn WHERE status = 'running' AND status != 'done'").fetchall()
            return [row[0] for row in rows]

    def find(self, query: TurnQuery) -> Iterator[Found]:
        """The turns that a query asks for."""
        from .search import find

        # A connection of its own: whoever reads may take their time, and other threads go on meanwhile.
        if not self.path.exists():
            return
        with explained("read", self.path):
            connection = connect(self.path, self.patience)
            try:
                yield from find(connection, query)
            finally:
                connection.close()

    def find_turn(self, id: str) -> Turn:
        """The turn whose id begins like this."""
        from .lookup import find_turn

        with self._reading() as connection:
            return find_turn(connection, id)

    def messages(self, turn_id: str) -> tuple[Message, ...]:
        """Exactly what was sent in a turn."""
        from .lookup import messages

        with self._reading() as connection:
            return messages(connection, turn_id)

    def chain(self, message_id: str) -> tuple[Message, ...]:
        """The messages from the first to this one."""
        from .lookup import chain

        with self._reading() as connection:
            return chain(connection, message_id)

    def find_conversations(self, query: ConversationQuery) -> list[ConversationRecord]:
        """The conversations that a query asks for."""
        from .conversation_rows import find_conversations

        with self._reading() as connection:
            return find_conversations(connection, query)

    def find_conversation(self, reference: str) -> ConversationRecord:
        """The conversation with this id, start of an id, or name."""
        from .conversation_rows import find_conversation

        with self._reading() as connection:
            return find_conversation(connection, reference)

    def last_used(self, terminal: str | None) -> str | None:
        """The id of the conversation used last."""
        from .conversation_rows import last_used

        with self._reading() as connection:
            return last_used(connection, terminal)

    def name(self, conversation: str, name: str | None) -> None:
        """Name a conversation."""
        from .conversation_rows import name as rename

        with self._writing() as connection:
            rename(connection, conversation, name)

    def tag(self, conversation: str, add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        """Give a conversation tags, and take others away."""
        from .conversation_rows import tag

        with self._writing() as connection:
            tag(connection, conversation, add, remove)

    def fork(self, message_id: str, *, system: str | None = None, name: str | None = None) -> str:
        """Begin a conversation whose next turn follows this message."""
        from .conversation_rows import fork

        with self._writing() as connection:
            return fork(connection, message_id, system, name)

    def add_conversation(self, record: ConversationRecord, before: Sequence[Message] = ()) -> bool:
        """Keep a conversation as another history has it."""
        from .conversation_rows import add_conversation

        with self._writing() as connection:
            return add_conversation(connection, record, before)

    def remove(self, turn_ids: Sequence[str], *, with_later: bool = False, dry_run: bool = False) -> Removed:
        """Delete turns."""
        from .removal import remove

        with self._writing() as connection:
            return remove(connection, turn_ids, with_later, dry_run)

    def prune(
        self,
        *,
        before: float | None = None,
        keep: int | None = None,
        max_size: int | None = None,
        dry_run: bool = False,
    ) -> Removed:
        """Delete old turns."""
        from .pruning import prune

        with self._alone() as connection, immediate(connection):
            return prune(connection, before=before, keep=keep, max_size=max_size, dry_run=dry_run)

    def forget(self, conversation: str) -> Removed:
        """Delete a conversation that has no turns."""
        from .removal import forget

        with self._writing() as connection:
            return forget(connection, conversation)

    def redact(self, rewrite: Callable[[str], str], *, dry_run: bool = False) -> Redacted:
        """Put something else in place of texts, and leave no trace of them."""
        from .redaction import redact

        with self._alone() as connection:
            return redact(connection, rewrite, dry_run=dry_run)

    def verify(self) -> Iterator[Damage]:
        """Hash everything again."""
        from .verification import verify

        if not self.path.exists():
            return
        with explained("read", self.path):
            connection = connect(self.path, self.patience)
            try:
                yield from verify(connection)
            finally:
                connection.close()

    def backup(self, path: Path) -> None:
        """Write a consistent copy."""
        from .maintenance import backup

        with self._alone() as connection:
            backup(connection, path)

    def vacuum(self) -> None:
        """Give back the space of what was deleted."""
        from .maintenance import vacuum

        with self._alone() as connection:
            vacuum(connection)

    def count(self) -> tuple[int, int]:
        """How many turns and how many conversations there are."""
        with self._reading() as connection:
            turns, conversations = connection.execute(
                "SELECT (SELECT count(*) FROM turn), (SELECT count(*) FROM conversation)"
            ).fetchone()
            return turns, conversations

    def usage(self) -> list[UsageRow]:
        """Turns and tokens, added up."""
        from .usage_rows import usage

        with self._reading() as connection:
            return usage(connection)

    def size(self) -> int:
        """How many bytes the file takes, with what is still in its log."""
        files = (self.path, self.path.with_name(f"{self.path.name}-wal"))
        return sum(file.stat().st_size for file in files if file.exists())

    def close(self) -> None:
        """Close the connection; the last one to leave tidies the `-wal` file away."""
        with self._lock:
            connection, self._connection = self._connection, None
            if connection is not None and self._is_ours():
                connection.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, explained("write to", self.path):
            connection = self._open()
            with immediate(connection):
                yield connection

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, explained("read", self.path):
            missing = self._connection is None and not self.path.exists()
            connection = nothing() if missing else self._open()
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                if missing:
                    connection.close()

    @contextmanager
    def _alone(self) -> Iterator[sqlite3.Connection]:
        """A connection for maintenance, which is patient and makes its own transactions."""
        self.close()  # other threads may go on meanwhile
        with explained("write to", self.path):
            connection = connect(self.path, LONG_PATIENCE)
            try:
                yield connection
            finally:
                connection.close()

    def _open(self) -> sqlite3.Connection:
        if self._connection is not None and not self._is_current():
            self.close()
        if self._connection is None:
            self._connection = connect(self.path, self.patience)
            self._opened = identity(self.path)
        else:
            self._connection.execute(f"PRAGMA busy_timeout = {round(self.patience * 1000)}")
        return self._connection

    def _is_current(self) -> bool:
        """Whether the connection is to the file that is at the path now: it may have been deleted, or moved away."""
        return self._is_ours() and self._opened == identity(self.path)

    def _is_ours(self) -> bool:
        """Whether this process opened the connection: one that a fork has taken along must not even be closed."""
        return self._opened is None or self._opened.process == os.getpid()
