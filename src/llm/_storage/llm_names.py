"""Names of conversations: the `llm` package before 1.0 made one of the start of the first prompt."""

from __future__ import annotations

from .._domain.turn import Turn

_LENGTH = 32


def given_name(name: str, first: Turn) -> str | None:
    """The name where a person gave it to the conversation that begins with this turn; None for one made from text."""
    if not name.strip() or (len(name) == _LENGTH and name.endswith("…")):
        return None
    alone = first.prompt[len("\n".join(first.fragments)) :].lstrip("\n") if first.fragments else first.prompt
    return None if name.strip() in {shortened(text) for text in (first.prompt, alone, first.system)} else name


def shortened(text: str, length: int = _LENGTH) -> str:
    """The text as a name: in one line, and cut to so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[: length - 1]}…"
