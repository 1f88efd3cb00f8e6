"""What an answer cost, by the prices of its day; and what is not known is not made up."""

from __future__ import annotations

import socket
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import genai_prices
import genai_prices.types
import pytest
from genai_prices.data import providers

from llm._domain.price import cost
from llm._domain.usage import Usage
from llm._storage.usage_rows import LIMITS


def at(day: str) -> float:
    return datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()


NOW = at("2026-11-20")


def test_input_and_output_have_their_own_prices() -> None:
    """GPT-4o: $2.50 and $10 per million tokens."""
    assert cost("openai/gpt-4o-2024-08-06", Usage(1_000_000, 100_000), NOW) == pytest.approx(2.5 + 1.0)


def test_cached_tokens_are_a_part_of_the_input_and_cost_less() -> None:
    """GPT-4o: $1.25 per million of the 400,000 that came from the cache."""
    assert cost("openai/gpt-4o", Usage(1_000_000, 0, cached=400_000), NOW) == pytest.approx(0.6 * 2.5 + 0.4 * 1.25)


def test_reasoning_tokens_are_a_part_of_the_output() -> None:
    assert cost("openai/gpt-4o", Usage(0, 1000, reasoning=900), NOW) == cost("openai/gpt-4o", Usage(0, 1000), NOW)


def test_the_prices_are_those_of_the_day() -> None:
    """o3 cost $10 and $40 until June 2025, and a fifth of that afterwards."""
    usage = Usage(1_000_000, 100_000)
    assert cost("openai/o3", usage, at("2025-06-01")) == pytest.approx(14.0)
    assert cost("openai/o3", usage, at("2025-07-01")) == pytest.approx(2.8)


@pytest.mark.parametrize(
    "key",
    [None, "", "gpt-4o", "openai", "openai/", "/gpt-4o", "openai/no-such-model", "no-such-provider/gpt-4o",
     "openai/moderation", "groq/whisper-large-v3"],
)  # fmt: skip
def test_a_price_that_is_not_known_is_none_and_never_nothing(key: str | None) -> None:
    """Models that are listed without a price for tokens are such ones too."""
    assert cost(key, Usage(1000, 10), NOW) is None


@pytest.mark.parametrize("usage", [Usage(), Usage(5), Usage(output=5), Usage(-5, 5), Usage(5, -5)])
def test_tokens_that_nobody_counted_have_no_price(usage: Usage) -> None:
    assert cost("openai/gpt-4o", usage, NOW) is None


def test_what_is_free_costs_nothing() -> None:
    assert cost("openrouter/meta-llama/llama-3.3-70b-instruct:free", Usage(1000, 10), NOW) == 0.0


def test_more_from_the_cache_than_there_was_counts_as_all_of_it() -> None:
    assert cost("openai/gpt-4o", Usage(10, 0, cached=50), NOW) == cost("openai/gpt-4o", Usage(10, 0, cached=10), NOW)


def test_the_sum_of_alike_turns_costs_what_they_cost_one_by_one() -> None:
    """Gemini 2.5 Pro is dearer for prompts of more than 200,000 tokens; ten of 150,000 are not such a prompt."""
    one = cost("google/gemini-2.5-pro", Usage(150_001, 7, cached=3), NOW)
    ten = cost("google/gemini-2.5-pro", Usage(1_500_010, 70, cached=30), NOW, turns=10)
    long = cost("google/gemini-2.5-pro", Usage(1_500_010, 70, cached=30), NOW)
    assert one is not None
    assert long is not None
    assert ten == pytest.approx(10 * one)
    assert long > 1.5 * 10 * one


def test_three_turns_that_do_not_divide_evenly_cost_their_sum() -> None:
    assert cost("openai/gpt-4o", Usage(1_000_000, 0), NOW, turns=3) == pytest.approx(2.5)


def test_every_limit_that_prices_depend_on_is_known_where_turns_are_added_up() -> None:
    prices = [price for provider in providers for model in provider.models for price in _prices(model)]
    values = [value for price in prices for value in vars(price).values()]
    tiered = [value for value in values if isinstance(value, genai_prices.types.TieredPrices)]
    assert tiered
    assert {tier.start for value in tiered for tier in value.tiers} <= set(LIMITS)


def _prices(model: Any) -> list[Any]:
    return [each.prices for each in model.prices] if isinstance(model.prices, list) else [model.prices]


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    """No connection is made, no thread is begun, and the prices in use are those that were installed."""

    def refused(*_: object) -> None:
        raise AssertionError("a connection was made")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr("threading.Thread.start", refused)
    assert cost("openai/gpt-4o", Usage(1, 1), NOW)
    assert genai_prices.calc_price(genai_prices.Usage(input_tokens=1), "gpt-4o").auto_update_timestamp is None


def test_the_module_itself_loads_no_table_of_prices() -> None:
    code = "import sys, llm._domain.price; print('genai_prices' in sys.modules, 'pydantic' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "False False\n"
