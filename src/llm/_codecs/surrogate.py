"""
Halves of characters.

Providers that cut text by UTF-16 code units send an emoji as two halves in two events. JSON can write a half
(`\\ud83d`), UTF-8 cannot, so a half that is passed on breaks whoever prints or stores it.
"""

from __future__ import annotations

from typing import Any


class SurrogateJoiner:
    """Joins the halves of characters that two pieces of a text were cut through."""

    def __init__(self) -> None:
        self._half = ""

    def join(self, text: str) -> str:
        """*text* after the half before it, and without the half at its end, which waits for the next piece."""
        text, self._half = self._half + text, ""
        if text and "\ud800" <= text[-1] <= "\udbff":
            text, self._half = text[:-1], text[-1]
        return str(mended(text))


def mended(value: Any) -> Any:
    """JSON values whose strings can be written as UTF-8: pairs are joined, lone halves become U+FFFD."""
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, list):
        return [mended(item) for item in value]
    if isinstance(value, dict):
        return {mended(key): mended(item) for key, item in value.items()}
    return value
