"""A plot in the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from .columns import cells, padded

_EIGHTHS = " ▏▎▍▌▋▊▉"
_NARROWEST = 8


def bars(rows: Sequence[tuple[str, float, str]], width: int) -> list[str]:
    """
    A line for each row of a label, a size of 0 or more, and a text for the size: the label, a bar, the text.

    Bars are as long as their sizes say; no line is wider than *width*, unless there is hardly room for a bar.
    """
    if not rows:
        return []
    labels = max(cells(label) for label, _, _ in rows)
    room = max(width - labels - max(cells(text) for _, _, text in rows) - 2, _NARROWEST)
    longest = max(size for _, size, _ in rows)
    scale = room / longest if longest > 0 else 0.0
    return [f"{padded(label, labels)} {_bar(size * scale)} {text}".rstrip() for label, size, text in rows]


def _bar(length: float) -> str:
    """A bar so many cells long, to an eighth; whatever is not nothing shows."""
    eighths = max(round(length * 8), 1) if length > 0 else 0
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()
