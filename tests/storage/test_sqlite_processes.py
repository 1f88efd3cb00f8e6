"""Many processes, and processes that die, at one history."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from llm._storage.sqlite import SQLiteStore
from llm.errors import HistoryError

from .turns import done, kept, running

_HEAD = """
import sys, pathlib
from dataclasses import replace
from llm._domain.message import user
from llm._domain.part import TextPart
from llm._domain.turn import Turn
from llm._storage import new_id
from llm._storage.sqlite import SQLiteStore

store = SQLiteStore(pathlib.Path(sys.argv[1]))
def turn(prompt):
    return Turn(new_id(), new_id(), model="m", input=(user(prompt),))
print("ready", flush=True)
sys.stdin.readline()
"""
_ASK = """
for number in range(int(sys.argv[2])):
    asked = turn(f"{sys.argv[3]}.{number}")
    store.begin(asked)
    store.finish(replace(asked, status="done", parts=(TextPart("yes"),)))
store.close()
print("done", flush=True)
"""
_BEGIN_AND_STALL = """
store.begin(turn("never answered"))
print("begun", flush=True)
sys.stdin.readline()
"""
_ASK_FOR_EVER = """
for number in range(10**9):
    asked = turn(str(number))
    store.begin(asked)
    print(asked.id, flush=True)
    store.finish(replace(asked, status="done"))
"""
_HOLD_THE_LOCK = """
with store._lock:
    connection = store._open()
    connection.execute("BEGIN IMMEDIATE")
    print("held", flush=True)
    sys.stdin.readline()
    connection.execute("ROLLBACK")
store.close()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


class _Processes:
    """Processes that were started here, each waiting for the word to go."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.all: list[subprocess.Popen[str]] = []

    def start(self, code: str, *args: object) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", _HEAD + code, str(self.path), *map(str, args)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.all.append(process)
        return process

    def go(self) -> None:
        """Let all of them go, once every one is ready."""
        for process in self.all:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
        for process in self.all:
            self.tell(process)

    @staticmethod
    def tell(process: subprocess.Popen[str]) -> None:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()


@pytest.fixture
def processes(path: Path) -> Iterator[_Processes]:
    started = _Processes(path)
    yield started
    for process in started.all:
        process.kill()
        process.communicate()


def _integrity(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return str(connection.execute("PRAGMA integrity_check").fetchone()[0])


@pytest.mark.parametrize("state", ["missing", "empty"])
def test_sixteen_processes_that_start_at_once_lose_no_turn(path: Path, processes: _Processes, state: str) -> None:
    if state == "empty":
        path.touch()
    for number in range(16):
        processes.start(_ASK, 5, number)
    processes.go()
    results = [process.communicate(timeout=60) for process in processes.all]
    assert results == [("done\n", "")] * 16
    with closing(SQLiteStore(path)) as store:
        turns = kept(store)
    assert sorted(turn.prompt for turn in turns) == sorted(
        f"{who}.{number}" for who in range(16) for number in range(5)
    )
    assert {turn.status for turn in turns} == {"done"}
    assert _integrity(path) == "ok"
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_process_killed_before_its_turn_ended_leaves_it_running(path: Path, processes: _Processes) -> None:
    process = processes.start(_BEGIN_AND_STALL)
    processes.go()
    assert process.stdout
    assert process.stdout.readline() == "begun\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    with closing(SQLiteStore(path)) as store:
        assert [(turn.prompt, turn.status) for turn in kept(store)] == [("never answered", "running")]
    assert _integrity(path) == "ok"


def test_a_process_killed_while_it_writes_loses_no_turn_that_it_had_begun(path: Path, processes: _Processes) -> None:
    process = processes.start(_ASK_FOR_EVER)
    processes.go()
    assert process.stdout
    begun = [process.stdout.readline().strip() for _ in range(50)]
    process.send_signal(signal.SIGKILL)
    begun += [line.strip() for line in process.stdout if line.endswith("\n")]
    process.wait()
    with closing(SQLiteStore(path)) as store:
        statuses = {turn.id: turn.status for turn in kept(store)}
    assert set(begun) <= set(statuses)
    assert all(statuses[name] == "done" for name in begun[:-1])
    assert _integrity(path) == "ok"


def test_a_prompt_waits_for_a_lock_that_another_process_lets_go(path: Path, processes: _Processes) -> None:
    holder = processes.start(_HOLD_THE_LOCK)
    processes.go()
    assert holder.stdout
    assert holder.stdout.readline() == "held\n"
    asker = processes.start(_ASK, 1, "patient")
    assert asker.stdout
    assert asker.stdout.readline() == "ready\n"
    processes.tell(asker)
    with pytest.raises(subprocess.TimeoutExpired):
        asker.wait(timeout=0.3)
    processes.tell(holder)
    assert asker.communicate(timeout=30) == ("done\n", "")
    with closing(SQLiteStore(path)) as store:
        assert [turn.prompt for turn in kept(store)] == ["patient.0"]


def test_a_lock_that_is_not_let_go_is_an_error_after_two_seconds(path: Path, processes: _Processes) -> None:
    with closing(SQLiteStore(path)) as store:
        store.begin(earlier := running())
    holder = processes.start(_HOLD_THE_LOCK)
    processes.go()
    assert holder.stdout
    assert holder.stdout.readline() == "held\n"
    with closing(SQLiteStore(path)) as store:
        started = time.monotonic()
        with pytest.raises(HistoryError, match="another process holds its lock") as caught:
            store.begin(turn := running())
        waited = time.monotonic() - started
        assert 1.5 < waited < 5
        assert "Try again" in str(caught.value.hint)
        assert kept(store) == [earlier], "a held write lock does not keep anybody from reading"
        processes.tell(holder)
        holder.wait(timeout=30)
        assert store.add(done(turn))
        assert kept(store) == [earlier, done(turn)]
