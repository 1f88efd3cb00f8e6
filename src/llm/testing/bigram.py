"""A table of which piece of text comes next."""

from __future__ import annotations

import re
from collections.abc import Iterable

# A word with the white space before it. A long word, or a text without spaces, is cut too, so that it streams.
_UNIT = re.compile(r"\s*\S{1,12}|\s+\Z")


class Bigrams:
    """
    Texts cut into pieces, each of which tells the piece that follows it.

    A piece has one successor only, so a word that occurs twice is joined to its neighbours until the pieces differ.
    Any texts can be told this way: in the worst case each of them is one piece. `first` gives a text's first piece,
    `successor` what follows a piece: another one, or the mark `end`.
    """

    def __init__(self, texts: Iterable[str], *, end: str, most: int = 1000) -> None:
        """Cut `texts` into words, or so much coarser that there are at most about `most` pieces."""
        self.end = end
        self.first: dict[str, str] = {}
        self.successor: dict[str, str] = {}
        units = {text: _UNIT.findall(text) for text in texts}
        size = max(1, -(-sum(map(len, units.values())) // most))
        # Shortest first: the whole of a text is then never yet a part of another, where all else is taken.
        for text in sorted(units, key=len):
            self.first[text] = self._enter(_joined(units[text], size))

    def pieces(self, text: str) -> list[str]:
        """One of the texts, as the table tells it."""
        pieces = []
        piece = self.first[text]
        while piece != self.end:
            pieces.append(piece)
            piece = self.successor[piece]
        return pieces

    def _enter(self, units: list[str]) -> str:
        """Enter a text, from its end to its start, and return its first piece."""
        following, piece = self.end, ""
        for unit in reversed(units):
            piece = unit + piece
            if self._fits(piece, following):
                self.successor[piece] = following
                following, piece = piece, ""
        if not piece:
            return following
        while not self._fits(piece, following):
            piece, following = piece + following, self.successor[following]
        self.successor[piece] = following
        return piece

    def _fits(self, piece: str, following: str) -> bool:
        return self.successor.get(piece, following) == following


def _joined(units: list[str], size: int) -> list[str]:
    return ["".join(units[at : at + size]) for at in range(0, len(units), size)]
