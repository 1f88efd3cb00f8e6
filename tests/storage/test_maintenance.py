"""The file as a whole: copies of it, and the space it takes."""

from __future__ import annotations

import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from llm._storage.maintenance import backup, empty_log, vacuum
from llm._storage.sqlite import SQLiteStore
from llm.errors import HistoryError

from .talk import Talk
from .turns import kept


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SQLiteStore]:
    with closing(SQLiteStore(tmp_path / "history.db")) as store:
        yield store


def connected(store: SQLiteStore) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(store.path, isolation_level=None))


def test_a_backup_is_a_whole_history_that_only_its_owner_may_read(store: SQLiteStore, tmp_path: Path) -> None:
    turns = [Talk(store).say(str(number)) for number in range(20)]
    target = tmp_path / "folder" / "copy.db"
    target.parent.mkdir()
    store.backup(target)
    assert [path.name for path in target.parent.iterdir()] == ["copy.db"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with closing(SQLiteStore(target)) as copy:
        assert kept(copy) == turns
        assert list(copy.verify()) == []
        Talk(copy).say("and it goes on")
    with closing(sqlite3.connect(target)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_backup_overwrites_nothing(store: SQLiteStore, tmp_path: Path) -> None:
    Talk(store).say("one")
    target = tmp_path / "copy.db"
    target.write_text("mine")
    with pytest.raises(HistoryError, match="exists already"):
        store.backup(target)
    assert target.read_text() == "mine"
    dangling = tmp_path / "link.db"
    dangling.symlink_to(tmp_path / "nowhere")
    with pytest.raises(HistoryError, match="exists already"):
        store.backup(dangling)


def test_a_backup_that_cannot_be_written_says_why_and_leaves_nothing(store: SQLiteStore, tmp_path: Path) -> None:
    Talk(store).say("one")
    with pytest.raises(HistoryError, match="No such file"):
        store.backup(tmp_path / "missing" / "copy.db")
    assert {path.name for path in tmp_path.iterdir()} <= {"history.db", "history.db-wal", "history.db-shm"}


def test_a_backup_is_of_one_moment_while_others_write(store: SQLiteStore, tmp_path: Path) -> None:
    for number in range(50):
        Talk(store).say(str(number), "x" * 20_000)
    written = threading.Event()
    stop = threading.Event()

    def write() -> None:
        with closing(SQLiteStore(store.path)) as other:
            while not stop.is_set():
                Talk(other).say("meanwhile")
                written.set()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        assert written.wait(10)
        store.backup(tmp_path / "copy.db")
    finally:
        stop.set()
        thread.join()
    with closing(SQLiteStore(tmp_path / "copy.db")) as copy:
        turns = kept(copy)
        assert len(turns) > 50
        assert [turn.id for turn in turns] == [turn.id for turn in kept(store)][: len(turns)]
        assert list(copy.verify()) == []


def test_a_reader_does_not_hinder_a_backup(store: SQLiteStore, tmp_path: Path) -> None:
    Talk(store).say("one")
    with connected(store) as reader, connected(store) as connection:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM turn").fetchall()
        backup(connection, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").exists()


def test_vacuum_gives_the_space_back(store: SQLiteStore) -> None:
    turns = [Talk(store).say(str(number), f"{number} " * 20_000) for number in range(20)]
    store.vacuum()
    full = store.size()
    store.remove([turn.id for turn in turns[1:]])
    store.vacuum()
    assert store.size() < full / 5
    assert kept(store) == turns[:1]
    assert list(store.verify()) == []


def test_what_was_deleted_cannot_be_read_in_the_file_after_vacuum(store: SQLiteStore) -> None:
    stays, goes = Talk(store).say("stays"), Talk(store).say("secretword", "secretanswer")
    store.remove([goes.id])
    store.vacuum()
    store.close()
    data = store.path.read_bytes()
    assert b"secret" not in data
    assert kept(store) == [stays]


def test_vacuum_says_so_where_a_reader_stays(store: SQLiteStore) -> None:
    Talk(store).say("one")
    with connected(store) as reader, connected(store) as connection:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM turn").fetchall()
        Talk(store).say("two")
        with pytest.raises(HistoryError, match="another process has read in it") as caught:
            vacuum(connection, wait=0.3)
        assert "llm logs vacuum" in str(caught.value.hint)
        reader.execute("ROLLBACK")
        vacuum(connection, wait=5)


def test_the_log_is_emptied_as_soon_as_the_last_reader_is_gone(store: SQLiteStore) -> None:
    Talk(store).say("one")
    log = store.path.with_name("history.db-wal")
    with (
        connected(store) as connection,
        closing(sqlite3.connect(store.path, isolation_level=None, check_same_thread=False)) as reader,
    ):
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM turn").fetchall()
        Talk(store).say("two")
        assert not empty_log(connection, wait=0.2)
        assert log.stat().st_size > 0
        timer = threading.Timer(0.3, reader.execute, ("ROLLBACK",))
        timer.start()
        assert empty_log(connection, wait=20)
        timer.join()
        assert log.stat().st_size == 0
        Talk(store).say("others may write meanwhile")
