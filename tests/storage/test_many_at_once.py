"""
Many processes and threads that keep turns in one history at the same moment: none fails, and no turn is lost.

`make proof` starts 64 processes and lets them write for a minute.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from llm._storage.history import open_history, open_journal
from llm.errors import HistoryError

from .turns import done, kept, running

FULL = os.environ.get("LLM_PROOF") == "full"
PROCESSES = 64 if FULL else 12
SECONDS = 60 if FULL else 2
THREADS = 32

_WRITE = """
import sys, time
from dataclasses import replace
from pathlib import Path
from llm._domain.message import user
from llm._domain.part import TextPart
from llm._domain.turn import Turn
from llm._storage import new_id
from llm._storage.history import open_history, open_journal

path, who, seconds = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
store = open_history(path)
waiting = []
journal = open_journal(path, store, waiting.append)
print("ready", flush=True)
sys.stdin.readline()
until, number = time.monotonic() + seconds, 0
while True:
    turn = Turn(new_id(), new_id(), model="m", input=(user(f"{who}.{number}"),), started=time.time())
    entry = journal.open(turn)
    entry.begin()
    entry.finish(replace(turn, status="done", parts=(TextPart(f"answer {who}.{number}"),)))
    number += 1
    if time.monotonic() > until:
        break
store.close()
print(number, len(waiting), flush=True)
"""
_VACUUM = """
import sys
from pathlib import Path
from llm._storage.history import open_history
store = open_history(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for _ in range(int(sys.argv[2])):
    store.vacuum()
    store.redact(lambda text: text.replace("answer", "Answer"))
    store.redact(lambda text: text.replace("Answer", "answer"))
print("done", flush=True)
"""


def _start(code: str, path: Path, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, str(path), *map(str, arguments)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def _go(processes: list[subprocess.Popen[str]]) -> list[tuple[str, str]]:
    """Let all of them go at once; what each printed."""
    try:
        for process in processes:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin
            process.stdin.write("\n")
            process.stdin.flush()
        return [process.communicate(timeout=SECONDS + 240) for process in processes]
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def _recovered(path: Path) -> list[str]:
    """The prompts of the turns that are in the history once what waited has been added; all are whole."""
    store = open_history(path)
    with closing(store):
        open_journal(path, store, lambda error: None).recover(patient=True)
        turns = kept(store)
        assert {turn.status for turn in turns} == {"done"}
        assert all(turn.text == f"answer {turn.prompt}" for turn in turns)
        assert list(store.verify()) == []
    assert not list(path.with_name("history-spool").iterdir())
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    return sorted(turn.prompt for turn in turns)


def _written(results: list[tuple[str, str]]) -> list[str]:
    """The prompts that the processes say they have kept."""
    assert [error for _, error in results if error] == []
    counts = [int(output.split()[0]) for output, _ in results]
    return sorted(f"{who}.{number}" for who, count in enumerate(counts) for number in range(count))


@pytest.mark.proof
@pytest.mark.timeout(400)
def test_processes_that_start_at_once_on_a_history_that_does_not_exist_lose_no_turn(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    results = _go([_start(_WRITE, path, who, 0) for who in range(PROCESSES)])
    written = _written(results)
    assert len(written) == PROCESSES
    assert _recovered(path) == written


@pytest.mark.proof
@pytest.mark.timeout(400)
def test_processes_that_write_at_once_lose_no_turn(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    written = _written(_go([_start(_WRITE, path, who, SECONDS) for who in range(PROCESSES)]))
    assert len(written) > PROCESSES
    assert _recovered(path) == written


def test_threads_that_write_at_once_lose_no_turn(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    store, complaints = open_history(path), list[HistoryError]()
    journal = open_journal(path, store, complaints.append)
    gate = threading.Barrier(THREADS)

    def write(who: int) -> None:
        gate.wait()
        for number in range(10):
            turn = running(f"{who}.{number}")
            entry = journal.open(turn)
            entry.begin()
            entry.finish(done(turn, f"answer {who}.{number}"))

    threads = [threading.Thread(target=write, args=(who,)) for who in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.close()
    assert complaints == []
    assert _recovered(path) == sorted(f"{who}.{number}" for who in range(THREADS) for number in range(10))


@pytest.mark.timeout(200)
def test_a_prompt_is_not_held_up_by_a_vacuum_or_a_redaction(tmp_path: Path) -> None:
    """It waits its two seconds at most, and is in the history in the end."""
    path = tmp_path / "history.db"
    store = open_history(path)
    with closing(store):
        for number in range(300):
            store.add(done(running(f"old.{number}"), f"answer old.{number}"))
    vacuum = _start(_VACUUM, path, 3)
    assert vacuum.stdout
    assert vacuum.stdin
    assert vacuum.stdout.readline() == "ready\n"
    vacuum.stdin.write("\n")
    vacuum.stdin.flush()
    longest, number = 0.0, 0
    journal = open_journal(path, store, lambda error: None)
    while vacuum.poll() is None:
        turn = running(f"new.{number}")
        started = time.monotonic()
        entry = journal.open(turn)
        entry.begin()
        longest = max(longest, time.monotonic() - started)
        entry.finish(done(turn, f"answer new.{number}"))
        number += 1
        time.sleep(0.05)
    output, error = vacuum.communicate()
    store.close()
    assert (output, error) == ("done\n", "")
    assert number
    assert longest < 4, "two seconds, and what a busy machine adds"
    assert len(_recovered(path)) == 300 + number


def test_a_process_that_is_killed_leaves_its_turn_as_partial_with_what_had_arrived(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    code = _WRITE.replace('entry.begin()\n', 'entry.begin()\n    from llm._domain.event import TextDelta\n'
                          '    [entry.append(TextDelta(word)) for word in ("so ", "far\\n")]\n'
                          '    print("arrived", flush=True)\n    time.sleep(60)\n')  # fmt: skip
    process = _start(code, path, "killed", 0)
    assert process.stdout
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()
    assert [process.stdout.readline() for _ in range(2)] == ["ready\n", "arrived\n"]
    store = open_history(path)
    journal = open_journal(path, store, lambda error: None)
    assert journal.recover() == 0, "its process lives"
    assert [(turn.status, turn.text) for turn in kept(store)] == [("running", "")]
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert journal.recover() == 1
    assert [(turn.prompt, turn.status, turn.text) for turn in kept(store)] == [("killed.0", "partial", "so far\n")]
    assert journal.recover() == 0
    store.close()
