"""Columns and bars keep their places, whatever characters are in them."""

from __future__ import annotations

import pytest

from llm._cli.columns import cells, columns
from llm._cli.plot import bars


@pytest.mark.parametrize(
    ("text", "width"),
    [("", 0), ("abc", 3), ("Größe", 5), ("日本語", 6), ("e\u0301", 1), ("🐦", 2), ("a\u200db", 2), ("☀\ufe0f", 1)],
)
def test_a_character_may_take_two_cells_or_none(text: str, width: int) -> None:
    assert cells(text) == width


def test_cells_stand_below_each_other() -> None:
    lines = columns([("Name", "N", "x"), ("日本", "10", "y"), ("e\u0301", "1,000", "z")], right=(1,))
    assert lines == ["Name      N  x", "日本     10  y", "e\u0301     1,000  z"]


def test_no_rows_are_no_lines() -> None:
    assert columns([]) == []
    assert bars([], 80) == []


def test_a_bar_is_as_long_as_its_size_says() -> None:
    lines = bars([("a", 100, "100 t"), ("bb", 50, "50 t"), ("c", 0, "")], 2 + 1 + 16 + 1 + 5)
    assert lines == ["a  " + "█" * 16 + " 100 t", "bb " + "█" * 8 + " 50 t", "c"]


def test_a_bar_ends_within_a_cell() -> None:
    sizes = [("", size, "") for size in (80, 8, 9, 12, 15)]
    assert [line.strip() for line in bars(sizes, 12)] == ["█" * 10, "█", "█▏", "█▌", "█▉"]


def test_whatever_is_not_nothing_shows() -> None:
    assert bars([("", 1_000_000, ""), ("", 1, "")], 20)[1].strip() == "▏"


def test_a_plot_of_nothing_has_no_bars() -> None:
    assert bars([("a", 0, ""), ("b", 0, "")], 40) == ["a", "b"]


@pytest.mark.parametrize("width", [30, 60, 200])
def test_a_plot_is_as_wide_as_the_terminal(width: int) -> None:
    lines = bars([("日本語", 7, "7 tokens"), ("b", 3, "3 tokens")], width)
    assert max(map(cells, lines)) == width


def test_in_a_narrow_terminal_there_are_bars_all_the_same() -> None:
    assert "█" in bars([("a-very-long-name", 7, "7 tokens")], 10)[0]
