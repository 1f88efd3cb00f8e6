"""How many requests may be open at a time, found out as TCP finds out its share of a line."""

from __future__ import annotations

START = 8
MOST = 64


class Capacity:
    """
    `allowed` grows by one after a round of good answers, and is halved when the other side is overloaded.

    It starts at `START` and grows to `MOST`; a maximum that somebody has set is where it starts, and what it stays
    under. It grows only while all of it is used (`full`): what was never tried proves nothing. Requests belong to the
    `round` in which they began: those of one round that are refused together halve it once.
    Source: additive increase, multiplicative decrease, as in RFC 5681.
    """

    __slots__ = ("_good", "allowed", "full", "most", "round")

    def __init__(self, most: int | None = None) -> None:
        self.most = MOST if most is None else max(1, most)
        self.allowed = START if most is None else self.most
        self.full = False
        self.round = 0
        self._good = 0

    def good(self) -> None:
        """Note a good answer."""
        if not self.full or self.allowed >= self.most:
            return
        self._good += 1
        if self._good >= self.allowed:
            self._now(self.allowed + 1)

    def overloaded(self, round: int) -> None:
        """Note that a request of this *round* was too much."""
        if round == self.round:
            self._now(max(1, self.allowed // 2))
            self.round += 1

    def _now(self, allowed: int) -> None:
        self.allowed, self.full, self._good = allowed, False, 0
