"""The turns of a conversation as trees: forks are turns that go on from the same message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from .._domain.turn import Turn
from .transcript import Said, said_in


@dataclass(frozen=True, slots=True)
class Branch:
    """A turn, what was said in it, and the branches that go on from there."""

    turn: Turn
    said: tuple[Said, ...]
    following: list[Branch] = field(default_factory=list)


def branches(turns: Iterable[Turn]) -> list[Branch]:
    """The branches that no other one comes before; most conversations are one."""
    roots: list[Branch] = []
    by_message: dict[str, Branch] = {}
    for turn in turns:
        branch = Branch(turn, said_in(turn))
        before = by_message.get(turn.after or "")
        (roots if before is None else before.following).append(branch)
        for each in branch.said:
            by_message.setdefault(each.id, branch)
    return roots
