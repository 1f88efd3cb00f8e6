"""The numbered steps of the schema."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from llm._storage import migrations
from llm._storage.database import connect
from llm._storage.migrations import APPLICATION_ID, LATEST, MIGRATIONS, migrate
from llm._storage.sqlite import SQLiteStore
from llm.errors import HistoryError

from .turns import done, running


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


@pytest.fixture
def two_steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A later program, that knows one step more."""

    def add_note(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE note (text)")

    with monkeypatch.context() as patch:
        patch.setitem(MIGRATIONS, LATEST + 1, add_note)
        patch.setattr(migrations, "LATEST", LATEST + 1)
        yield


def _version(path: Path) -> int:
    with closing(sqlite3.connect(path, 2)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path, 2)) as connection:
        return {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def test_migrations_are_numbered_from_one_without_a_gap() -> None:
    assert list(MIGRATIONS) == list(range(1, LATEST + 1))


def test_a_new_file_has_the_latest_version_and_is_marked_as_ours(path: Path) -> None:
    connect(path, 2).close()
    assert _version(path) == LATEST
    with closing(sqlite3.connect(path, 2)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)


def test_foreign_keys_name_the_columns_that_they_refer_to(path: Path) -> None:
    """Datasette cannot show a table where SQLite is left to guess them."""
    connect(path, 2).close()
    with closing(sqlite3.connect(path, 2)) as connection:
        keys = [key for table in _tables(path) for key in connection.execute(f"PRAGMA foreign_key_list({table})")]
    assert keys
    assert all(key[4] == "key" for key in keys)


def test_an_old_file_is_brought_up_to_date(path: Path, request: pytest.FixtureRequest) -> None:
    connect(path, 2).close()
    request.getfixturevalue("two_steps")
    connect(path, 2).close()
    assert _version(path) == LATEST + 1
    assert "note" in _tables(path)


def test_a_new_file_takes_every_step(path: Path, two_steps: None) -> None:
    connect(path, 2).close()
    assert _version(path) == LATEST + 1
    assert "note" in _tables(path)


def test_a_step_that_fails_leaves_the_file_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect(path, 2).close()

    def fail(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE half (text)")
        connection.execute("nonsense")

    monkeypatch.setitem(MIGRATIONS, LATEST + 1, fail)
    monkeypatch.setattr(migrations, "LATEST", LATEST + 1)
    with pytest.raises(sqlite3.OperationalError):
        connect(path, 2)
    assert _version(path) == LATEST
    assert "half" not in _tables(path)


def test_a_file_of_a_newer_program_is_an_error_that_names_both_versions(path: Path) -> None:
    connect(path, 2).close()
    with closing(sqlite3.connect(path, 2)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(HistoryError, match=rf"version 99, and this llm knows version {LATEST}") as caught:
        connect(path, 2)
    assert str(path) in str(caught.value)
    assert "Upgrade llm" in str(caught.value.hint)
    assert _version(path) == 99


def test_a_newer_program_that_was_first_to_the_lock_is_noticed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The version is read again once the lock is held."""
    connect(path, 2).close()
    real = migrations._require_ours

    def overtaken(connection: sqlite3.Connection, path: Path) -> None:
        real(connection, path)
        with closing(sqlite3.connect(path, 2)) as other:
            other.execute("PRAGMA user_version = 99")

    with closing(sqlite3.connect(path, 2)) as connection:
        connection.execute("PRAGMA user_version = 0")
    monkeypatch.setattr(migrations, "_require_ours", overtaken)
    with pytest.raises(HistoryError, match="newer llm"):
        connect(path, 2)
    assert _version(path) == 99


@pytest.mark.parametrize("version", [0, 1 + LATEST, 99])
def test_a_database_of_another_program_is_an_error_and_stays_as_it_is(path: Path, version: int) -> None:
    with closing(sqlite3.connect(path, 2)) as connection:
        connection.execute("CREATE TABLE birds (name)")
        connection.execute(f"PRAGMA user_version = {version}")
    before = path.read_bytes()
    with pytest.raises(HistoryError, match="database of another program"):
        connect(path, 2)
    assert path.read_bytes() == before


def test_a_current_file_is_left_alone(path: Path) -> None:
    connect(path, 2).close()
    before = path.read_bytes()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection, path, 2)
    assert path.read_bytes() == before


def test_a_file_without_the_tokens_written_to_a_cache_gets_the_column(path: Path) -> None:
    """As one has that was made before there was one."""
    turn = done(running())
    with closing(SQLiteStore(path)) as store:
        store.add(turn)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("ALTER TABLE turn DROP COLUMN cache_write_tokens")
        connection.execute("PRAGMA user_version = 2")
        connection.commit()
    with closing(SQLiteStore(path)) as store:
        assert store.find_turn(turn.id).usage.cache_write is None
    assert _version(path) == LATEST
