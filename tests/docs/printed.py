"""What a page says is printed, compared with what was."""

from __future__ import annotations

import re


def differs(expected: str, printed: str) -> str | None:
    """
    What to tell the reader of a failed test, or None where *printed* is what was *expected*.

    A line `...` stands for any lines, also none, and `…` for any text within a line. Blanks at the ends of lines, and
    empty lines at the end, do not count.
    """
    lines = _lines(printed)
    if re.fullmatch("".join(map(_pattern, _lines(expected))), "".join(f"{line}\n" for line in lines)):
        return None
    return "expected:\n" + _shown(_lines(expected)) + "\nprinted:\n" + _shown(lines)


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().splitlines()]


def _pattern(line: str) -> str:
    if line.strip() == "...":
        return r"(?:[^\n]*\n)*"
    return "[^\n]*".join(map(re.escape, line.split("…"))) + "\n"


def _shown(lines: list[str]) -> str:
    return "\n".join(f"    {line}" for line in lines) or "    (nothing)"
