"""What was consumed, as a table and as the sizes of a plot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from .._api.usage_report import UsageLine, total
from .columns import columns
from .visible import in_one_line

if TYPE_CHECKING:
    from .._api.usage_report import UsageBy

_NUMBERS = (1, 2, 3, 4, 5)
_LONGEST = 100  # days: a plot of more has only those on which something was asked


def table(lines: Sequence[UsageLine], by: UsageBy) -> list[str]:
    """A header, the lines, and their total where there are several."""
    rows: list[tuple[str, ...]] = [(by.capitalize(), "Turns", "Input", "Cached", "Output", "Cost $")]
    rows += [_row(_name(line, by), line) for line in lines]
    if len(lines) > 1:
        rows.append(_row("Total", total(lines)))
    return columns(rows, right=_NUMBERS)


def notes(lines: Sequence[UsageLine]) -> Iterator[str]:
    """What the table does not say: how much of it has no price."""
    added = total(lines)
    if added.without_price:
        turns = "1 turn has" if added.without_price == 1 else f"{added.without_price:,} turns have"
        yield f"{turns} no known price (of {added.turns:,}): costs with a ? are higher by what these cost"


def sizes(lines: Sequence[UsageLine], by: UsageBy) -> list[tuple[str, float, str]]:
    """
    Each line's name, tokens, and tokens as text; days on which nothing was asked are among the others.

    Where no tokens were reported at all, turns are counted instead.
    """
    counted = any(line.input or line.output for line in lines)
    shown = _without_gaps(lines) if by == "day" else lines
    pairs = ((line, line.input + line.output if counted else line.turns) for line in shown)
    unit = "tokens" if counted else "turns"
    return [(_name(line, by), max(size, 0), f"{size:,} {unit}" if size else "") for line, size in pairs]


def money(line: UsageLine) -> str:
    """A cost in dollars, with a ? where that is not all."""
    text = f"{line.known_cost:,.4f}" if not 0 < line.known_cost < 0.0001 else "<0.0001"
    if line.cost is not None:
        return text
    return "?" if line.without_price == line.turns else f"{text}+?"


def _row(name: str, line: UsageLine) -> tuple[str, ...]:
    return (name, f"{line.turns:,}", f"{line.input:,}", f"{line.cached:,}", f"{line.output:,}", money(line))


def _name(line: UsageLine, by: UsageBy) -> str:
    return in_one_line(line.name) if line.name is not None else f"(no {by})"


def _without_gaps(lines: Sequence[UsageLine]) -> list[UsageLine]:
    """The days, and those between them where they are not too many."""
    known = {line.name: line for line in lines}
    first, last = (date.fromisoformat(str(line.name)) for line in (lines[0], lines[-1]))
    count = (last - first).days + 1
    if count > _LONGEST:
        return list(lines)
    days = ((first + timedelta(days=i)).isoformat() for i in range(count))
    return [known.get(day) or UsageLine(day) for day in days]
