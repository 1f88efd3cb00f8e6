"""Requests are begun as fast as the provider's last reply says that it takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .._codecs.rate_limit import RateLimit

_LONGEST = 60.0  # seconds: a header is a forecast; a provider that means it refuses, and says so with Retry-After


class Pace:
    """What is left of a provider's limit since the reply that told of it, at the moment *now*."""

    __slots__ = ("_left", "_next", "_refill", "_wait")

    def __init__(self, limit: RateLimit, now: float) -> None:
        self._wait = min(limit.wait, _LONGEST)
        self._refill = limit.refill
        self._left = limit.remaining
        self._next = now + self._wait

    def free(self, now: float) -> float:
        """The moment from which another request may begin."""
        return now if self._left > 0 else max(now, self._next)

    def begin(self, now: float) -> bool:
        """Count a request that begins; whether the pace holds on."""
        if self._left <= 0:
            if self._refill is None:
                return False
            self._left, self._next = self._refill, now + self._wait
        self._left -= 1
        return True
