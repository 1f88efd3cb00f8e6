"""What an answer consumed, in one line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .._domain.usage import Usage


def usage_line(usage: Usage) -> str:
    """
    As in `1,234 input (1,000 cached), 56 output (20 reasoning), $0.0021`; empty where the provider said nothing.

    What it cost is left out where nobody knows.
    """
    read = [(usage.cached, "cached"), (usage.cache_write, "written to the cache")]
    sides = [(usage.input, "input", read), (usage.output, "output", [(usage.reasoning, "reasoning")])]
    pieces = []
    for count, name, parts in sides:
        if count is not None:
            of_these = ", ".join(f"{part:,} {word}" for part, word in parts if part)
            pieces.append(f"{count:,} {name}" + (f" ({of_these})" if of_these else ""))
    if usage.details:
        pieces.append(json.dumps(dict(usage.details)))
    if (cost := usage.cost) is not None:
        from .._domain.dollars import dollars

        pieces.append(dollars(cost))
    return ", ".join(pieces)
