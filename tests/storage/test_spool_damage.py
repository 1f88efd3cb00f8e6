"""Files in the spool that make no sense, as a power cut or a program of another version may leave them."""

from __future__ import annotations

from pathlib import Path

import pytest

from llm._storage.journal import Journal
from llm._storage.spool import Spool
from llm._storage.sqlite import SQLiteStore
from llm.errors import HistoryError

from .turns import done, running

DAMAGED = "01k0000000000000000000000b"  # older than any other, so that it comes first
EVENTS = [b"{}", b"[]", b"null", b"5", b"\x00" * 512, b"\xff\xfe", b"[" * 100_000, b'{"asked":{}}', b'{"ended":5}']
EVENTS += [b'{"asked":null,"before":[],"terminal":null}', b'{"event":["a"]}', b'{"event":"text"}', b'{"event":"zz"}']


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    told: list[HistoryError] = []
    return Journal(SQLiteStore(tmp_path / "history.db"), Spool(tmp_path / "history-spool"), told.append)


def leave(journal: Journal, data: bytes) -> Path:
    """A file whose process is gone."""
    journal.spool.directory.mkdir(exist_ok=True)
    path = journal.spool.directory / f"{DAMAGED}.jsonl"
    path.write_bytes(data)
    return path


def waiting_turn(journal: Journal) -> bytes:
    """What the file of a whole turn has, which the store did not take."""
    turn, path = running(), journal.store.path  # type: ignore[attr-defined]
    path.mkdir()
    entry = journal.open(turn)
    entry.begin()
    entry.finish(done(turn))
    path.rmdir()
    (file,) = journal.spool.paths()
    data = file.read_bytes()
    file.unlink()
    return data


@pytest.mark.parametrize("line", EVENTS, ids=[str(line[:30]) for line in EVENTS])
def test_a_line_that_makes_no_sense_hides_none_of_the_others(journal: Journal, line: bytes) -> None:
    leave(journal, b'"Hel"\n' + line + b'\n"lo"\n"cut of')
    assert journal.recover() == 1
    turn = journal.store.find_turn(DAMAGED)
    assert (turn.status, turn.text) == ("partial", "Hello")
    assert journal.spool.paths() == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"model":"test/one"', b'"model":5'),
        (b'"model":"test/one"', b'"model":null'),
        (b'"terminal":null', b'"terminal":5'),
        (b'"started":1800000000.125', b'"started":[]'),
        (b'"duration_ms":12', b'"duration_ms":99999999999999999999'),
    ],
)
def test_a_turn_that_cannot_be_kept_waits_on_and_is_in_the_way_of_no_other(
    journal: Journal, old: bytes, new: bytes
) -> None:
    """It is told, with the file's name, and the others are in the history."""
    data = waiting_turn(journal)
    assert old in data
    other = running("another")
    path = leave(journal, data.replace(old, new).replace(b'"id":"', b'"id":"x'))
    entry = journal.open(other)
    entry.begin()
    assert entry._file is not None
    entry._file.release()  # as the system does it when the process is gone
    with pytest.raises(HistoryError):
        journal.recover()
    assert journal.spool.paths() == [path]
    assert journal.store.find_turn(other.id).status == "partial"


def test_what_is_no_text_where_text_should_be_is_told_with_the_file_s_name(journal: Journal) -> None:
    path = leave(journal, b'{"event":"text","text":5}\n')
    with pytest.raises(HistoryError, match="cannot be added to the history") as caught:
        journal.recover()
    assert str(path) in str(caught.value)
    assert caught.value.hint == "Move that file away"
    assert path.exists()
