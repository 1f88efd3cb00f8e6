"""A `logs.db` of the `llm` package before 1.0, copied into a history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..errors import HistoryError
from .llm_chain import unroll
from .llm_database import LLMDatabase
from .llm_names import given_name
from .store import Store


@dataclass(frozen=True, slots=True)
class Imported:
    """How many turns were added, how many were there already, and what could not be read."""

    turns_added: int = 0
    already_there: int = 0
    problems: tuple[str, ...] = ()


def import_llm(store: Store, path: Path, progress: Callable[[int, int], None] = lambda done, total: None) -> Imported:
    """
    Copy every turn of the file *path* into *store*; once more does no harm. The file is not written to.

    *progress* is told how many turns have been looked at, and how many there are. Raises HistoryError where the file
    cannot be opened, or the history not be written.
    """
    database = LLMDatabase(path)
    try:
        total, names = database.count(), database.conversations()
        added = seen = 0
        problems: list[str] = []
        named: str | None = None
        progress(0, total)
        for told in database.told():
            is_first, named = told.turn.conversation != named, told.turn.conversation
            added += store.add(told.turn, unroll(told.before))
            if is_first and (name := given_name(names[named], told.turn)):
                _name(store, named, name, problems)
            seen += 1
            progress(seen, total)
        progress(total, total)
        return Imported(added, seen - added, (*database.problems, *problems))
    finally:
        database.close()


def _name(store: Store, conversation: str, name: str, problems: list[str]) -> None:
    try:
        if store.find_conversation(conversation).name is None:
            store.name(conversation, name)
    except HistoryError as error:  # another conversation may have the name
        problems.append(f"The conversation {conversation} did not keep its name {name!r}: {error}")
