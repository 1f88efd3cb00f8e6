"""Times as people write them: dates, and how long ago."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

from ..errors import RequestError

_EXAMPLES = 'Dates such as "2027-01-31" or "2027-01-31 14:00", "today", "yesterday", "3 hours ago", "30d"'
_DURATIONS = 'A number and a unit, such as "30d", "12h", "2w", "90 minutes" or "6 months"'
_HOUR = 3600.0
_DAY = 24 * _HOUR

# The first name of each unit is the one that others stand for. A lone m could be a minute as well as a month.
_NAMES = (
    ("second", "seconds", "s", "sec", "secs"),
    ("minute", "minutes", "min", "mins"),
    ("hour", "hours", "h", "hr", "hrs"),
    ("day", "days", "d"),
    ("week", "weeks", "w"),
    ("month", "months", "mo"),
    ("year", "years", "y"),
)
_UNITS = {name: names[0] for names in _NAMES for name in names}
_SECONDS = {"second": 1.0, "minute": 60.0, "hour": _HOUR, "day": _DAY, "week": 7 * _DAY}
_SECONDS |= {"month": 30 * _DAY, "year": 365 * _DAY}
_MONTHS = {"month": 1, "year": 12}

_LENGTH = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?|an?(?=\s)) *([a-z]+)")


def moment(text: str, now: float, zone: tzinfo | None = None) -> float:
    """
    The time that is meant, in seconds since the epoch. Raises RequestError.

    A time without a zone is one of *zone* (None: of this computer's), a date the beginning of that day. Months and
    years ago are those of the calendar.
    """
    words = " ".join(text.lower().split())
    try:
        found = _named(words, now, zone)
        if found is None:
            found = _ago(words.removesuffix(" ago"), now, zone)
        if found is None:
            found = _written(words.upper(), zone)
        datetime.fromtimestamp(found, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise RequestError(f"{text!r} is not a time", hint=_EXAMPLES) from error
    return found


def duration(text: str) -> float:
    """How many seconds a text such as `30d` or `2 weeks` means; months have 30 days. Raises RequestError."""
    length = _length(" ".join(text.lower().split()))
    if length is None:
        raise RequestError(f"{text!r} is not a length of time", hint=_DURATIONS)
    count, unit = length
    return count * _SECONDS[unit]


def _named(words: str, now: float, zone: tzinfo | None) -> float | None:
    if words == "now":
        return now
    if words not in ("today", "yesterday"):
        return None
    midnight = datetime.fromtimestamp(now, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight - timedelta(days=words == "yesterday")).timestamp()


def _ago(words: str, now: float, zone: tzinfo | None) -> float | None:
    length = _length(words)
    if length is None:
        return None
    count, unit = length
    if unit in _MONTHS and count.is_integer():
        return _months_before(datetime.fromtimestamp(now, zone), int(count) * _MONTHS[unit]).timestamp()
    return now - count * _SECONDS[unit]


def _months_before(time: datetime, count: int) -> datetime:
    """The same day so many months before, or the last of that month where it is shorter."""
    year, month = divmod(time.year * 12 + time.month - 1 - count, 12)
    for day in (time.day, 30, 29):
        try:
            return time.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    return time.replace(year=year, month=month + 1, day=28)


def _length(words: str) -> tuple[float, str] | None:
    match = _LENGTH.fullmatch(words)
    unit = _UNITS.get(match[2]) if match else None
    if match is None or unit is None:
        return None
    return (1.0 if match[1].startswith("a") else float(match[1])), unit


def _written(text: str, zone: tzinfo | None) -> float:
    time = datetime.fromisoformat(text)
    return (time.replace(tzinfo=zone) if time.tzinfo is None else time).timestamp()
