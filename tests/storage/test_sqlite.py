"""What is particular to the history as a SQLite file: its mode, its settings, and what is said of a broken one."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from llm._config.paths import user_dir
from llm._domain.turn import Turn
from llm._storage import history_path, open_history
from llm._storage.sqlite import SQLiteStore
from llm.errors import HistoryError, MissingTurn

from .turns import done, kept, running

NOBODY = 65534


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


@pytest.fixture
def store(path: Path) -> Iterator[SQLiteStore]:
    with closing(SQLiteStore(path)) as store:
        yield store


@pytest.fixture
def powerless_folder() -> Iterator[Path]:
    """A folder, while this process has no more rights than its owner: root may write to read-only files."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if os.geteuid() != 0:
            yield folder
            return
        os.chown(folder, NOBODY, NOBODY)
        os.seteuid(NOBODY)
        try:
            yield folder
        finally:
            os.seteuid(0)


def _kept(path: Path) -> Turn:
    """A turn that a store wrote to *path* before it was closed."""
    turn = done(running())
    with closing(SQLiteStore(path)) as store:
        store.add(turn)
    return turn


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_history_is_history_db_in_the_user_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LLM_USER_PATH", str(tmp_path / "me"))
    assert history_path() == tmp_path / "me" / "history.db"
    turn = running()
    with closing(open_history()) as store:
        store.begin(turn)
    with closing(open_history(tmp_path / "me" / "history.db")) as store:
        assert kept(store) == [turn]


def test_opening_and_listing_create_no_file(store: SQLiteStore, path: Path) -> None:
    assert kept(store) == []
    store.close()
    assert not path.exists()


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    turn = _kept(tmp_path / "a" / "b" / "history.db")
    with closing(SQLiteStore(tmp_path / "a" / "b" / "history.db")) as store:
        assert kept(store) == [turn]


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
def test_only_the_owner_may_read_the_file_and_its_companions(store: SQLiteStore, path: Path) -> None:
    before = os.umask(0)
    try:
        store.begin(running())
    finally:
        os.umask(before)
    files = sorted(path.parent.glob("history.db*"))
    assert [file.name for file in files] == ["history.db", "history.db-shm", "history.db-wal"]
    assert [_mode(file) for file in files] == [0o600] * 3


def test_the_file_is_in_wal_mode_and_is_tidied_when_it_is_closed(path: Path) -> None:
    _kept(path)
    assert [file.name for file in path.parent.iterdir()] == ["history.db"]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_the_connection_waits_two_seconds_checks_references_and_syncs_at_checkpoints(store: SQLiteStore) -> None:
    store.begin(running())
    connection = store._open()
    values = [
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("busy_timeout", "foreign_keys", "synchronous")
    ]
    assert values == [2000, 1, 1]


def test_a_current_file_is_opened_with_one_question_about_its_schema(path: Path) -> None:
    _kept(path)
    asked: list[str] = []

    class Watched(sqlite3.Connection):
        def execute(self, sql: str, *args: object) -> sqlite3.Cursor:
            asked.append(sql)
            return super().execute(sql, *args)  # type: ignore[arg-type]

    real = sqlite3.connect
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite3, "connect", lambda *args, **options: real(*args, **options, factory=Watched))
        with closing(SQLiteStore(path)) as store:
            store.begin(running())
            before = len(asked)
            store.begin(running())
    assert asked[:4] == ["PRAGMA user_version", "PRAGMA foreign_keys = ON", "PRAGMA synchronous = NORMAL",
                         "BEGIN IMMEDIATE"]  # fmt: skip
    later = [sql.split()[0] for sql in asked[before:]]
    assert (later[:2], later[-1]) == (["PRAGMA", "BEGIN"], "COMMIT")
    assert set(later[2:-1]) == {"SELECT", "INSERT"}


def test_a_store_of_a_turn_keeps_its_connection_open_for_the_next(store: SQLiteStore) -> None:
    store.begin(running())
    connection = store._open()
    store.begin(running())
    assert store._open() is connection


def test_a_failed_write_leaves_no_transaction_open(store: SQLiteStore, path: Path) -> None:
    turn = running()
    store.begin(turn)
    with pytest.raises(HistoryError, match="UNIQUE"):
        store.begin(turn)
    with closing(sqlite3.connect(path, timeout=0)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
    store.finish(done(turn))
    assert kept(store) == [done(turn)]


def test_a_file_that_is_no_database_is_an_error_and_stays_as_it_is(store: SQLiteStore, path: Path) -> None:
    path.write_bytes(b"Dear diary, " * 1000)
    with pytest.raises(HistoryError, match="not a database") as caught:
        store.begin(running())
    assert str(path) in str(caught.value)
    assert "Is it a history" in str(caught.value.hint)
    with pytest.raises(HistoryError, match="Cannot read the history"):
        kept(store, 1)
    assert path.read_bytes() == b"Dear diary, " * 1000


def test_a_damaged_file_is_an_error_with_a_hint(store: SQLiteStore, path: Path) -> None:
    _kept(path)
    content = path.read_bytes()
    path.write_bytes(content[:100] + b"\xaa" * (len(content) - 100))
    with pytest.raises(HistoryError, match="damaged") as caught:
        store.begin(running())
    assert "backup" in str(caught.value.hint)


def test_the_users_own_history_that_is_damaged_may_be_moved_away() -> None:
    """The next prompt begins a new one; of another file that would be no good advice."""
    path = user_dir() / "history.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"Dear diary, " * 1000)
    with pytest.raises(HistoryError) as caught:
        SQLiteStore(path).begin(running())
    assert "Move it away" in str(caught.value.hint)


def test_a_history_that_may_only_be_read_is_read(powerless_folder: Path) -> None:
    """As a backup on a disk that is mounted so; writing says what is wrong."""
    path = powerless_folder / "history.db"
    _kept(path)
    assert not path.with_name("history.db-wal").exists()
    path.chmod(0o400)
    powerless_folder.chmod(0o500)
    with closing(SQLiteStore(path)) as store:
        assert len(kept(store)) == 1
        with pytest.raises(HistoryError, match="may only be read"):
            store.begin(running())
    powerless_folder.chmod(0o700)
    assert [found.name for found in powerless_folder.iterdir()] == ["history.db"]


def test_a_truncated_file_is_an_error(store: SQLiteStore, path: Path) -> None:
    _kept(path)
    os.truncate(path, 5000)
    with pytest.raises(HistoryError, match="damaged"):
        store.begin(running())


def test_an_empty_file_becomes_a_history(store: SQLiteStore, path: Path) -> None:
    path.touch()
    assert kept(store) == []
    turn = running()
    store.begin(turn)
    assert kept(store) == [turn]


def test_a_full_disk_is_an_error_and_loses_no_earlier_turn(store: SQLiteStore) -> None:
    turn = running()
    store.begin(turn)
    store._open().execute("PRAGMA max_page_count = 1")
    with pytest.raises(HistoryError, match="disk is full") as caught:
        store.begin(running("long " * 10_000))
    assert caught.value.hint
    assert kept(store) == [turn]


def test_a_folder_in_the_place_of_the_file_is_an_error(store: SQLiteStore, path: Path) -> None:
    path.mkdir()
    with pytest.raises(HistoryError, match="cannot be opened") as caught:
        store.begin(running())
    assert "LLM_USER_PATH" in str(caught.value.hint)


def test_a_file_in_the_place_of_the_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "user").write_text("")
    with pytest.raises(HistoryError, match="Cannot write to the history") as caught:
        SQLiteStore(tmp_path / "user" / "history.db").begin(running())
    assert "LLM_USER_PATH" in str(caught.value.hint)


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
def test_a_read_only_file_is_an_error_when_written_and_can_be_read(powerless_folder: Path) -> None:
    path = powerless_folder / "history.db"
    turn = _kept(path)
    path.chmod(0o400)
    with closing(SQLiteStore(path)) as store:
        assert kept(store) == [turn]
        with pytest.raises(HistoryError, match="may only be read") as caught:
            store.begin(running())
    assert "LLM_USER_PATH" in str(caught.value.hint)


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
def test_a_read_only_folder_is_an_error(powerless_folder: Path) -> None:
    powerless_folder.chmod(0o500)
    try:
        with pytest.raises(HistoryError, match="Permission denied"):
            SQLiteStore(powerless_folder / "history.db").begin(running())
    finally:
        powerless_folder.chmod(0o700)


def test_a_row_that_cannot_be_read_is_an_error_that_names_the_turn(store: SQLiteStore) -> None:
    turn = running()
    store.begin(turn)
    for broken in ("{", '[{"type": "song"}]', '[{"type": "text", "text": 1}]'):
        store._open().execute("UPDATE message SET parts = ?", (broken,))
        with pytest.raises(HistoryError, match=turn.id):
            store.find_turn(turn.id)


def test_text_in_the_file_is_readable_with_sql(store: SQLiteStore, path: Path) -> None:
    store.add(done(running("Vögel?", options={"stop": "ß"}), "Ja 🐦"))
    with closing(sqlite3.connect(path)) as other:
        row = other.execute("SELECT prompt, response, options_json, status FROM responses").fetchone()
    assert row == ("Vögel?", "Ja 🐦", '{"stop":"ß"}', "done")


def test_a_file_that_was_deleted_meanwhile_is_noticed(store: SQLiteStore, path: Path) -> None:
    """SQLite itself would go on writing to the file that nobody can find any more."""
    turn = running()
    store.begin(turn)
    for file in path.parent.glob("history.db*"):
        file.unlink()
    with pytest.raises(MissingTurn):
        store.finish(done(turn))
    assert store.add(done(turn))
    assert kept(store) == [done(turn)]


def test_a_fork_of_the_process_opens_a_connection_of_its_own(store: SQLiteStore) -> None:
    store.begin(running("before"))
    child = os.fork()
    if child == 0:
        try:
            store.begin(running("in the child"))
            store.close()
        finally:
            os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    store.begin(running("after"))
    assert [turn.prompt for turn in kept(store)] == ["before", "in the child", "after"]


def test_the_repr_of_a_store_says_where_it_is(path: Path) -> None:
    assert repr(SQLiteStore(path)) == f"SQLiteStore({str(path)!r})"


def test_naming_a_turn_imports_no_database_and_keeping_it_nothing_dear() -> None:
    code = (
        "import sys\n"
        "from llm._storage import new_id, history_path, open_history\n"
        "assert not {'sqlite3', 'llm._domain.turn'} & set(sys.modules), 'too early'\n"
        "import llm._storage.sqlite\n"
        "dear = {'asyncio', 'click', 'pydantic', 'yaml', 'pluggy', 'sqlite_utils', 'tempfile', 'secrets', 'random'}\n"
        "print(sorted(dear & set(sys.modules)))\n"
    )
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert output.strip() == "[]"
