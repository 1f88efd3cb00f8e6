"""JSON text that any value has, and that SQLite takes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_HALF = re.compile("[\ud800-\udfff]")


def json_text(value: Any) -> str:
    """
    The value as compact JSON; text stays readable, but for half characters (lone surrogates), which are escaped.

    Other mappings become objects, and what JSON does not know the text of its repr. Raises TypeError, ValueError and
    RecursionError.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)
    if is_utf8(text):
        return text
    # Two halves beside each other are one character to whoever reads this, and so they are written as one.
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    return _HALF.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


def is_utf8(text: str) -> bool:
    """Whether the text can be written as UTF-8: it can unless it has half characters."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _plain(value: object) -> Any:
    return dict(value) if isinstance(value, Mapping) else repr(value)
