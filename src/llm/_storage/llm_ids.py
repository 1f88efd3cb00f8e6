"""Ids and times as the `llm` package before 1.0 wrote them, as ours."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime

from .ids import ALPHABET, encode

_ULID = re.compile(r"[0-7][0-9a-hjkmnp-tv-z]{25}")
_HASH_BITS = 80
_TIME_LETTERS = 10
_LATEST = (1 << 48) - 1


def own_id(old: str, started: float) -> str:
    """
    The same ULID in lower case; of another id, one with that time and the id's hash, the same each time.

    So whoever reads a row twice knows it again.
    """
    id = old.lower()
    if _ULID.fullmatch(id):
        return id
    milliseconds = min(max(int(started * 1000), 0), _LATEST)
    digest = hashlib.sha256(old.encode("utf-8", "surrogatepass")).digest()
    return encode(milliseconds << _HASH_BITS | int.from_bytes(digest[: _HASH_BITS // 8]))


def seconds(text: object, id: str) -> float:
    """When a row was made, in seconds since the epoch: its time as text, else that in its id, else 0."""
    try:
        moment = datetime.fromisoformat(str(text))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return _time_of(id.lower())


def _time_of(id: str) -> float:
    if not _ULID.fullmatch(id):
        return 0.0
    value = 0
    for letter in id[:_TIME_LETTERS]:
        value = value << 5 | ALPHABET.index(letter)
    return value / 1000
