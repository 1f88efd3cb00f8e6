"""Reasoning that a model writes into its text, between `<think>` and `</think>`."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Literal, TypeAlias

Piece: TypeAlias = tuple[Literal["text", "reasoning"], str]

_OPEN = "<think>"
_CLOSE = "</think>"
_PATIENCE = 256  # white space beyond this is text: a model that is stuck in line ends would be waited for for ever


class ThinkTags:
    """
    Splits text that comes in pieces into reasoning and text, wherever the pieces are cut.

    Tags count at the start of the text only, after optional white space; white space around the reasoning goes with
    the tags. Reasoning that is never closed is reasoning to the end. Once `passing`, text is text.
    """

    def __init__(self) -> None:
        self.passing = False
        self._state: Literal["start", "reasoning", "gap"] = "start"
        self._held = ""
        self._said = False  # reasoning has begun: white space is part of it from here on

    def feed(self, text: str) -> Iterator[Piece]:
        """The pieces of which *text* lets it be told what they are."""
        if self.passing:
            if text:
                yield "text", text
            return
        text, self._held = self._held + text, ""
        if self._state == "start":
            stripped = text.lstrip()
            if len(text) - len(stripped) > _PATIENCE or not (stripped.startswith(_OPEN) or _OPEN.startswith(stripped)):
                self.passing = True
                yield "text", text
                return
            if len(stripped) < len(_OPEN):
                self._held = text
                return
            self._state = "reasoning"
            text = stripped[len(_OPEN) :]
        if self._state == "reasoning":
            text = yield from self._reasoning(text)
        if self._state == "gap" and (text := text.lstrip()):
            self.passing = True
            yield "text", text

    def close(self) -> Iterator[Piece]:
        """What was held back because a tag could still have come of it."""
        held, self._held = self._held, ""
        if self._state == "start" and held:
            yield "text", held
        elif self._state == "reasoning" and (held := held.rstrip()):
            yield "reasoning", held
        self.passing = True

    def _reasoning(self, text: str) -> Generator[Piece, None, str]:
        """Pass on reasoning, and return the text after it."""
        if not self._said:
            text = text.lstrip()
        end = text.find(_CLOSE)
        whole = text[:end] if end >= 0 else text[: len(text) - _overlap(text)]
        shown = whole.rstrip()
        if len(whole) - len(shown) > _PATIENCE:
            shown = whole
        if shown:
            self._said = True
            yield "reasoning", shown
        if end < 0:
            self._held = text[len(shown) :]
            return ""
        self._state = "gap"
        return text[end + len(_CLOSE) :]


def _overlap(text: str) -> int:
    """How many characters at the end of *text* may be the beginning of the closing tag."""
    for length in range(min(len(_CLOSE) - 1, len(text)), 0, -1):
        if text.endswith(_CLOSE[:length]):
            return length
    return 0
