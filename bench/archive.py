"""Histories of any size, made of words that were drawn by lot, the same ones every time."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from llm._domain.message import user
from llm._domain.message_id import chain_id
from llm._domain.part import TextPart
from llm._domain.turn import Turn
from llm._domain.usage import Usage
from llm._storage import new_id
from llm._storage.database import connect
from llm._storage.transaction import immediate
from llm._storage.turn_rows import begin, end

RARE = "zyzzyva"
"""A word in one turn of a thousand."""
_EVERY = 1000
_TURNS_OF_A_CONVERSATION = 5
_BATCH = 5000
_START = 1_700_000_000.0
_LETTERS = "bcdfghjklmnprstvw"
_WORDS = [f"{a}{vowel}{b}{ending}" for a in _LETTERS for vowel in "aeiou" for b in _LETTERS for ending in ("", "en")]


def make_history(path: Path, turns: int) -> None:
    """Write a history of *turns* turns, in conversations of five."""
    with closing(connect(path, 60)) as connection:
        source = exchanges(turns)
        while _write(connection, source):
            pass
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def exchanges(turns: int, conversation_turns: int = _TURNS_OF_A_CONVERSATION) -> Iterator[Turn]:
    """Whole turns, in order; each conversation goes on from its last answer."""
    lot = random.Random(4)
    after, conversation = None, ""
    for number in range(turns):
        if number % conversation_turns == 0:
            after, conversation = None, new_id(_START + number)
        rare = f" {RARE}" if number % _EVERY == _EVERY // 2 else ""
        turn = Turn(
            new_id(_START + number),
            conversation,
            model=f"local/model-{number % 7}",
            input=(user(f"{' '.join(lot.choices(_WORDS, k=12))}?{rare}"),),
            after=after,
            started=_START + number,
            status="done",
            parts=(TextPart(" ".join(lot.choices(_WORDS, k=40)) + "."),),
            usage=Usage(20, 60),
            duration_ms=900,
            first_byte_ms=80,
            finish_reason="stop",
            request_id=f"req_{number}",
        )
        after = chain_id((*turn.input, *turn.answer), after)
        yield turn


def _write(connection: sqlite3.Connection, turns: Iterator[Turn]) -> bool:
    """Write a batch of turns in one transaction; False where there were none left."""
    count = 0
    with immediate(connection):
        for _, turn in zip(range(_BATCH), turns, strict=False):
            begin(connection, replace(turn, status="running"), (), None)
            end(connection, turn)
            count += 1
    return count == _BATCH
