"""A ratio of two costs, measured in pairs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Ratio:
    """
    What one thing costs to what another costs. Each pair was measured in one go, so that what else the machine does
    falls on both. `aim` is the most that the median should be.
    """

    name: str
    to: str
    aim: float
    costs: tuple[float, ...]
    base: tuple[float, ...]

    @property
    def values(self) -> list[float]:
        """The ratio of each pair."""
        return [cost / base for cost, base in zip(self.costs, self.base, strict=True)]

    @property
    def median(self) -> float:
        """The ratio that counts."""
        return median(self.values)

    @property
    def missed(self) -> bool:
        """Whether it is more than it should be."""
        return self.median > self.aim


def measure(
    name: str, cost: Callable[[], float], to: str, base: Callable[[], float], *, aim: float, pairs: int
) -> Ratio:
    """Take *pairs* measurements of both, now one first and now the other, after two that do not count."""
    for _ in range(2):
        cost()
        base()
    taken = [(cost(), base()) if number % 2 else (base(), cost())[::-1] for number in range(pairs)]
    costs, bases = zip(*taken, strict=True)
    return Ratio(name, to, aim, costs, bases)
