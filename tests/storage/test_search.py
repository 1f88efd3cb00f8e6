"""Turns are found by what they are like, in an order that is always the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from llm._domain.message import tool_message, user
from llm._domain.part import ToolCallPart, ToolResultPart
from llm._domain.schema_dsl import schema_id
from llm._domain.turn import Turn
from llm._storage import ids, search
from llm._storage.database import connect
from llm._storage.ids import first_id
from llm._storage.query import TurnQuery
from llm._storage.sqlite import SQLiteStore
from llm._storage.turn_json import fragment_hash

from .turns import done, running

START = 1_800_000_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SQLiteStore]:
    store = SQLiteStore(tmp_path / "history.db")
    yield store
    store.close()


def keep(store: SQLiteStore, *texts: str, answer: str = "Percy", **fields: Any) -> list[Turn]:
    """Turns that were asked and answered, a second apart, later than those before."""
    turns = []
    for text in texts:
        count = len(store_ids(store))
        made = replace(running(text), id=f"{first_id(START + count)[:10]}{count:016d}", started=START + count)
        asked = {name: value for name, value in fields.items() if name not in ("parts", "status", "resolved_model")}
        turns.append(done(replace(made, **asked), answer, **{k: v for k, v in fields.items() if k not in asked}))
        store.add(turns[-1])
    return turns


def store_ids(store: SQLiteStore, query: TurnQuery | None = None) -> list[str]:
    return [found.turn.id for found in store.find(query or TurnQuery())]


def prompts(store: SQLiteStore, count: int | None = None, **fields: Any) -> list[str]:
    """What was asked in the turns that are found."""
    return [found.turn.prompt for found in store.find(TurnQuery(count, **fields))]


def test_the_newest_turns_are_found_oldest_first(store: SQLiteStore) -> None:
    keep(store, "one", "two", "three", "four")
    assert prompts(store) == ["one", "two", "three", "four"]
    assert prompts(store, 2) == ["three", "four"]
    assert prompts(store, 9) == ["one", "two", "three", "four"]


def test_turns_that_were_kept_late_stand_where_their_time_is(store: SQLiteStore) -> None:
    late = keep(store, "late")[0]
    early = done(replace(running("early"), id=first_id(START - 60)))
    store.add(early)
    assert store_ids(store) == [early.id, late.id]
    assert store_ids(store, TurnQuery(1)) == [late.id]


def test_turns_are_found_by_the_model_that_was_asked_or_answered(store: SQLiteStore) -> None:
    keep(store, "alias", model="latest", resolved_model="v1")
    keep(store, "other", model="other")
    keep(store, "direct", model="v1")
    assert prompts(store, model="latest") == ["alias"]
    assert prompts(store, model="v1") == ["alias", "direct"]
    assert prompts(store, model="none") == []


def test_turns_are_found_by_conversation_status_and_template(store: SQLiteStore) -> None:
    keep(store, "a", "b", conversation="c1", template="brief")
    keep(store, "c", conversation="c2", status="error")
    keep(store, "d", conversation="c1", status="cancelled")
    assert prompts(store, conversation="c1") == ["a", "b", "d"]
    assert prompts(store, 1, conversation="c1") == ["d"]
    assert prompts(store, conversation="none") == []
    assert prompts(store, statuses=("error", "cancelled")) == ["c", "d"]
    assert prompts(store, statuses=("done", "error")) == ["a", "b", "c"]
    assert prompts(store, template="brief") == ["a", "b"]
    assert prompts(store, template="brief", statuses=("error",)) == []


def test_turns_are_found_by_the_id_of_their_schema(store: SQLiteStore) -> None:
    schemas = [{"type": "object", "properties": {name: {"type": "string"}}} for name in ("a", "b")]
    keep(store, "none")
    keep(store, "a1", "a2", schema=schemas[0])
    keep(store, "b1", schema=schemas[1])
    assert prompts(store, schema=schema_id(schemas[0])) == ["a1", "a2"]
    assert prompts(store, schema=schema_id(schemas[1])) == ["b1"]
    assert prompts(store, schema="0" * 32) == []


def test_turns_are_found_by_their_fragments_all_of_them(store: SQLiteStore) -> None:
    keep(store, "A page\nfirst", fragments=("A page",))
    keep(store, "A page\nAnother\nsecond", fragments=("A page", "Another"))
    keep(store, "third", system="Another", system_fragments=("Another",))
    page, another = fragment_hash("A page"), fragment_hash("Another")
    assert [text.splitlines()[-1] for text in prompts(store, fragments=(page,))] == ["first", "second"]
    assert [text.splitlines()[-1] for text in prompts(store, fragments=(another,))] == ["second", "third"]
    assert [text.splitlines()[-1] for text in prompts(store, fragments=(page, another))] == ["second"]
    assert prompts(store, fragments=("no hash",)) == []


def test_turns_are_found_by_the_tools_that_took_part(store: SQLiteStore) -> None:
    keep(store, "none")
    keep(store, "call", parts=(ToolCallPart("add", {"a": 1}, "1"), ToolCallPart("take", {}, "2")))
    keep(store, "", input=(tool_message(ToolResultPart("add", "3", "1")), user("result")))
    assert prompts(store, tools=("add",)) == ["call", "result"]
    assert prompts(store, tools=("add", "take")) == ["call"]
    assert prompts(store, tools=("none",)) == []
    assert prompts(store, any_tool=True) == ["call", "result"]


def test_turns_are_found_by_time(store: SQLiteStore) -> None:
    keep(store, "0", "1", "2", "3")
    assert prompts(store, since=START + 1) == ["1", "2", "3"]
    assert prompts(store, until=START + 3) == ["0", "1", "2"]
    assert prompts(store, 1, since=START + 1, until=START + 3) == ["2"]
    assert prompts(store, since=-1.0, until=1e20) == ["0", "1", "2", "3"]


def test_turns_are_found_by_id_and_between_ids(store: SQLiteStore) -> None:
    turns = keep(store, "0", "1", "2")
    assert prompts(store, after_id=turns[0].id) == ["1", "2"]
    assert prompts(store, from_id=turns[1].id.upper()) == ["1", "2"]
    assert prompts(store, ids=(turns[2].id, turns[0].id, "none")) == ["0", "2"]
    assert prompts(store, ids=()) == []


def test_a_search_finds_words_of_prompt_and_answer_the_best_last(store: SQLiteStore) -> None:
    keep(store, "a pelican among many other words that have nothing to do with it")
    keep(store, "about pelican, pelican and pelican")
    keep(store, "what dives?", answer="The pelican does")
    keep(store, "something else")
    found = list(store.find(TurnQuery(search="pelican")))
    assert len(found) == 3
    assert found[-1].turn.prompt == "about pelican, pelican and pelican"
    assert [each.snippet is not None and "**pelican**" in each.snippet for each in found] == [True] * 3
    assert prompts(store, 1, search="pelican") == ["about pelican, pelican and pelican"]


def test_a_search_can_be_by_time(store: SQLiteStore) -> None:
    keep(store, "pelican pelican", "a pelican among others", "else")
    assert prompts(store, search="pelican", order="latest") == ["pelican pelican", "a pelican among others"]
    assert prompts(store, 1, search="pelican", order="latest") == ["a pelican among others"]


def test_a_search_is_narrowed_by_all_else(store: SQLiteStore) -> None:
    keep(store, "pelican one", model="a")
    keep(store, "pelican two", model="b", template="t")
    assert prompts(store, search="pelican", model="b") == ["pelican two"]
    assert prompts(store, search="pelican", model="a", template="t") == []
    assert prompts(store, search="pelican", since=START + 1, order="latest") == ["pelican two"]


def test_those_that_fit_alike_have_an_order(store: SQLiteStore) -> None:
    keep(store, *["the same words"] * 5)
    expected = store_ids(store)
    assert store_ids(store, TurnQuery(search="same")) == expected
    assert store_ids(store, TurnQuery(2, search="same")) == expected[-2:]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("pel*", ["a pelican"]),
        ('"the C++ way" OR pelican', ["a pelican", "it's the C++ way"]),
        ("prompt: pelican", ["a pelican"]),
        ("it's", ["it's the C++ way"]),
        ("C++ way", ["it's the C++ way"]),
        ("foo-bar", ["a foo-bar: yes"]),
        ("foo-bar: yes", ["a foo-bar: yes"]),
        ('a "quote', []),
        ("nosuch", []),
        ("AND", []),
        ("+++", []),
        ("", []),
        ("   ", []),
        ("pelican\0", ["a pelican"]),
        ("\ud800", []),
    ],
)
def test_a_search_is_a_query_of_fts5_or_else_words_as_they_stand(
    store: SQLiteStore, search: str, found: list[str]
) -> None:
    keep(store, "a pelican", "it's the C++ way", "a foo-bar: yes")
    assert sorted(prompts(store, search=search)) == sorted(found)


def test_names_with_half_characters_fit_nothing_and_fail_nowhere(store: SQLiteStore) -> None:
    keep(store, "one", model="m\ud800")
    assert prompts(store, model="m\ud800") == ["one"]
    assert prompts(store, template="\ud800", tools=("\ud800",), after_id="\ud800") == []


def test_a_filter_that_many_turns_fit_finds_the_same(store: SQLiteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest turns are looked through then, in place of those that fit."""
    keep(store, "0", "1", "2", "3", template="t", model="m")
    keep(store, "4", model="n")
    for few in (1, 1000):
        monkeypatch.setattr(search, "_FEW", few)
        assert prompts(store, 2, template="t") == ["2", "3"]
        assert prompts(store, 2, template="t", model="m", until=START + 3) == ["1", "2"]
        assert prompts(store, 2, model="n", statuses=("done",)) == ["4"]


def test_the_newest_turns_are_read_without_looking_at_others(store: SQLiteStore) -> None:
    queries = [TurnQuery(3), TurnQuery(3, statuses=("done",)), TurnQuery(3, since=START)]
    queries += [TurnQuery(3, conversation="first"), TurnQuery(3, schema="0" * 32), TurnQuery(3, tools=("add",))]
    keep(store, "one", "1", "2", "3", "4", conversation="first", parts=(ToolCallPart("add"),))
    few = [_steps(store, query) for query in queries]
    keep(store, *map(str, range(200)))
    many = [_steps(store, query) for query in queries]
    assert [query for query, a, b in zip(queries, few, many, strict=True) if b > 1.2 * a] == []


def _steps(store: SQLiteStore, query: TurnQuery) -> int:
    """How many instructions SQLite takes for what is found."""
    connection, steps = connect(store.path, 1), 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    connection.set_progress_handler(count, 1)
    list(search.find(connection, query))
    connection.close()
    return steps


def test_what_is_found_is_of_one_moment(store: SQLiteStore) -> None:
    """Turns that are added while somebody reads are not among what they read, and are not held up."""
    keep(store, "0", "1")
    found = store.find(TurnQuery())
    first = next(found)
    keep(store, "2")
    assert [first.turn.prompt, *(each.turn.prompt for each in found)] == ["0", "1"]


def test_the_first_id_of_a_time_stands_between_those_before_and_after() -> None:
    assert ids.new_id(START - 0.001) < first_id(START) <= ids.new_id(START)
    assert first_id(-5) == "0" * 26
    assert first_id(1e30)[:10] == "7zzzzzzzzz"


def test_half_a_character_beside_a_hit_does_not_hide_it(store: SQLiteStore) -> None:
    """Any byte on a command line that is no UTF-8 is one."""
    store.add(done(running("caf\udce9 gannet")))
    (hit,) = store.find(TurnQuery(search="gannet"))
    assert "**gannet**" in (hit.snippet or "")
