"""`reasoning_details`: reasoning in blocks, some of them signed or encrypted, that goes back as it came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

_WORDS = ("text", "summary")


class ReasoningDetails:
    """
    The blocks of an answer, put together from the fragments in which they are streamed.

    Fragments of one block share type and index and follow one another; their words are joined, and of every other
    field the last value counts, so that a signature stands by the words that it signs.
    """

    def __init__(self) -> None:
        self.blocks: list[dict[str, Any]] = []

    def feed(self, fragments: Iterable[Any], *, whole: bool = False) -> None:
        """Add fragments; those of a `whole` reply are blocks, and are kept as they are."""
        for fragment in fragments:
            if not isinstance(fragment, dict):
                continue
            if not whole and self.blocks and _continues(self.blocks[-1], fragment):
                _join(self.blocks[-1], fragment)
            else:
                self.blocks.append(dict(fragment))


def words(fragments: Iterable[Any]) -> str:
    """The visible words of blocks or fragments."""
    found = (fragment.get(name) for fragment in fragments if isinstance(fragment, Mapping) for name in _WORDS)
    return "".join(text for text in found if isinstance(text, str))


def _continues(block: Mapping[str, Any], fragment: Mapping[str, Any]) -> bool:
    if "data" in fragment or "data" in block or block.get("signature"):
        return False
    return all(block.get(name) == fragment.get(name, block.get(name)) for name in ("type", "index", "id"))


def _join(block: dict[str, Any], fragment: Mapping[str, Any]) -> None:
    for name, value in fragment.items():
        if name in _WORDS and isinstance(value, str):
            block[name] = (block.get(name) or "") + value
        elif value is not None:
            block[name] = value
