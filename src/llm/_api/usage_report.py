"""What was consumed, in lines that people look at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias

from .._domain.price import cost
from .._domain.usage import Usage
from .._storage.query import UsageRow

UsageBy: TypeAlias = Literal["day", "model", "template"]

_DAY = 86400.0


@dataclass(frozen=True, slots=True)
class UsageLine:
    """
    What the turns of a day, a model or a template consumed; `name` says which (None: turns without a template).

    Tokens are what providers reported; `input` has the `cached` ones in it, and those
    that were written to a cache (`cache_write`). `known_cost` is in US dollars, and is the
    cost of all turns but those `without_price`.
    """

    name: str | None
    turns: int = 0
    input: int = 0
    output: int = 0
    cached: int = 0
    cache_write: int = 0
    known_cost: float = 0.0
    without_price: int = 0

    @property
    def cost(self) -> float | None:
        """What all of the turns cost; None where the price of any is not known."""
        return None if self.without_price else self.known_cost

    def to_dict(self) -> dict[str, Any]:
        """The line as JSON values."""
        names = ("name", "turns", "input", "output", "cached", "cache_write", "cost", "known_cost", "without_price")
        return {name: getattr(self, name) for name in names}


def usage_report(
    rows: Iterable[UsageRow], by: UsageBy = "day", since: float | None = None, until: float | None = None
) -> list[UsageLine]:
    """
    The rows added up by day, model or template; days in order, the others with the one that took most tokens first.

    *since* and *until* are in seconds since the epoch. A day counts where any of it is in that time; *until* itself
    is not.
    """
    lines: dict[str | None, UsageLine] = {}
    for row in rows:
        start = _start(row.day)
        if (since is None or start + _DAY > since) and (until is None or start < until):
            name = getattr(row, by)
            lines[name] = plus(lines.get(name) or UsageLine(name), _line(row, start))
    if by == "day":
        return [lines[day] for day in sorted(lines, key=str)]
    return sorted(lines.values(), key=lambda line: (-line.input - line.output, -line.turns, line.name or ""))


def total(lines: Iterable[UsageLine]) -> UsageLine:
    """All lines in one."""
    added = UsageLine(None)
    for line in lines:
        added = plus(added, line)
    return added


def plus(line: UsageLine, other: UsageLine) -> UsageLine:
    """The first line with the second added to it."""
    counted = ("turns", "input", "output", "cached", "cache_write", "known_cost", "without_price")
    return replace(line, **{name: getattr(line, name) + getattr(other, name) for name in counted})


def _line(row: UsageRow, start: float) -> UsageLine:
    spent = Usage(row.input, row.output, cached=row.cached, cache_write=row.cache_write)
    # Noon stands for the day: what a price depends on in the course of a day is not in a row.
    price = cost(row.price_key, spent, start + _DAY / 2, turns=row.turns)
    return UsageLine(
        None,
        turns=row.turns,
        input=row.input,
        output=row.output,
        cached=row.cached,
        cache_write=row.cache_write,
        known_cost=price or 0.0,
        without_price=row.turns if price is None else 0,
    )


def _start(day: str) -> float:
    """When a day begins in UTC, in seconds since the epoch."""
    return datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()
