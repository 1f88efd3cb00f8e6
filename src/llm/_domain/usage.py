"""What an answer consumed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

KEPT = ("input", "output", "details", "cached", "reasoning", "cache_write")
"""The fields that are stored; the others say how to price them, and a turn has those itself."""


@dataclass(frozen=True, slots=True)
class Usage:
    """
    Token counts as the provider reported them; None where it did not say.

    `input` counts all input tokens, cached ones included, and `output` all output tokens, reasoning included.
    `cached` are the input tokens read from a cache of the provider, `cache_write` those written to one. `details` is
    the rest of what the provider said, under its own names.

    `price_key`, `when` (seconds since the epoch) and `exchanges` (how many answers are added up here) say what `cost`
    goes by, and are no part of what is compared or kept.
    """

    input: int | None = None
    output: int | None = None
    details: Mapping[str, Any] | None = None
    cached: int | None = None
    reasoning: int | None = None
    cache_write: int | None = None
    price_key: str | None = field(default=None, kw_only=True, repr=False, compare=False)
    when: float | None = field(default=None, kw_only=True, repr=False, compare=False)
    exchanges: int = field(default=1, kw_only=True, repr=False, compare=False)

    @property
    def cost(self) -> float | None:
        """What it cost in US dollars, by the list prices of its day; None, and never 0, where that is not known."""
        if self.when is None:
            return None
        from .price import cost

        return cost(self.price_key, self, self.when, turns=self.exchanges)

    def __add__(self, other: Usage) -> Usage:
        """
        What two answers consumed together.

        `input` and `output` are known where both are: half a sum would pass for the whole. `cached`, `reasoning` and
        `cache_write` say how much of these is known to be such, so that one known count is the sum. Numbers in
        `details` are added, lists are joined, and of all else the later value counts. Where the prices of the two
        differ, the sum has no price.
        """
        if not isinstance(other, Usage):
            return NotImplemented
        return Usage(
            None if self.input is None or other.input is None else self.input + other.input,
            None if self.output is None or other.output is None else self.output + other.output,
            _joined(self.details, other.details),
            _of_these(self.cached, other.cached),
            _of_these(self.reasoning, other.reasoning),
            _of_these(self.cache_write, other.cache_write),
            price_key=self.price_key if self.price_key == other.price_key else None,
            when=self.when if other.when is None else other.when,
            exchanges=self.exchanges + other.exchanges,
        )

    def __bool__(self) -> bool:
        return self.input is not None or self.output is not None

    def to_dict(self) -> dict[str, Any]:
        """The counts that are known, by name."""
        known = {name: getattr(self, name) for name in KEPT if name != "details"}
        counts = {name: count for name, count in known.items() if count is not None}
        return {**counts, "details": dict(self.details)} if self.details else counts


def _of_these(one: int | None, other: int | None) -> int | None:
    return one if other is None else other if one is None else one + other


def _joined(one: Any, other: Any) -> Any:
    """Two values of `details` under the same name."""
    if one is None or other is None:
        return one if other is None else other
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return {name: _joined(one.get(name), other.get(name)) for name in {**one, **other}}
    if isinstance(one, list) and isinstance(other, list):
        return [*one, *other]
    return one + other if _is_count(one) and _is_count(other) else other


def _is_count(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
