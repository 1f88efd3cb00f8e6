"""What was consumed is added up honestly: a sum with a part that nobody knows says so."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from llm._api.usage_report import UsageLine, total, usage_report
from llm._storage.query import UsageRow

GPT = "openai/gpt-4o"  # $2.50 and $10 per million tokens, $1.25 of the cache


def row(day: str = "2026-11-01", **fields: Any) -> UsageRow:
    given = {"model": "gpt", "template": None, "price_key": GPT, "turns": 1, "input": 1000, "output": 100, "cached": 0}
    return UsageRow(day, **{**given, **fields})


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def test_nothing_comes_of_nothing() -> None:
    assert usage_report([]) == []
    assert total([]) == UsageLine(None)


def test_rows_of_a_day_are_one_line_and_days_are_in_order() -> None:
    rows = [row("2026-11-02"), row("2026-11-01", turns=2, cached=400), row("2026-11-02", model="other", input=7)]
    first, second = usage_report(rows)
    assert (first.name, first.turns, first.input, first.output, first.cached) == ("2026-11-01", 2, 1000, 100, 400)
    assert (second.name, second.turns, second.input, second.output) == ("2026-11-02", 2, 1007, 200)
    assert first.cost == pytest.approx((600 * 2.5 + 400 * 1.25 + 100 * 10) / 1e6)


def test_models_and_templates_come_with_the_one_that_took_most_first() -> None:
    rows = [row(template="a"), row(model="big", input=9000), row("2026-11-02", template="a")]
    assert [(line.name, line.turns) for line in usage_report(rows, "model")] == [("big", 1), ("gpt", 2)]
    assert [(line.name, line.turns) for line in usage_report(rows, "template")] == [(None, 1), ("a", 2)]


def test_a_sum_of_which_a_part_has_no_price_is_not_known() -> None:
    known, unknown = row(), row(price_key=None, turns=3)
    (line,) = usage_report([known, unknown])
    assert (line.cost, line.without_price, line.turns) == (None, 3, 4)
    assert line.known_cost == usage_report([known])[0].cost == pytest.approx(0.0035)


def test_what_is_known_in_one_line_is_unknown_in_the_total_alone() -> None:
    lines = usage_report([row(), row(model="local", price_key=None), row(model="odd", price_key="openai/odd")], "model")
    assert {line.name: line.cost is None for line in lines} == {"gpt": False, "local": True, "odd": True}
    assert (total(lines).cost, total(lines).without_price, total(lines).turns) == (None, 2, 3)


def test_each_day_has_its_prices() -> None:
    """o3 cost a fifth from June 2025 on."""
    before, after = usage_report([row("2025-06-01", price_key="openai/o3"), row("2025-07-01", price_key="openai/o3")])
    assert before.cost is not None
    assert after.cost is not None
    assert before.cost == pytest.approx(5 * after.cost)


def test_many_turns_are_not_priced_as_one_long_prompt() -> None:
    """Gemini 2.5 Pro is dearer beyond 200,000 tokens, of a single prompt."""
    key = "google/gemini-2.5-pro"
    (many,) = usage_report([row(price_key=key, turns=100, input=1_000_000, output=0)])
    (few,) = usage_report([row(price_key=key, turns=1, input=10_000, output=0)])
    assert many.cost == pytest.approx(100 * few.known_cost)


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        (None, None, "1234"), ("2026-11-02", None, "234"), (None, "2026-11-03", "12"),
        ("2026-11-02", "2026-11-03", "2"), ("2026-11-02T23:59:59", "2026-11-03T00:00:01", "23"),
        ("2026-11-05", None, ""),
    ],
)  # fmt: skip
def test_a_day_counts_where_any_of_it_is_in_the_time(since: str | None, until: str | None, days: str) -> None:
    rows = [row(f"2026-11-0{day}") for day in (1, 2, 3, 4)]
    lines = usage_report(rows, "day", since and at(since), until and at(until))  # type: ignore[arg-type]
    assert "".join(str(line.name)[-1] for line in lines) == days


def test_a_line_is_json_in_which_an_unknown_cost_is_null() -> None:
    (line,) = usage_report([row(price_key=None, template="t")], "template")
    assert line.to_dict() == {
        "name": "t", "turns": 1, "input": 1000, "output": 100, "cached": 0, "cache_write": 0, "cost": None,
        "known_cost": 0.0, "without_price": 1,
    }  # fmt: skip
