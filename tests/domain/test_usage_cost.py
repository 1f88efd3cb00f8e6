"""What usage costs when it is read, and what the usage of two answers comes to."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from datetime import UTC, datetime

import pytest

import llm
from llm._domain.dollars import dollars
from llm._domain.event import UsageEvent
from llm._domain.event_json import event_from_line, event_to_line
from llm._domain.price import cost, estimate
from llm._domain.turn import Turn
from llm._domain.usage import KEPT, Usage
from llm._storage.turn_value import turn_from_value, turn_to_value

NOW = datetime(2026, 11, 20, tzinfo=UTC).timestamp()
SONNET = "anthropic/claude-sonnet-4-5"


def test_the_cost_is_what_the_tokens_cost_at_that_time() -> None:
    """GPT-4o: $2.50 and $10 per million tokens."""
    usage = llm.Usage(100_000, 10_000, price_key="openai/gpt-4o", when=NOW)
    assert usage.cost == pytest.approx(0.35)


@pytest.mark.parametrize(
    "usage",
    [
        Usage(5, 5),
        Usage(5, 5, when=NOW),
        Usage(5, 5, price_key="openai/gpt-4o"),
        Usage(5, 5, price_key="openai/no-such-model", when=NOW),
        Usage(5, None, price_key="openai/gpt-4o", when=NOW),
        Usage(price_key="openai/gpt-4o", when=NOW),
    ],
)
def test_a_cost_that_is_not_known_is_none_and_never_nothing(usage: Usage) -> None:
    assert usage.cost is None


def test_how_it_is_priced_is_no_part_of_what_it_is() -> None:
    priced = Usage(1, 2, {"a": 1}, 3, 4, 5, price_key="openai/gpt-4o", when=NOW)
    plain = Usage(1, 2, {"a": 1}, 3, 4, 5)
    assert priced == plain
    assert repr(priced) == repr(plain)
    assert priced.to_dict() == plain.to_dict()
    assert {field.name for field in dataclasses.fields(Usage) if field.compare} == set(KEPT)


def test_how_it_is_priced_is_not_stored() -> None:
    """A turn has its price key and its time itself; files that an older version wrote are read as before."""
    priced = Usage(1, 2, price_key="openai/gpt-4o", when=NOW)
    line = event_to_line(UsageEvent(priced))
    assert line == event_to_line(UsageEvent(Usage(1, 2)))
    assert event_from_line(line) == UsageEvent(priced)
    value = turn_to_value(Turn("a", "b", model="c", usage=priced))
    assert value["usage"] == {
        "input": 1, "output": 2, "details": None, "cached": None, "reasoning": None, "cache_write": None,
    }  # fmt: skip
    assert turn_from_value(value).usage == priced


def test_what_is_written_to_a_cache_costs_more_and_more_for_an_hour() -> None:
    """Claude Sonnet 4.5: $3 per million, $3.75 into the cache, $6 for an hour, $0.30 out of it."""
    assert cost(SONNET, Usage(100_000, 0), NOW) == pytest.approx(0.3)
    assert cost(SONNET, Usage(100_000, 0, cache_write=100_000), NOW) == pytest.approx(0.375)
    assert cost(SONNET, Usage(100_000, 0, cached=50_000, cache_write=50_000), NOW) == pytest.approx(0.2025)
    hour = {"cache_creation": {"ephemeral_1h_input_tokens": 40_000, "ephemeral_5m_input_tokens": 60_000}}
    assert cost(SONNET, Usage(100_000, 0, hour, cache_write=100_000), NOW) == pytest.approx(0.24 + 0.225)


AUDIO_LIST = {"promptTokensDetails": [{"modality": "TEXT", "tokenCount": 20}, {"modality": "AUDIO", "tokenCount": 80}]}


@pytest.mark.parametrize("name", ["prompt_tokens_details", "input_tokens_details"])
def test_sound_has_its_own_price_where_the_details_tell_of_it(name: str) -> None:
    """Gemini 2.5 Flash: $0.30 per million, and $1 for sound."""
    usage = Usage(100, 0, {name: {"audio_tokens": 80, "text_tokens": 20}})
    assert cost("google/gemini-2.5-flash", usage, NOW) == pytest.approx((20 * 0.3 + 80 * 1.0) / 1e6)
    assert cost("google/gemini-2.5-flash", Usage(100, 0, AUDIO_LIST), NOW) == cost(
        "google/gemini-2.5-flash", usage, NOW
    )


def test_cached_sound_is_counted_once() -> None:
    details = {**AUDIO_LIST, "cacheTokensDetails": [{"modality": "AUDIO", "tokenCount": 40}]}
    expected = (10 * 0.3 + 10 * 0.03 + 40 * 1.0 + 40 * 0.1) / 1e6
    assert cost("google/gemini-2.5-flash", Usage(100, 0, details, cached=50), NOW) == pytest.approx(expected)


def test_pictures_that_a_model_makes_have_their_own_price() -> None:
    """Gemini 2.5 Flash Image: $30 per million of these tokens, where text is $2.50."""
    details = {"candidatesTokensDetails": [{"modality": "IMAGE", "tokenCount": 1290}]}
    assert cost("google/gemini-2.5-flash-image", Usage(0, 1290, details), NOW) == pytest.approx(1290 * 30 / 1e6)


@pytest.mark.parametrize(
    "usage",
    [
        Usage(10, 1, cached=50, cache_write=50),
        Usage(10, 1, cached=8, cache_write=8),
        Usage(10, 1, cached=-5, cache_write=-5),
        Usage(10, 1, {"promptTokensDetails": [{"modality": "AUDIO", "tokenCount": 500}]}, cached=7, cache_write=3),
        Usage(10, 1, {"cache_creation": {"ephemeral_1h_input_tokens": 99}}, cache_write=3),
        Usage(10, 1, {"promptTokensDetails": [None, 5, {"modality": None, "tokenCount": "x"}]}),
        Usage(10, 1, {"prompt_tokens_details": {"audio_tokens": True}, "completion_tokens_details": 5}),
    ],
)
@pytest.mark.parametrize("key", ["google/gemini-2.5-flash", SONNET, "openai/gpt-4o"])
def test_counts_that_do_not_add_up_still_have_a_price(usage: Usage, key: str) -> None:
    assert (cost(key, usage, NOW) or 0) > 0


def test_an_estimate_is_at_the_prices_of_today_and_none_where_nobody_knows() -> None:
    assert estimate("openai/gpt-4o", 1_000_000, 100_000) == pytest.approx(2.5 + 1.0)
    assert estimate("openai/gpt-4o", 0, 0) == 0
    assert estimate("openai/no-such-model", 1, 1) is None
    assert estimate(None, 1, 1) is None


def test_a_sum_of_input_or_output_is_known_where_both_are() -> None:
    assert Usage(1, 2) + Usage(10, 20) == Usage(11, 22)
    assert Usage(1, 2) + Usage(10) == Usage(11, None)
    assert Usage(1, 2) + Usage() == Usage()
    assert Usage(0, 0) + Usage(0, 0) == Usage(0, 0)


def test_of_the_parts_one_known_count_is_the_sum() -> None:
    assert Usage(1, 1, cached=5) + Usage(1, 1) == Usage(2, 2, cached=5)
    assert Usage(1, 1, reasoning=5) + Usage(1, 1, reasoning=6, cache_write=1) == Usage(
        2, 2, reasoning=11, cache_write=1
    )


def test_details_are_added_by_name() -> None:
    one = Usage(1, 1, {"a": 1, "b": {"c": 2, "only": 1}, "tier": "flex", "list": [1], "flag": True})
    other = Usage(1, 1, {"a": 10, "b": {"c": 20}, "tier": "default", "list": [2], "flag": True, "new": 5})
    assert (one + other).details == {
        "a": 11, "b": {"c": 22, "only": 1}, "tier": "default", "list": [1, 2], "flag": True, "new": 5,
    }  # fmt: skip
    assert (one + Usage(1, 1)).details == one.details
    assert (Usage(1, 1) + Usage(1, 1)).details is None


def test_a_sum_costs_what_its_answers_cost_one_by_one() -> None:
    """Gemini 2.5 Pro is dearer for prompts of more than 200,000 tokens: two of 150,000 are not such a prompt."""
    one = Usage(150_000, 10, price_key="google/gemini-2.5-pro", when=NOW)
    assert one.cost is not None
    assert (one + one).cost == pytest.approx(2 * one.cost)
    assert (one + one + one).cost == pytest.approx(3 * one.cost)


def test_a_sum_of_two_prices_has_none() -> None:
    one = Usage(1, 1, price_key="openai/gpt-4o", when=NOW)
    assert (one + Usage(1, 1, price_key="openai/o3", when=NOW)).cost is None
    assert (one + Usage(1, 1, when=NOW)).cost is None


def test_only_usage_is_added_to_usage() -> None:
    with pytest.raises(TypeError):
        Usage(1, 1) + 1  # type: ignore[operator]


@pytest.mark.parametrize(
    ("amount", "shown"),
    [(0, "$0.00"), (1, "$1.00"), (1234.5, "$1,234.50"), (0.25, "$0.25"), (0.012, "$0.012"), (0.000013, "$0.000013"),
     (1.3e-6, "$0.0000013"), (1e-12, "$0.000000001")],
)  # fmt: skip
def test_a_small_amount_is_shown_with_the_decimals_that_it_needs(amount: float, shown: str) -> None:
    assert dollars(amount) == shown


def test_no_price_table_is_loaded_before_a_cost_is_read() -> None:
    code = (
        "import sys, llm; u = llm.Usage(1, 1, price_key='openai/gpt-4o', when=1.8e9); u + u;"
        "print('genai_prices' in sys.modules); u.cost; print('genai_prices' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\nTrue\n"
