"""Token counts as the Responses API reports them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._domain.usage import Usage

_TOTALS = ("input_tokens", "output_tokens", "total_tokens")
_SANE = 1 << 63  # no integer of a database holds more, and JSON's 1e999 is infinite


def decode_usage(counts: Mapping[str, Any]) -> Usage:
    """The counts by our names; `details` is all that has no such name."""
    rest = {name: value for name, value in counts.items() if value is not None and name not in _TOTALS}
    return Usage(
        input=_count(counts.get("input_tokens")),
        output=_count(counts.get("output_tokens")),
        cached=_take(rest, "input_tokens_details", "cached_tokens"),
        cache_write=_take(rest, "input_tokens_details", "cache_write_tokens"),
        reasoning=_take(rest, "output_tokens_details", "reasoning_tokens"),
        details=rest or None,
    )


def _take(rest: dict[str, Any], group: str, name: str) -> int | None:
    """The count of that name inside the group, which leaves *rest*; a group that is left empty leaves it too."""
    counts = rest.get(group)
    if not isinstance(counts, Mapping):
        return None
    taken = _count(counts.get(name))
    left = {key: value for key, value in counts.items() if value is not None and (key != name or taken is None)}
    rest[group] = left
    if not left:
        del rest[group]
    return taken


def _count(value: Any) -> int | None:
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) < _SANE:
        return None
    return int(value)
