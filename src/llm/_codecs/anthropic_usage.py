"""Token counts as Anthropic reports them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._domain.usage import Usage

_SANE = 1 << 63  # no integer of a database holds more, and JSON's 1e999 is infinite
_READ, _WRITTEN = "cache_read_input_tokens", "cache_creation_input_tokens"
_NAMED = frozenset(("input_tokens", "output_tokens", _READ, _WRITTEN))


def decode_usage(counts: Mapping[str, Any]) -> Usage:
    """
    The counts by our names; `details` is all that has no such name.

    Anthropic counts cached input beside `input_tokens`, we count it in; tokens of a compaction are in neither, but in
    `iterations`.
    """
    rest = {name: value for name, value in counts.items() if value is not None and name not in _NAMED}
    fresh, cached, written = _count(counts.get("input_tokens")), _count(counts.get(_READ)), _count(counts.get(_WRITTEN))
    details = rest.get("output_tokens_details")
    reasoning = _count(details.get("thinking_tokens")) if isinstance(details, Mapping) else None
    if reasoning is not None:
        others = {name: value for name, value in rest.pop("output_tokens_details").items() if name != "thinking_tokens"}
        rest |= {"output_tokens_details": others} if others else {}
    total = None if fresh is None else fresh + (cached or 0) + (written or 0)
    return Usage(total, _count(counts.get("output_tokens")), rest or None, cached, reasoning, written)


def _count(value: Any) -> int | None:
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) < _SANE:
        return None
    return int(value)
