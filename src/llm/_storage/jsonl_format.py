"""What the writer and the reader of an export agree on."""

from __future__ import annotations

from typing import Any

from .._domain.json_text import json_text
from .._domain.sha256 import sha256
from .._domain.turn import Turn

FORMAT = "llm-history"
VERSION = 1

PLAIN_TURN = Turn("", "", model="")
"""A turn of which nothing is known: what is as it is here, is left out of a line."""


def content_id(value: Any) -> str:
    """The name of a content: the SHA-256, in hex, of bytes, of a text in UTF-8, or of another value's JSON text."""
    if isinstance(value, bytes):
        return sha256(value).hex()
    text = value if isinstance(value, str) else json_text(value)
    return sha256(text.encode("utf-8", "surrogatepass")).hex()
