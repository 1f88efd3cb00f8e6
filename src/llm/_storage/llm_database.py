"""The history of the `llm` package before 1.0, its `logs.db`, read and never written."""

from __future__ import annotations

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from .._domain.message import Message
from .._domain.turn import Turn
from ..errors import HistoryError, LLMError
from . import llm_index, llm_responses, llm_turns
from .llm_chain import Link, extend, unroll
from .llm_index import Entry
from .llm_messages import Messages
from .llm_tables import Tables, connect, is_llm_database, reading
from .llm_values import Damaged, Values, text

__all__ = ["LLMDatabase", "Told", "is_llm_database"]

_THREADS = 16
"""How many conversations are kept in memory while turns are read out of their order."""


@dataclass(frozen=True, slots=True)
class Told:
    """A turn in its conversation: the last message `before` its input, and the `head`, which is the last of its own."""

    turn: Turn
    before: Link | None
    head: Link | None


class LLMDatabase:
    """
    Reads the turns of a `logs.db` of any version, opened by the first call that needs it.

    `problems` tells what could not be read; a turn that cannot be is left out. One conversation at a time is in
    memory, and a few where the newest come first. *patience* is how many seconds a call waits for a lock.
    """

    def __init__(self, path: Path, patience: float = 60.0) -> None:
        self.path = path
        self.patience = patience
        self.problems: list[str] = []
        self.lock = threading.RLock()
        self._tables: Tables | None = None
        self._threads: OrderedDict[str, dict[str, Told]] = OrderedDict()

    def count(self) -> int:
        """How many turns there are."""
        with self.lock, reading(self.path):
            return llm_index.count(self.tables().connection)

    def turns(self, newest_first: bool = False) -> Iterator[tuple[Turn, tuple[Message, ...]]]:
        """Every turn with the messages before its input: conversation by conversation, or the newest first."""
        for told in self.newest() if newest_first else self.told():
            yield told.turn, unroll(told.before)

    def told(self) -> Iterator[Told]:
        """Every turn, conversation by conversation."""
        with self.lock, reading(self.path):
            conversations = llm_index.conversations(self.tables().connection)
        for conversation in conversations:
            turns = self._read(conversation)
            while True:
                with self.lock, reading(self.path):
                    told = next(turns, None)
                if told is None:
                    break
                yield told

    def newest(self, conversation: str | None = None, *, oldest_first: bool = False) -> Iterator[Told]:
        """The turns by their ids, the newest first unless it is to be the other way round."""
        last = ""
        while entries := self._page(last, not oldest_first, conversation):
            for entry in entries:
                if told := self.thread(entry.conversation).get(entry.id):
                    yield told
            last = entries[-1].id

    def conversations(self) -> dict[str, str]:
        """The names of the conversations by their ids; an empty one where there is none."""
        with self.lock, reading(self.path):
            rows = self.tables().connection.execute("SELECT DISTINCT conversation, old_conversation FROM temp.entry")
            return {row[0]: self._name(row[1]) for row in rows.fetchall()}

    def thread(self, conversation: str) -> dict[str, Told]:
        """The turns of a conversation by their ids, in their order."""
        with self.lock, reading(self.path):
            if conversation not in self._threads:
                self.tables()
                self._threads[conversation] = {told.turn.id: told for told in self._read(conversation)}
                if len(self._threads) > _THREADS:
                    self._threads.popitem(last=False)
            self._threads.move_to_end(conversation)
            return self._threads[conversation]

    def beginning_with(self, start: str, limit: int) -> list[Entry]:
        """The first turns whose ids begin like this."""
        with self.lock, reading(self.path):
            return llm_index.beginning_with(self.tables().connection, start, limit)

    def tables(self) -> Tables:
        """The open file; call with the lock held."""
        if self._tables is None:
            if not self.path.exists():
                raise HistoryError(f"There is no file {self.path}", hint="llm logs import-llm PATH names another one")
            if not is_llm_database(self.path):
                raise HistoryError(f"{self.path} is not a history of the llm package before 1.0")
            tables = Tables(connect(self.path, self.patience))
            try:
                llm_index.build(tables, self._report)
            except BaseException:
                tables.connection.close()
                raise
            self._tables = tables
        return self._tables

    def close(self) -> None:
        """Let go of the file."""
        with self.lock:
            tables, self._tables = self._tables, None
            self._threads.clear()
            if tables is not None:
                tables.connection.close()

    def _page(self, after: str, newest_first: bool, conversation: str | None) -> list[Entry]:
        with self.lock, reading(self.path):
            return llm_index.page(self.tables().connection, after, newest_first, conversation)

    def _read(self, conversation: str) -> Iterator[Told]:
        values = Values(self.tables(), self._report)
        messages = Messages(values)
        head: Link | None = None
        system = ""
        for entry in llm_index.of_conversation(self.tables().connection, conversation):
            told = self._told(values, messages, entry, head, system)
            if told is not None:
                head, system = told.head, told.turn.system
                yield told

    def _told(self, values: Values, messages: Messages, entry: Entry, before: Link | None, system: str) -> Told | None:
        """The turn of an entry that follows the message *before*; None for a damaged one, which is reported."""
        try:
            if entry.source == "turns":
                turn, before = llm_turns.read(values, messages, entry)
            else:
                alone = llm_responses.read(values, entry)
                # A response names the system prompt only where it is a new one.
                turn = replace(alone, system=alone.system or system, after=None if before is None else before.id)
            return Told(turn, before, extend(before, (*turn.input, *turn.answer)))
        except Damaged as damage:
            self._report(str(damage))
        except sqlite3.DatabaseError as error:
            if (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF != sqlite3.SQLITE_CORRUPT:
                raise
            self._report(f"The turn {entry.old}: {error}")
        except (LLMError, TypeError, ValueError, LookupError, AttributeError, RecursionError) as error:
            self._report(f"The turn {entry.old} cannot be read: {error!r}")
        return None

    def _name(self, conversation: str | None) -> str:
        for table in ("threads", "conversations"):
            row = self.tables().row(table, ("name",), "WHERE id = ?", (conversation,))
            if row is not None and row["name"]:
                return text(row["name"])
        return ""

    def _report(self, problem: str) -> None:
        if problem not in self.problems:
            self.problems.append(problem)
