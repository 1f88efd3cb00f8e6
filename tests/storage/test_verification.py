"""Whatever is changed in a history behind its back is found."""

from __future__ import annotations

import re
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from llm._storage.query import Damage
from llm._storage.sqlite import SQLiteStore

from .talk import Talk
from .turns import done, everything, running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SQLiteStore]:
    """A history of every kind of turn."""
    with closing(SQLiteStore(tmp_path / "history.db")) as store:
        turn, before = everything()
        store.add(turn, before)
        talk = Talk(store)
        talk.say("first pelican", "one", fragments=("first pelican",))
        talk.say("second gull", "two")
        talk.say("failed", None)
        store.begin(running("still runs"))
        assert talk.head is not None
        store.name(store.fork(talk.head), "fork")
        yield store


def damaged(store: SQLiteStore, *statements: str) -> list[Damage]:
    store.close()
    with closing(sqlite3.connect(store.path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)
    return list(store.verify())


def test_a_history_as_it_was_written_is_whole(store: SQLiteStore) -> None:
    assert list(store.verify()) == []


def test_a_history_that_does_not_exist_is_whole_and_is_not_made(tmp_path: Path) -> None:
    assert list(SQLiteStore(tmp_path / "none.db").verify()) == []
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize(
    ("statement", "where", "what"),
    [
        ("UPDATE message SET parts = replace(parts, 'gull', 'dull')", "message ", "hash"),
        ("UPDATE message SET metadata = '{}' WHERE metadata IS NOT NULL", "message ", "hash"),
        ("UPDATE message SET parent = 1 WHERE parent = 6", "message ", "hash"),
        ("UPDATE message SET role = 'system' WHERE key = 3", "message ", "hash"),
        ("UPDATE message SET parts = '[' WHERE key = 1", "message ", "hash"),
        ("UPDATE message SET parent = 99 WHERE key = 2", "message 2", "not there"),
        ("UPDATE content SET content = 'other' WHERE content = 'first pelican'", "content ", "hash"),
        ("DELETE FROM content WHERE typeof(content) = 'blob'", "message_content", "not there"),
        ("DELETE FROM message_content", "message ", "not noted"),
        ("UPDATE turn SET options = '{' WHERE options IS NOT NULL", "turn ", "cannot|Expecting"),
        ("UPDATE turn SET raw = x'00' WHERE raw IS NOT NULL", "turn ", "payload"),
        ("UPDATE turn SET inputs = 9 WHERE key = 2", "turn ", "fewer messages"),
        ("UPDATE turn SET conversation = 99 WHERE key = 2", "turn 2", "not there"),
        ("UPDATE conversation SET head = 99 WHERE name = 'fork'", "conversation ", "not there"),
        ("UPDATE conversation SET head = 1 WHERE answered IS NOT NULL", "conversation ", "last answer"),
        ("INSERT INTO turn_search(turn_search) VALUES ('delete-all')", "turn ", "full-text index"),
        ("INSERT INTO turn_search(rowid, prompt) VALUES (99, 'x')", "turn 99", "full-text index"),
        ("DELETE FROM turn_search_data WHERE id > 100", "full-text index", "damaged"),
    ],
)
def test_damage_is_found_and_said(store: SQLiteStore, statement: str, where: str, what: str) -> None:
    found = damaged(store, statement)
    assert [damage for damage in found if damage.where.startswith(where) and re.search(what, damage.what)], found


def test_a_payload_that_refers_to_a_part_that_is_not_there_is_found(store: SQLiteStore) -> None:
    raw = zlib.compress(b'{"$part":7}').hex()
    found = damaged(store, f"UPDATE turn SET raw = x'{raw}' WHERE raw IS NOT NULL")
    assert [damage.where[:5] for damage in found] == ["turn "]


def test_a_page_that_was_overwritten_is_found(store: SQLiteStore) -> None:
    for number in range(50):
        Talk(store).say(f"question {number}", f"answer {number} " * 100)
    store.vacuum()
    store.close()
    data = bytearray(store.path.read_bytes())
    middle = len(data) // 8192 * 4096
    data[middle : middle + 4096] = bytes(byte ^ 0x55 for byte in data[middle : middle + 4096])
    store.path.write_bytes(data)
    assert list(store.verify())


def test_looking_changes_nothing(store: SQLiteStore) -> None:
    store.close()
    before = store.path.read_bytes()
    assert list(store.verify()) == []
    assert store.path.read_bytes() == before


def test_others_may_write_while_it_looks(store: SQLiteStore) -> None:
    checking = store.verify()
    turn = running("meanwhile")
    with closing(SQLiteStore(store.path)) as other:
        found = next(checking, None)
        other.begin(turn)
        other.finish(done(turn))
    assert found is None
