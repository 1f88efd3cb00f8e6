"""What is put in place of a text, and whether a turn that runs still has it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Event
from typing import TYPE_CHECKING, Any

from .._domain.json_text import json_text
from .._storage.journal import LONG_PATIENCE
from .._storage.rewriting import Rewriting
from .._storage.turn_value import turn_to_value
from ..errors import HistoryError, UnknownTurn

if TYPE_CHECKING:
    from pathlib import Path

    from .._storage.journal import Journal
    from .._storage.query import Redacted

_PAUSE = 0.1  # seconds


def rewriting(text: str, regex: bool, replacement: str) -> Rewriting:
    """What puts *replacement* in place of *text*, escaped or not. Raises RequestError where that cannot be."""
    return (Rewriting.of_pattern if regex else Rewriting.of_text)(text, replacement)


def redact_with_spool(journal: Journal, rewrite: Callable[[str], str], patience: float = LONG_PATIENCE) -> Redacted:
    """
    Rewrite the store of *journal*, and see to it that the spool neither has the text nor brings it back.

    Raises HistoryError where turns that run have it for longer than *patience* seconds.
    """
    wait_for_spool(journal, rewrite, patience)
    redacted = journal.store.redact(rewrite)
    # A turn that ended meanwhile could not be written, and waits in the spool with all that it was asked.
    if wait_for_spool(journal, rewrite, patience, "The text is redacted in the history, but") or journal.recover():
        journal.store.redact(rewrite)
    return redacted


def wait_for_spool(
    journal: Journal,
    rewrite: Callable[[str], str],
    patience: float = LONG_PATIENCE,
    state: str = "Nothing is redacted:",
) -> int:
    """
    Wait until no turn that runs has the text: what it says next, and its spool file, are not ours to write.

    What was left behind meanwhile is added to the history; how many turns these were. Raises HistoryError, which names
    the turns and begins with *state*, where it takes longer than *patience* seconds.
    """
    deadline = time.monotonic() + patience
    pause, added = Event(), 0
    while holders := _holders(journal, rewrite):
        if time.monotonic() > deadline:
            raise HistoryError(
                f"{state} turns that still run hold the text ({', '.join(holders)})",
                hint="Run the same command again when they have ended",
            )
        pause.wait(_PAUSE)
        added += journal.recover(patient=True)
    return added


def _holders(journal: Journal, rewrite: Callable[[str], str]) -> list[str]:
    """The ids of the turns that run, or could not be added yet, and were asked the text or have said it."""
    waiting = {path.stem for path in journal.spool.paths() if _holds(path, rewrite)}
    for id in journal.store.running():
        with suppress(UnknownTurn):  # it has just been deleted
            asked = turn_to_value(journal.store.find_turn(id))
            if any(rewrite(text) != text for text in _texts(json.loads(json_text(asked)))):
                waiting.add(id)
    return sorted(waiting)


def _holds(path: Path, rewrite: Callable[[str], str]) -> bool:
    """Whether a text in the file would be changed, also one that arrived in pieces."""
    try:
        lines = path.read_bytes().decode("utf-8", "replace").split("\n")
    except OSError:
        return False  # it has ended
    said: dict[Any, str] = {}
    for line in lines:
        try:
            value = json.loads(line)
        except ValueError:
            value = line
        kind = value.get("event") if isinstance(value, dict) else None
        for text in _texts(value):
            said[kind] = said.get(kind, "") + text
            if rewrite(text) != text:
                return True
    return any(rewrite(text) != text for text in said.values())


def _texts(value: Any) -> Iterator[str]:
    """Every text in a JSON value, and every number as text."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, int | float):
        yield json.dumps(value)
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
