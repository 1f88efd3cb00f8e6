"""Old turns are deleted as far as nothing that stays carries their text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from llm._storage.query import Removed
from llm._storage.sqlite import SQLiteStore

from .talk import Talk, unreferenced
from .turns import kept, running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SQLiteStore]:
    with closing(SQLiteStore(tmp_path / "history.db")) as store:
        yield store
        assert list(store.verify()) == []
        assert unreferenced(store.path) == []


def prompts(store: SQLiteStore) -> list[str]:
    return [turn.prompt for turn in kept(store)]


def aged(store: SQLiteStore, *days: int) -> None:
    """Turns of these days, each in a conversation of its own."""
    for day in days:
        Talk(store).say(f"day {day}", started=day * 86400.0)


@pytest.mark.parametrize(
    ("limits", "left"),
    [
        ({"before": 3 * 86400.0}, ["day 3", "day 4"]),
        ({"keep": 1}, ["day 4"]),
        ({"keep": 0}, []),
        ({"keep": 9}, ["day 1", "day 2", "day 3", "day 4"]),
        ({"before": 99 * 86400.0, "keep": 3}, ["day 2", "day 3", "day 4"]),
        ({"before": 0.0, "keep": 1}, ["day 1", "day 2", "day 3", "day 4"]),
        ({"max_size": 0}, []),
        ({"max_size": 0, "keep": 2}, ["day 3", "day 4"]),
        ({"max_size": 1 << 40, "keep": 2}, ["day 1", "day 2", "day 3", "day 4"]),
        ({}, ["day 1", "day 2", "day 3", "day 4"]),
    ],
)
def test_the_oldest_turns_go(store: SQLiteStore, limits: dict[str, Any], left: list[str]) -> None:
    aged(store, 1, 2, 3, 4)
    told = store.prune(**limits, dry_run=True)
    assert prompts(store) == ["day 1", "day 2", "day 3", "day 4"]
    assert store.prune(**limits) == told
    assert prompts(store) == left
    assert len(told.turns) == 4 - len(left)


def test_a_conversation_that_goes_on_is_kept_whole(store: SQLiteStore) -> None:
    talk, over = Talk(store), Talk(store)
    talk.say("old", started=1.0)
    over.say("over", started=1.0)
    over.say("and out", started=2.0)
    talk.say("new", started=9.0)
    assert len(store.prune(before=5.0).turns) == 2
    assert prompts(store) == ["old", "new"]


def test_of_a_forked_conversation_what_nobody_carries_goes(store: SQLiteStore) -> None:
    talk = Talk(store)
    talk.say("root", started=1.0)
    fork = Talk(store, after=talk.head)
    talk.say("left", started=2.0)
    fork.say("right", started=9.0)
    store.prune(before=5.0)
    assert prompts(store) == ["root", "right"]


def test_a_turn_that_runs_stays(store: SQLiteStore) -> None:
    store.begin(running("runs", started=1.0))
    aged(store, 1)
    store.prune(keep=0)
    assert prompts(store) == ["runs"]


def test_no_more_than_needed_goes_to_make_the_rest_fit(store: SQLiteStore) -> None:
    for number in range(200):
        Talk(store).say(f"{number}", "".join(chr(0x4E00 + (number * 997 + i * 31) % 20000) for i in range(2000)))
    store.vacuum()
    size = store.size()
    removed = store.prune(max_size=size // 2)
    store.vacuum()
    assert size * 0.35 < store.size() <= size // 2
    assert prompts(store) == [str(number) for number in range(len(removed.turns), 200)]


def test_nothing_is_pruned_from_a_history_without_turns(store: SQLiteStore) -> None:
    assert store.prune(keep=0, max_size=0, before=9e9) == Removed()
