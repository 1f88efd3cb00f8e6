"""Commands that are killed at any moment: what was asked, and all that was seen of an answer, is in the history."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from llm.testing import FaultyServer, Pause, Reply, Stall, chat_stream

from .command import LLM, connect, llm, user_dir, variables

FULL = os.environ.get("LLM_PROOF") == "full"
RUNS = 1000 if FULL else 24
AT_ONCE = 4
WORDS = ("pelican ", "größer ", "🦤", ' "quoted" ', "back\\slash ", "line\n", "\n\n", "tab\t", "\u2028", "{}, ")


@dataclass(frozen=True)
class Run:
    """One command: what it asked, what had come out of it when it ended, and whether it was killed."""

    prompt: str
    printed: bytes
    killed: bool


@pytest.mark.proof
@pytest.mark.timeout(1500)
def test_what_was_asked_and_what_was_seen_outlives_commands_that_are_killed(tmp_path: Path) -> None:
    """Every tenth one is left alone: that others are cleaned up after does it no harm."""
    chance = random.Random(4)
    answers = [_answer(chance) for _ in range(RUNS)]
    with FaultyServer(*[_reply(answer, chance) for answer in answers]) as server, ThreadPoolExecutor(AT_ONCE) as pool:
        connect(server.url, "local")
        seeds = [chance.random() for _ in range(RUNS)]
        runs = list(pool.map(_run, range(RUNS), seeds, [tmp_path / f"out{number}" for number in range(RUNS)]))
        asked = [exchange.json()["messages"][-1]["content"] for exchange in server.exchanges]
    assert llm("logs", "-n", "1", "--json").code == 0
    _check_database()
    kept = _kept()
    answered = dict(zip(asked, answers, strict=False))
    for run in runs:
        _check(run, kept, answered)
    statuses = Counter(status for status, _ in kept.values())
    assert set(statuses) == {"partial", "done"}
    cut = [answered[prompt] for prompt, (status, text) in kept.items() if status == "partial" and text]
    assert len(cut) >= RUNS / 8, "many were killed in the middle of an answer"
    assert any(run.printed == b"" for run in runs), "some were killed before the first byte"


def _answer(chance: random.Random) -> str:
    return "".join(chance.choice(WORDS) for _ in range(chance.randint(1, 60)))


def _reply(answer: str, chance: random.Random) -> Reply:
    """The answer in pieces: at once, slowly, or so that nothing more comes from some place on."""
    if chance.random() < 0.1:
        return Reply(before=[Stall()])
    steps: list[str | Pause | Stall] = []
    pause = chance.choice([0.0, 0.001, 0.005, 0.02])
    at = 0
    while at < len(answer):
        size = chance.randint(1, 30)
        steps += [answer[at : at + size], *([Pause(pause)] if pause else [])]
        at += size
    if chance.random() < 0.3:
        steps.insert(chance.randint(1, len(steps)), Stall())
    return chat_stream(*steps)


def _run(number: int, seed: float, out: Path) -> Run:
    chance = random.Random(seed)
    prompt = f"prompt {number}"
    with out.open("wb") as file:
        process = subprocess.Popen(
            [*LLM, "-m", "local/x", prompt],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.DEVNULL,
            env=variables({}),
        )
        killed = number % 10 != 9
        if killed:
            _wait(process, out, chance)
            process.kill()
        else:
            _wait_for_silence(process, out)
        killed = process.wait() < 0
    return Run(prompt, out.read_bytes(), killed)


def _wait(process: subprocess.Popen[bytes], out: Path, chance: random.Random) -> None:
    """Until a moment comes: some time after the start, or after something was printed."""
    if chance.random() < 0.3:
        time.sleep(chance.uniform(0.02, 0.8))
        return
    bytes, end = chance.choice([1, 1, 20, 100, 300]), time.monotonic() + 1.5
    while out.stat().st_size < bytes and time.monotonic() < end and process.poll() is None:
        time.sleep(0.002)
    time.sleep(chance.choice([0, 0, 0.002, 0.01, 0.05]))


def _wait_for_silence(process: subprocess.Popen[bytes], out: Path) -> None:
    """Until it ends; one whose answer stalls is killed after all."""
    size, since = -1, time.monotonic()
    while process.poll() is None:
        if out.stat().st_size != size:
            size, since = out.stat().st_size, time.monotonic()
        elif time.monotonic() - since > 3:
            process.kill()
        time.sleep(0.01)


def _check_database() -> None:
    with closing(sqlite3.connect(user_dir() / "history.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert llm("logs", "verify").code == 0
    assert list((user_dir() / "history-spool").iterdir()) == []


def _kept() -> dict[str, tuple[str, str]]:
    """Status and answer by prompt, as anybody would ask for them in SQL."""
    with closing(sqlite3.connect(user_dir() / "history.db")) as connection:
        rows = connection.execute("SELECT prompt, status, response FROM responses").fetchall()
    assert len(rows) == len({prompt for prompt, *_ in rows}), "no turn is there twice"
    return {prompt: (status, response) for prompt, status, response in rows}


def _check(run: Run, kept: dict[str, tuple[str, str]], answered: dict[str, str]) -> None:
    if run.prompt not in kept:
        assert run.prompt not in answered, f"{run.prompt} reached the server, and is lost"
        assert (run.printed, run.killed) == (b"", True), f"{run.prompt} is lost"
        return
    status, text = kept[run.prompt]
    answer = answered.get(run.prompt, "")
    assert answer.startswith(text), f"{run.prompt} was not answered like this"
    if status == "done":
        assert text == answer
        assert f"{text}\n".encode().startswith(run.printed)
    else:
        assert run.killed
        assert text.encode().startswith(run.printed), f"{run.prompt} lost what had been printed"
