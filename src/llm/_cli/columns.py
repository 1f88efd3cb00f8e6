"""Text in columns, also where characters are two cells wide."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest


def columns(rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> list[str]:
    """A line for each row, its cells below those of the other rows; the columns in *right* (from 0) end together."""
    widths = [max(map(cells, column)) for column in zip_longest(*rows, fillvalue="")]
    return ["  ".join(padded(text, widths[i], right=i in right) for i, text in enumerate(row)).rstrip() for row in rows]


def padded(text: str, width: int, *, right: bool = False) -> str:
    """*text* with blanks to a width in cells, before it where it stands at the *right*."""
    blanks = " " * (width - cells(text))
    return blanks + text if right else text + blanks


def cells(text: str) -> int:
    """How many cells of a terminal the text takes."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    # Format characters (Cf: joiners, marks of direction) and variation selectors take no room, as combining ones do.
    return sum(
        0 if combining(each) or each in _NO_ROOM else 2 if east_asian_width(each) in "WF" else 1 for each in text
    )


_NO_ROOM = "\u200b\u200c\u200d\u200e\u200f\u2060\ufe0e\ufe0f\ufeff"
