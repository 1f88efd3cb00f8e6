"""What a model says in one answer, in no provider's words: the script that each provider's server plays its own way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True)
class Text:
    """Text, in pieces where it is streamed."""

    pieces: tuple[str, ...]

    @property
    def whole(self) -> str:
        return "".join(self.pieces)


@dataclass(frozen=True)
class Thought:
    """Reasoning, in pieces where it is streamed, with the provider's seal on it."""

    pieces: tuple[str, ...]
    seal: str = "c2VhbA=="

    @property
    def whole(self) -> str:
        return "".join(self.pieces)


@dataclass(frozen=True)
class Call:
    """A call of a tool; `pieces` are its arguments as JSON text, in fragments where they are streamed."""

    name: str
    pieces: tuple[str, ...]
    id: str

    @property
    def whole(self) -> str:
        return "".join(self.pieces)


@dataclass(frozen=True)
class Refusal:
    """The model's own words for why it will not answer."""

    text: str


@dataclass(frozen=True)
class Picture:
    """A PNG that the model made."""

    content: bytes


Said: TypeAlias = Text | Thought | Call | Refusal | Picture


@dataclass(frozen=True)
class Answer:
    """One answer; `end` is `stop`, `length` or `filtered` (calls and refusals end an answer in their own way)."""

    said: tuple[Said, ...] = ()
    end: str = "stop"
    usage: tuple[int, int] = (21, 9)
    cached: int = 0
    reasoning: int = 0
    calls: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "calls", any(isinstance(part, Call) for part in self.said))


def says(*pieces: str, **more: object) -> Answer:
    """An answer that is one text."""
    return Answer((Text(pieces),), **more)  # type: ignore[arg-type]
