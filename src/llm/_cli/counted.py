"""Numbers with what they count."""

from __future__ import annotations


def counted(count: int, noun: str, plural: str | None = None) -> str:
    """As in `1 turn`, `no turns` and `1,200 turns`."""
    if count == 1:
        return f"1 {noun}"
    return f"{count:,} {plural or noun + 's'}" if count else f"no {plural or noun + 's'}"
