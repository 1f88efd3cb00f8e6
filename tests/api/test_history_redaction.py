"""A redaction and the turns that run meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from llm import TextPart, user
from llm._api.history_redaction import redact_with_spool
from llm._domain.event import TextDelta
from llm._domain.turn import Turn
from llm._storage import new_id
from llm._storage.history import open_journal
from llm._storage.journal import Journal
from llm._storage.query import TurnQuery
from llm._storage.sqlite import SQLiteStore
from llm.errors import HistoryError

SECRET = "sk-4711"


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with closing(SQLiteStore(tmp_path / "history.db", patience=0.0)) as store:
        yield open_journal(store.path, store, lambda error: None)


def asked() -> Turn:
    return Turn(new_id(), new_id(), model="m", input=(user(f"the key is {SECRET}"),))


def ended(turn: Turn) -> Turn:
    return replace(turn, status="done", parts=(TextPart(f"it is {SECRET}"),))


def hide(text: str) -> str:
    return text.replace(SECRET, "[redacted]")


def assert_gone(directory: Path) -> None:
    for path in directory.rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes(), path


def test_a_turn_that_is_asked_while_its_text_is_redacted_leaves_no_trace(journal: Journal, tmp_path: Path) -> None:
    """The redaction has the store for itself, so that the turn goes to the spool, with all that it was asked."""
    journal.store.add(ended(asked()))
    turn = asked()
    with closing(SQLiteStore(tmp_path / "history.db", patience=0.0)) as other:
        entry = open_journal(other.path, other, lambda error: None).open(turn)
        asking: list[threading.Thread] = []

        def ask() -> None:
            entry.begin()
            entry.finish(ended(turn))

        def hide_while_it_is_asked(text: str) -> str:
            if SECRET in text and not asking:
                asking.append(threading.Thread(target=ask))
                asking[0].start()
                asking[0].join()
                assert SECRET in (tmp_path / "history-spool" / f"{turn.id}.jsonl").read_text()
            return hide(text)

        redact_with_spool(journal, hide_while_it_is_asked)
    for found in journal.store.find(TurnQuery()):
        assert (found.turn.prompt, found.turn.text) == ("the key is [redacted]", "it is [redacted]")
    assert len(list(journal.store.find(TurnQuery()))) == 2
    journal.store.close()
    assert_gone(tmp_path)


def test_a_turn_that_was_asked_the_text_and_runs_is_waited_for(journal: Journal) -> None:
    """What it says next may have the text too, and would come after the redaction."""
    entry = journal.open(turn := asked())
    entry.begin()
    with pytest.raises(HistoryError, match=rf"Nothing is redacted: .*{turn.id}"):
        redact_with_spool(journal, hide, patience=0.2)
    entry.finish(ended(turn))
    assert redact_with_spool(journal, hide).turns == 1


def test_a_turn_that_has_the_text_and_goes_on_is_named(journal: Journal) -> None:
    entry = journal.open(turn := asked())
    entry.begin()
    for piece in ("it is ", SECRET[:3], SECRET[3:]):
        entry.append(TextDelta(piece))
    with pytest.raises(HistoryError, match=rf"Nothing is redacted: .*{turn.id}"):
        redact_with_spool(journal, hide, patience=0.2)
    entry.finish(ended(turn))
    assert redact_with_spool(journal, hide).turns == 1
