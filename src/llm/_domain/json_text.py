"""JSON text that any value has, and that SQLite takes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def json_text(value: Any) -> str:
    """
    The value as compact JSON; text stays readable, but for half characters (lone surrogates), which are escaped.

    Other mappings become objects, and what JSON does not know the text of its repr. Raises TypeError, ValueError and
    RecursionError.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return text if is_utf8(text) else json.dumps(value, separators=(",", ":"), default=_plain)


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
