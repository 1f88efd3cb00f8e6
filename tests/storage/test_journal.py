"""A turn on its way into the history, where something on the way fails."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from llm._domain.event import TextDelta
from llm._storage.history import open_history, open_journal
from llm._storage.journal import Journal
from llm.errors import HistoryError

from .turns import done, kept, running


@pytest.fixture
def complaints() -> list[HistoryError]:
    return []


@pytest.fixture
def journal(tmp_path: Path, complaints: list[HistoryError]) -> Iterator[Journal]:
    path = tmp_path / "history.db"
    with closing(open_history(path)) as store:
        yield open_journal(path, store, complaints.append)


def _another(journal: Journal) -> Journal:
    """What another process would take up."""
    return Journal(journal.store, journal.spool, journal.complain)


def test_what_arrives_is_in_the_spool_before_it_is_passed_on(journal: Journal) -> None:
    turn = running()
    entry = journal.open(turn)
    entry.begin()
    entry.append(TextDelta("Per"))
    (path,) = journal.spool.paths()
    assert path.read_text("utf-8") == '"Per"\n'
    entry.finish(done(turn, "Percy"))
    assert journal.spool.paths() == []
    assert kept(journal.store) == [done(turn, "Percy")]


def test_a_turn_whose_file_cannot_be_written_any_more_is_not_taken_for_dead(
    journal: Journal, complaints: list[HistoryError], monkeypatch: pytest.MonkeyPatch
) -> None:
    turn = running()
    entry = journal.open(turn)
    entry.begin()
    entry.append(TextDelta("Per"))

    def full(line: str) -> None:
        raise OSError(28, "No space left on device")

    assert entry._file is not None
    monkeypatch.setattr(entry._file, "append", full)
    entry.append(TextDelta("cy"))
    assert _another(journal).recover() == 0
    assert kept(journal.store)[0].status == "running"
    entry.finish(done(turn, "Percy"))
    assert kept(journal.store) == [done(turn, "Percy")]
    assert (journal.spool.paths(), complaints) == ([], [])


def test_what_waits_is_known_and_what_runs_is_not_taken_for_it(
    journal: Journal, complaints: list[HistoryError], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise HistoryError("locked")

    turn = running()
    with monkeypatch.context() as patch:
        patch.setattr(journal.store, "begin", refuse)
        patch.setattr(journal.store, "add", refuse)
        entry = journal.open(turn)
        entry.begin()
        assert not journal.waiting()
        entry.finish(done(turn))
        assert journal.waiting()
    assert [str(error).endswith("locked") for error in complaints] == [True]
    assert _another(journal).recover() == 1
    assert kept(journal.store) == [done(turn)]
    assert not journal.waiting()


def test_a_process_that_died_before_it_asked_leaves_no_turn(journal: Journal) -> None:
    """Its file is there first, and empty; what it would have asked was never asked, and is no turn of the history."""
    journal.spool.open(running().id).release()
    assert _another(journal).recover() == 1
    assert kept(journal.store) == []
    assert journal.spool.paths() == []


def test_what_is_no_plain_file_in_the_spool_is_in_nobodys_way(journal: Journal) -> None:
    """A directory, and a pipe, whose reading would wait for ever."""
    journal.spool.open(running().id).release()
    (journal.spool.directory / "folder.jsonl").mkdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(journal.spool.directory / "pipe.jsonl")
    assert _another(journal).recover() == 1
    assert not _another(journal).waiting()


def test_a_file_that_cannot_be_opened_is_named_and_hides_no_other(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one is that a command left behind which another user ran."""
    foreign, own = journal.spool.directory / "0.jsonl", running()
    journal.spool.open(own.id).release()
    foreign.write_text('{"event": "text", "text": "x"}\n')
    opened = os.open

    def refusing(path: object, *arguments: Any) -> int:
        if path == foreign:
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", refusing)
    with pytest.raises(HistoryError, match=r"0\.jsonl.*Permission denied"):
        _another(journal).recover()
    assert journal.spool.paths() == [foreign]
    assert not _another(journal).waiting()


@pytest.mark.parametrize("line", ["garbage{{{", '{"asked": {"mod\\u0001l": 1}}'])
def test_a_file_whose_question_is_damaged_is_kept_and_named(journal: Journal, line: str) -> None:
    """Somebody may mend it; to delete it would lose what was asked."""
    file = journal.spool.open(running().id)
    file.append(line)
    file.append('{"event": "text", "text": "an answer"}')
    file.release()
    with pytest.raises(HistoryError, match="damaged"):
        _another(journal).recover()
    assert len(journal.spool.paths()) == 1
