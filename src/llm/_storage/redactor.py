"""What a redaction does to one text, one file, and one JSON value; and in how many places."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from .rewriting import Rewriting, utf8_handler

_ROUNDS = 10
"""How often a text is looked at again: what stood around a text that is gone may be that text once more."""


class Redactor:
    """
    Rewrites with *rewrite*, and counts the texts that it changed as `places`.

    Files are rewritten as texts in which bytes that are no text stay as they are; a `Rewriting` finds more in them.
    """

    def __init__(self, rewrite: Callable[[str], str]) -> None:
        self._rewrite = rewrite
        self.places = 0

    def text(self, text: str) -> str:
        """The text, rewritten."""
        changed: str = self._settled(text, self._rewrite)
        return changed

    def file(self, data: bytes) -> bytes:
        """The bytes of a file, or of a text with half characters, rewritten."""
        rewrite = self._rewrite.file if isinstance(self._rewrite, Rewriting) else self._as_text
        changed: bytes = self._settled(data, rewrite)
        return changed

    def value(self, value: Any) -> Any:
        """
        A JSON value with every text in it rewritten, names included. Names that become alike are numbered.

        A number is rewritten as the text that it is written as, and is a text then.
        """
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if isinstance(value, dict):
            changed: dict[str, Any] = {}
            for name, item in value.items():
                changed[numbered(self.text(name), lambda name: name in changed)] = self.value(item)
            return changed
        if isinstance(value, int | float) and not isinstance(value, bool):
            digits = json.dumps(value)
            rewritten = self.text(digits)
            return value if rewritten == digits else rewritten
        return value

    def record(self, value: Any) -> Any:
        """A JSON object with names that are ours, which stay, and values that are rewritten."""
        return (
            {name: self.value(item) for name, item in value.items()} if isinstance(value, dict) else self.value(value)
        )

    def records(self, value: Any) -> Any:
        """A list of such objects."""
        return [self.record(item) for item in value] if isinstance(value, list) else self.record(value)

    def _settled(self, value: Any, rewrite: Callable[[Any], Any]) -> Any:
        for counted in range(_ROUNDS):
            changed = rewrite(value)
            if changed == value:
                return value
            if not counted:
                self.places += 1
            value = changed
        return value

    def _as_text(self, data: bytes) -> bytes:
        handler = utf8_handler(data)
        return self._rewrite(data.decode("utf-8", handler)).encode("utf-8", handler)


def numbered(name: str, is_taken: Callable[[str], bool]) -> str:
    """The name, with a number after it where it is taken."""
    number, free = 1, name
    while is_taken(free):
        number += 1
        free = f"{name} {number}"
    return free
