"""Token counts as Chat Completions reports them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._domain.usage import Usage

_TOTALS = ("prompt_tokens", "completion_tokens", "total_tokens")
_SANE = 1 << 63  # no integer of a database holds more, and JSON's 1e999 is infinite
_CACHED = ("cached_tokens", "prompt_cache_hit_tokens", "num_cached_tokens")


def usage_field(reply: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The counts in a reply or in a piece of one; Groq's streams have them inside `x_groq`."""
    for holder in (reply, reply.get("x_groq")):
        if isinstance(holder, Mapping) and isinstance(found := holder.get("usage"), Mapping) and found:
            return found
    return None


def decode_usage(counts: Mapping[str, Any]) -> Usage:
    """The counts by our names; `details` is all that has no such name."""
    rest = {name: value for name, value in counts.items() if value is not None and name not in _TOTALS}
    cached = _take(rest, "prompt_tokens_details", ("cached_tokens",))
    if cached is None:
        cached = _take(rest, None, _CACHED)
    reasoning = _take(rest, "completion_tokens_details", ("reasoning_tokens",))
    if reasoning is None:
        reasoning = _take(rest, None, ("reasoning_tokens",))
    return Usage(
        _count(counts.get("prompt_tokens")), _count(counts.get("completion_tokens")), rest or None, cached, reasoning
    )


def _take(rest: dict[str, Any], group: str | None, names: tuple[str, ...]) -> int | None:
    """The first of these counts, inside the group of that name, which leaves *rest*."""
    counts = rest if group is None else dict(rest.get(group) or {})
    found = next((name for name in names if _count(counts.get(name)) is not None), None)
    taken = None if found is None else _count(counts.pop(found))
    if group is not None and group in rest:
        rest[group] = {name: value for name, value in counts.items() if value is not None}
        if not rest[group]:
            del rest[group]
    return taken


def _count(value: Any) -> int | None:
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) < _SANE:
        return None
    return int(value)
