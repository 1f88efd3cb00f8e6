"""A history with turns in it, made without asking anybody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from llm import Message, TextPart, user
from llm._domain.turn import Turn
from llm._storage.ids import first_id
from llm._storage.sqlite import SQLiteStore

from .command import user_dir

START = 1_800_000_000  # 2027-01-15 08:00 UTC


def keep(*asked: str, answer: str = "Percy", path: Path | None = None, **fields: Any) -> list[Turn]:
    """Turns of one conversation, a second apart and later than those kept before, which were asked and answered."""
    user_dir().mkdir(exist_ok=True)
    store = SQLiteStore(path or user_dir() / "history.db")
    count = store.usage() if store.path.exists() else []
    number = sum(row.turns for row in count)
    turns = []
    for text in asked:
        values: dict[str, Any] = {"model": "test/one", "status": "done", "started": START + number, **fields}
        values.setdefault("input", (user(text),))
        values.setdefault("parts", (TextPart(answer),))
        conversation = values.pop("conversation", first_id(START + number - len(turns))[:10] + "c" * 16)
        turns.append(Turn(f"{first_id(START + number)[:10]}{number:016d}", conversation, **values))
        store.add(turns[-1])
        number += 1
    store.close()
    return turns


def said(role: Any, text: str) -> Message:
    """A message that is nothing but text."""
    return Message(role, (TextPart(text),))
