"""What a reply's headers say of the provider's limits."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .retry_after import retry_after

_FACTS = ("limit", "remaining", "reset")
_UNITS = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
_EPOCH = 1e9  # a number from here on is a time in seconds since 1970, and no distance
_EPOCH_MS = 1e11
_USED_UP = 0.01  # the share of the tokens that is as good as none
_SHARE = 0.1  # how much of all tokens is waited for, as nobody knows what the next request takes


@dataclass(frozen=True, slots=True)
class RateLimit:
    """
    How many requests may follow: `remaining` now, and `refill` more (None: any number) each time `wait` seconds have
    passed.
    """

    remaining: int
    wait: float
    refill: int | None = None


def rate_limit(headers: Mapping[str, str], now: float) -> RateLimit | None:
    """
    The tightest limit that the headers name, or None. Names are lower-case; *now* is in seconds since the epoch.

    Read are `x-ratelimit-remaining-requests` and `-tokens` with their `limit` and `reset` (a duration as in `6m0s`, or
    seconds), `anthropic-ratelimit-requests-remaining` and its like (a reset is an RFC 3339 time), the plain
    `x-ratelimit-remaining` (a reset may be a Unix time), and Retry-After in both its forms.
    """
    found = list(_limits(headers, now))
    asked = retry_after(headers, now)
    if asked is not None:
        found.append(RateLimit(0, asked))
    return min(found, key=lambda limit: (limit.remaining, -limit.wait), default=None)


def _limits(headers: Mapping[str, str], now: float) -> Iterator[RateLimit]:
    kinds: dict[str, dict[str, str]] = {}
    for name, value in headers.items():
        if "ratelimit-" in name:
            kind, fact = _parts(name)
            if fact in _FACTS:
                kinds.setdefault(kind, {})[fact] = value
    for kind, facts in kinds.items():
        remaining, limit = _number(facts.get("remaining")), _number(facts.get("limit"))
        reset = _seconds(facts.get("reset", ""), now)
        if remaining is not None and reset is not None and (found := _limit(kind, remaining, limit, reset)):
            yield found


def _parts(name: str) -> tuple[str, str]:
    """What is limited, and which fact of it a header tells."""
    vendor, _, rest = name.partition("ratelimit-")
    if vendor == "anthropic-":
        kind, _, fact = rest.rpartition("-")
    else:
        fact, _, kind = rest.partition("-")
    return kind, fact


def _limit(kind: str, remaining: float, limit: float | None, reset: float) -> RateLimit | None:
    if "token" in kind:
        # As long as there are some, the headers do not say for how many requests.
        return RateLimit(0, reset * _SHARE, 1) if remaining <= _USED_UP * (limit or 0) else None
    if "request" in kind:
        # The reset is when all of them will be there again; they come back one by one.
        used = 0.0 if limit is None else limit - remaining
        return RateLimit(int(remaining), reset / max(1.0, used), 1)
    return RateLimit(int(remaining), reset, None if limit is None else max(1, int(limit)))


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None


def _seconds(text: str, now: float) -> float | None:
    """How long until a reset: seconds, a Unix time in seconds or milliseconds, an RFC 3339 time, or a duration."""
    number = _number(text)
    if number is None:
        return _until(text, now) if ":" in text else _duration(text.strip())
    if number < _EPOCH:
        return number
    return max(0.0, (number if number < _EPOCH_MS else number / 1000) - now)


def _until(text: str, now: float) -> float | None:
    from datetime import UTC, datetime

    try:
        then = datetime.fromisoformat(text.strip())
        return max(0.0, (then if then.tzinfo else then.replace(tzinfo=UTC)).timestamp() - now)
    except (ValueError, OverflowError):
        return None


def _duration(text: str) -> float | None:
    """The seconds of a duration as Go writes it, such as `1h2m3.5s` or `20ms`."""
    seconds, number, unit = 0.0, "", ""
    try:
        for char in text + "0":  # which ends the last unit
            if char in "0123456789.":
                if unit:
                    seconds += float(number) * _UNITS[unit]
                    number = unit = ""
                number += char
            else:
                unit += char
    except (KeyError, ValueError):
        return None
    return seconds if number == "0" and text else None
