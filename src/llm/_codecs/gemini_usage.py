"""Token counts as Gemini reports them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._domain.usage import Usage

_OURS = frozenset(
    ("promptTokenCount", "candidatesTokenCount", "thoughtsTokenCount", "cachedContentTokenCount", "totalTokenCount")
)
_SANE = 1 << 63  # no integer of a database holds more, and JSON's 1e999 is infinite


def decode_usage(counts: Mapping[str, Any]) -> Usage:
    """
    The counts by our names; `details` is all that has no such name.

    What tools of the provider read for the model is input like the prompt, and Google counts thoughts beside the
    candidates. A count of 0 is not sent; where the total leaves nothing for the output, it is that.
    """
    asked = _sum(_count(counts.get("promptTokenCount")), _count(counts.get("toolUsePromptTokenCount")))
    thoughts = _count(counts.get("thoughtsTokenCount"))
    said = _sum(_count(counts.get("candidatesTokenCount")), thoughts)
    if said is None and asked is not None and _count(counts.get("totalTokenCount")) == asked:
        said = 0
    rest = {name: value for name, value in counts.items() if value is not None and name not in _OURS}
    return Usage(asked, said, rest or None, _count(counts.get("cachedContentTokenCount")), thoughts)


def _sum(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else one + other


def _count(value: Any) -> int | None:
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) < _SANE:
        return None
    return int(value)
