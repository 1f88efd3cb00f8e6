"""What an answer consumed, in one line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .._domain.usage import Usage


def usage_line(usage: Usage) -> str:
    """As in `1,234 input, 56 output, {"cached_tokens": 1000}`; empty where the provider said nothing."""
    counts = ((usage.input, "input"), (usage.output, "output"))
    pieces = [f"{count:,} {name}" for count, name in counts if count is not None]
    return ", ".join([*pieces, json.dumps(dict(usage.details))] if usage.details else pieces)
