"""What an answer consumed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Usage:
    """
    Token counts as the provider reported them; None where it did not say.

    `input` counts all input tokens, cached ones included, and `output` all output tokens, reasoning included.
    `cached` are the input tokens read from a cache of the provider, `cache_write` those written to one. `details` is
    the rest of what the provider said, under its own names.
    """

    input: int | None = None
    output: int | None = None
    details: Mapping[str, Any] | None = None
    cached: int | None = None
    reasoning: int | None = None
    cache_write: int | None = None

    def __bool__(self) -> bool:
        return self.input is not None or self.output is not None

    def to_dict(self) -> dict[str, Any]:
        """The counts that are known, by name."""
        known = {name: getattr(self, name) for name in ("input", "output", "cached", "reasoning", "cache_write")}
        counts = {name: count for name, count in known.items() if count is not None}
        return {**counts, "details": dict(self.details)} if self.details else counts
