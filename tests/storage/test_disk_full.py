"""A disk without space for the history: SQLite is told that the file may not grow any more."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from llm._domain.event import TextDelta
from llm._domain.message import user
from llm._domain.turn import Turn
from llm._storage.journal import Journal
from llm._storage.spool import Spool
from llm._storage.sqlite import SQLiteStore
from llm.errors import HistoryError, UnknownTurn

from .turns import done, running

LONG = "a long text that finds no room between others " * 4000


class Disk:
    """A history and its spool, on a disk that is full or not."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "history.db"
        self.told: list[HistoryError] = []
        self.store = SQLiteStore(self.path)
        self.spool = Spool(directory / "history-spool")
        self.journal = Journal(self.store, self.spool, self.told.append)
        first = running("first")
        self.store.begin(first)
        self.store.finish(done(first))

    def fill(self) -> None:
        """From now on the file does not grow. That holds for a connection as long as it is open."""
        connection = self.store._open()
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")

    def clear(self) -> None:
        """There is space again."""
        self.store._open().execute("PRAGMA max_page_count = 1000000")

    def waiting(self) -> list[str]:
        """The turns whose files are in the spool."""
        return [path.stem for path in self.spool.paths()]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    disk = Disk(tmp_path)
    yield disk
    disk.store.close()
    with closing(sqlite3.connect(disk.path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def asked(text: str = "second") -> Turn:
    """A turn for which there is no room."""
    return replace(running(), input=(user(f"{text} {LONG}"),))


def test_a_turn_for_which_there_is_no_space_is_refused_whole(disk: Disk) -> None:
    """Nothing of it stays, and there is a word for what to do."""
    disk.fill()
    turn = asked()
    with pytest.raises(HistoryError, match="the disk is full") as caught:
        disk.store.begin(turn)
    assert "Free some space" in (caught.value.hint or "")
    with pytest.raises(UnknownTurn):
        disk.store.find_turn(turn.id)
    disk.clear()
    disk.store.begin(turn)
    assert disk.store.find_turn(turn.id) == turn


def test_a_turn_waits_in_the_spool_until_there_is_space(disk: Disk) -> None:
    turn, before = asked(), (user("earlier"),)
    disk.fill()
    entry = disk.journal.open(turn, before)
    entry.begin()
    assert disk.told == []
    assert LONG in (disk.spool.paths()[0]).read_text("utf-8"), "it is on the disk before the request leaves"
    entry.append(TextDelta("Percy"))
    ended = done(turn)
    entry.finish(ended)
    (told,) = disk.told
    assert str(disk.spool.paths()[0]) in str(told)
    assert "the disk is full" in str(told)
    assert told.hint is not None
    disk.clear()
    assert disk.journal.recover() == 1
    assert disk.waiting() == []
    assert disk.store.find_turn(turn.id) == ended
    assert disk.told == [told]


def test_an_answer_for_which_there_is_no_space_any_more_waits_in_the_spool(disk: Disk) -> None:
    """What was asked is in the history already."""
    turn = running("second")
    entry = disk.journal.open(turn)
    entry.begin()
    disk.fill()
    entry.append(TextDelta(LONG))
    ended = done(turn, LONG)
    entry.finish(ended)
    assert len(disk.told) == 1
    assert disk.store.find_turn(turn.id).status == "running"
    disk.clear()
    assert disk.journal.recover() == 1
    assert disk.store.find_turn(turn.id) == ended
    assert disk.store.running() == []


def test_what_waits_goes_on_waiting_as_long_as_the_disk_is_full(disk: Disk) -> None:
    disk.fill()
    turns = [asked("second"), asked("third")]
    for turn in turns:
        entry = disk.journal.open(turn)
        entry.begin()
        entry.finish(done(turn))
    for _ in range(2):
        with pytest.raises(HistoryError, match="the disk is full"):
            disk.journal.recover()
        assert disk.waiting() == [turn.id for turn in turns]
    disk.clear()
    assert disk.journal.recover() == 2
    assert [disk.store.find_turn(turn.id).status for turn in turns] == ["done", "done"]


def test_a_process_that_dies_while_the_disk_is_full_leaves_what_had_arrived(disk: Disk) -> None:
    disk.fill()
    turn = asked()
    entry = disk.journal.open(turn)
    entry.begin()
    for piece in ("Hel", "lo"):
        entry.append(TextDelta(piece))
    assert entry._file is not None
    entry._file.release()  # as the system does it when the process is gone
    disk.clear()
    assert disk.journal.recover() == 1
    found = disk.store.find_turn(turn.id)
    assert (found.status, found.text, found.input) == ("partial", "Hello", turn.input)


def test_turns_that_find_room_are_kept_while_a_long_one_waits(disk: Disk) -> None:
    """One that does not fit is in nobody's way."""
    disk.fill()
    long, short = asked(), running("short")
    for turn in (long, short):
        entry = disk.journal.open(turn)
        entry.begin()
        entry.finish(done(turn))
    assert disk.waiting() in ([long.id], [long.id, short.id])
    disk.clear()
    disk.journal.recover()
    assert {disk.store.find_turn(turn.id).status for turn in (long, short)} == {"done"}


def test_a_spool_on_the_same_full_disk_means_that_the_turn_is_not_kept_and_that_is_told(disk: Disk) -> None:
    """A directory that cannot be made stands for it here."""
    disk.fill()
    disk.spool.directory.rmdir() if disk.spool.directory.exists() else None
    disk.spool.directory.write_text("no room", "utf-8")
    turn = asked()
    entry = disk.journal.open(turn)
    entry.begin()
    entry.append(TextDelta("Percy"))
    entry.finish(done(turn))
    (told,) = disk.told
    assert str(told).startswith("This turn is not kept. Cannot write to the history ")
    assert told.hint is not None
