"""Turns and tokens are added up by day, model, template and price key."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from llm._storage.query import UsageRow
from llm._storage.schema import TABLES
from llm._storage.usage_rows import usage

KEY = "openai/gpt-4o"


class Turns:
    """A history of turns of which only what was consumed matters."""

    def __init__(self) -> None:
        self.connection = sqlite3.connect(":memory:")
        self.connection.row_factory = sqlite3.Row
        self.connection.executescript(TABLES)
        self.connection.execute("INSERT INTO conversation(id, last) VALUES ('c', 't')")

    def add(
        self, started: str = "2027-01-31T12:00:00", *, model: str = "m", template: str | None = None,
        price_key: str | None = KEY, tokens: tuple[int | None, int | None, int | None] = (100, 10, None),
        status: str = "done",
    ) -> None:  # fmt: skip
        seconds = datetime.fromisoformat(started).replace(tzinfo=UTC).timestamp()
        self.connection.execute(
            "INSERT INTO turn(id, conversation, started, status, model, inputs, template, price_key, input_tokens, "
            "output_tokens, cached_tokens) VALUES (lower(hex(randomblob(13))), 1, ?, ?, ?, 1, ?, ?, ?, ?, ?)",
            (seconds, status, model, template, price_key, *tokens),
        )

    def rows(self) -> list[UsageRow]:
        return usage(self.connection)


@pytest.fixture
def turns() -> Iterator[Turns]:
    made = Turns()
    yield made
    made.connection.close()


def test_an_empty_history_has_no_rows(turns: Turns) -> None:
    assert turns.rows() == []


def test_turns_that_are_alike_are_one_row(turns: Turns) -> None:
    turns.add(tokens=(100, 10, 60))
    turns.add(tokens=(1, 2, None), status="partial")
    assert turns.rows() == [UsageRow("2027-01-31", "m", None, KEY, 2, 101, 12, 60)]


def test_a_day_is_one_of_utc(turns: Turns) -> None:
    turns.add("2027-01-31T23:59:59.999")
    turns.add("2027-02-01T00:00:00")
    assert [(row.day, row.turns) for row in turns.rows()] == [("2027-01-31", 1), ("2027-02-01", 1)]


def test_what_differs_in_model_template_or_price_key_is_apart(turns: Turns) -> None:
    for fields in ({}, {"model": "n"}, {"template": "t"}, {"template": ""}, {"price_key": None}, {"price_key": "x/y"}):
        turns.add(**fields)
        turns.add(**fields)
    rows = turns.rows()
    assert {row.turns for row in rows} == {2}
    assert len({(row.model, row.template, row.price_key) for row in rows}) == 6


@pytest.mark.parametrize("tokens", [(None, None, None), (5, None, None), (None, 5, None)])
def test_a_turn_whose_tokens_nobody_counted_has_no_price(
    turns: Turns, tokens: tuple[int | None, int | None, int | None]
) -> None:
    """It is not added to those that have one, or it would seem to cost nothing."""
    turns.add(tokens=tokens, status="error")
    turns.add(tokens=(7, 3, 0))
    known = UsageRow("2027-01-31", "m", None, KEY, 1, 7, 3, 0)
    assert turns.rows() == [UsageRow("2027-01-31", "m", None, None, 1, tokens[0] or 0, tokens[1] or 0, 0), known]


def test_long_prompts_are_apart_from_short_ones(turns: Turns) -> None:
    """They may have another price per token, which depends on the length of each prompt and not on their sum."""
    for tokens in (150_000, 190_000, 200_000, 200_001, 250_000):
        turns.add(tokens=(tokens, 1, None))
    assert sorted((row.turns, row.input) for row in turns.rows()) == [(1, 200_000), (2, 340_000), (2, 450_001)]


def test_more_from_the_cache_than_there_was_is_cut(turns: Turns) -> None:
    turns.add(tokens=(10, 0, 50))
    turns.add(tokens=(10, 0, 5))
    assert [row.cached for row in turns.rows()] == [15]


def test_absurd_counts_do_not_break_the_sum(turns: Turns) -> None:
    """A server may say anything that fits into 64 bits."""
    for _ in range(3):
        turns.add(tokens=(2**63 - 1, 2**63 - 1, 2**63 - 1))
    assert [(row.turns, row.input > 2**62) for row in turns.rows()] == [(3, True)]
