"""Ratios as text, and as JSON values."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any

from .ratio import Ratio

_HEAD = ("measured", "to", "cost", "base", "min", "median", "max", "aim", "")


def as_text(ratios: Sequence[Ratio]) -> str:
    """A table with one line for each; costs are medians."""
    rows = [_HEAD, *map(_row, ratios)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(_cells(row, widths)).rstrip() for row in rows)


def as_json(ratios: Sequence[Ratio]) -> list[dict[str, Any]]:
    """Each with all that was measured; costs are seconds of CPU."""
    return [
        {
            "name": each.name,
            "to": each.to,
            "aim": each.aim,
            "median": round(each.median, 3),
            "min": round(min(each.values), 3),
            "max": round(max(each.values), 3),
            "missed": each.missed,
            "costs": each.costs,
            "base": each.base,
        }
        for each in ratios
    ]


def _row(each: Ratio) -> tuple[str, ...]:
    values = (min(each.values), each.median, max(each.values))
    show = _bytes if each.name.startswith("bytes") else _seconds
    costs = (show(median(each.costs)), show(median(each.base)))
    return (
        each.name,
        each.to,
        *costs,
        *(f"{value:.2f}" for value in values),
        f"{each.aim:g}",
        "MISSED" if each.missed else "",
    )


def _bytes(value: float) -> str:
    return f"{value:,.0f} B"


def _seconds(value: float) -> str:
    return f"{value * 1e3:.1f} ms" if value >= 1e-3 else f"{value * 1e6:.2f} us"


def _cells(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    sides = ("<", "<", ">", ">", ">", ">", ">", ">", "<")
    return [f"{cell:{side}{width}}" for cell, side, width in zip(row, sides, widths, strict=True)]
