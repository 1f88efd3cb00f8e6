"""What may be spent."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CostLimits:
    """What may be spent, in US dollars: on one call, and by this user in a day. None is no limit."""

    max_cost: float | None = None
    daily: float | None = None

    def __bool__(self) -> bool:
        return self.max_cost is not None or self.daily is not None
