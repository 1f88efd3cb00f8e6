"""Conversations to keep, and what is in a history's files."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from llm._domain.message import Message
from llm._domain.message_id import chain_id
from llm._domain.turn import Turn
from llm._storage import Store, new_id

from .turns import done, running

TABLES = ("turn", "message", "content", "message_content", "fragment", "tool_use", "conversation", "tag", "terminal")


class Talk:
    """A conversation whose turns follow each other, each asked and answered in *store*."""

    def __init__(self, store: Store, after: str | None = None, before: tuple[Message, ...] = ()) -> None:
        self.store = store
        self.id = new_id()
        self.head = after
        self.before = before

    def say(self, prompt: str, answer: str | None = "Percy", **fields: Any) -> Turn:
        """Ask, and be answered; without an answer the turn fails, and the next one follows what was before it."""
        ended = fields.pop("ended", {})
        turn = replace(running(prompt, after=self.head, **fields), conversation=self.id)
        self.store.begin(turn, self.before)
        if answer is None:
            turn = done(turn, status="error", parts=(), error="no")
        else:
            turn = done(turn, answer, **ended)
            self.head = chain_id([*turn.input, *turn.answer], turn.after)
        self.store.finish(turn)
        return turn


def counts(path: Path) -> dict[str, int]:
    """How many rows each table has, and the full-text index."""
    with closing(sqlite3.connect(path)) as connection:
        tables = (*TABLES, "turn_search_docsize")
        return {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}


def unreferenced(path: Path) -> list[str]:
    """The messages and contents that no turn needs, found by walking from the turns: each is one too many."""
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute(_UNREFERENCED)]


_UNREFERENCED = """
WITH RECURSIVE said(key) AS (
    SELECT prompt FROM turn UNION SELECT answer FROM turn
    UNION SELECT parent FROM said JOIN message ON message.key = said.key
), meant(key) AS (
    SELECT system FROM turn UNION SELECT tools FROM turn UNION SELECT schema FROM turn
    UNION SELECT content FROM fragment UNION SELECT system FROM conversation
    UNION SELECT content FROM message_content WHERE message IN (SELECT key FROM said)
)
SELECT 'message ' || parts FROM message WHERE key NOT IN (SELECT key FROM said WHERE key IS NOT NULL)
UNION ALL
SELECT 'content ' || key FROM content WHERE key NOT IN (SELECT key FROM meant WHERE key IS NOT NULL)
"""


def everything_in(directory: Path) -> Iterator[tuple[str, bytes]]:
    """All bytes of all files in a directory, and the payloads in its history once more, unpacked."""
    for path in sorted(directory.rglob("*")):
        if path.is_file():
            yield path.name, path.read_bytes()
            if path.suffix == ".db":
                with closing(sqlite3.connect(path)) as connection:
                    for (raw,) in connection.execute("SELECT raw FROM turn WHERE raw IS NOT NULL").fetchall():
                        yield "raw", zlib.decompress(raw)
