"""So much in any minute, and no more."""

from __future__ import annotations

from collections import deque


class Rate:
    """Amounts, held against a limit *per_minute* that somebody has set: exact over every minute, not spread evenly."""

    __slots__ = ("_limit", "_log", "_period", "_total")

    def __init__(self, per_minute: float) -> None:
        # A limit of 2.5 is 2 in 48 seconds, and one of 0.5 is 1 in two minutes.
        self._limit = max(1, int(per_minute))
        self._period = 60.0 * self._limit / per_minute
        self._log: deque[tuple[float, float]] = deque()
        self._total = 0.0

    def add(self, now: float, amount: float = 1) -> None:
        """Count *amount* at the moment *now*."""
        self._log.append((now, amount))
        self._total += amount

    def free(self, now: float) -> float:
        """The moment from which there is room for more: *now*, or a later one."""
        log = self._log
        while log and log[0][0] + self._period <= now:
            self._total -= log.popleft()[1]
        total, moment = self._total, now
        for then, amount in log:
            if total < self._limit:
                break
            total, moment = total - amount, then + self._period
        return moment
