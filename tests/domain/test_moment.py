"""Times are read as people write them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest

import llm
from llm._domain.moment import duration, moment

HOUR = 3600.0
DAY = 24 * HOUR


def utc(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


NOW = utc("2027-03-31T15:30:45")


@pytest.fixture
def in_new_york(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This computer is where clocks are put forward on 2027-03-14."""
    monkeypatch.setenv("TZ", "EST5EDT,M3.2.0,M11.1.0")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2027-01-31", "2027-01-31T00:00:00"), ("2027-01-31 14:00", "2027-01-31T14:00:00"),
        ("2027-01-31T14:00:30.5", "2027-01-31T14:00:30.5"), ("  2027-01-31   14:00 ", "2027-01-31T14:00:00"),
        ("2027-01-31t14:00z", "2027-01-31T14:00:00"), ("2027-01-31 14:00+02:00", "2027-01-31T12:00:00"),
        ("now", "2027-03-31T15:30:45"), ("Today", "2027-03-31T00:00:00"), ("yesterday", "2027-03-30T00:00:00"),
        ("2 days ago", "2027-03-29T15:30:45"), ("3 hours ago", "2027-03-31T12:30:45"),
        ("an hour ago", "2027-03-31T14:30:45"), ("1 week ago", "2027-03-24T15:30:45"),
        ("90 minutes ago", "2027-03-31T14:00:45"), ("1.5 hours ago", "2027-03-31T14:00:45"),
        ("30d", "2027-03-01T15:30:45"), ("12h", "2027-03-31T03:30:45"), ("2w ago", "2027-03-17T15:30:45"),
        ("2 months ago", "2027-01-31T15:30:45"), ("1 month ago", "2027-02-28T15:30:45"),
        ("37 months ago", "2024-02-29T15:30:45"), ("a year ago", "2026-03-31T15:30:45"),
        ("4mo", "2026-11-30T15:30:45"),
    ],
)  # fmt: skip
def test_a_time_is_meant(text: str, meant: str) -> None:
    assert moment(text, NOW, UTC) == utc(meant)


@pytest.mark.usefixtures("in_new_york")
def test_a_time_without_a_zone_is_that_of_this_computer() -> None:
    assert moment("2027-01-31", NOW) == utc("2027-01-31T05:00:00")
    assert moment("2027-03-31 14:00", NOW) == utc("2027-03-31T18:00:00")
    assert moment("2027-03-31 14:00Z", NOW) == utc("2027-03-31T14:00:00")
    assert moment("today", utc("2027-03-31T02:00:00")) == utc("2027-03-30T04:00:00")


@pytest.mark.usefixtures("in_new_york")
def test_a_day_is_as_long_as_the_calendar_says() -> None:
    """Yesterday began 23 hours before today, and a month ago it was the same time of day."""
    now = utc("2027-03-15T16:00:00")
    assert moment("today", now) - moment("yesterday", now) == 23 * HOUR
    assert moment("1 month ago", now) == utc("2027-02-15T17:00:00")


def test_another_zone_can_be_named() -> None:
    zone = timezone(timedelta(hours=9))
    assert moment("2027-01-31", NOW, zone) == utc("2027-01-30T15:00:00")
    assert moment("today", NOW, zone) == utc("2027-03-31T15:00:00")


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2027", "2027-13-01", "2027-02-30", "31.01.2027", "-1 days ago", "3 ago", "3m", "3 parsecs ago", "ago",
     "days ago", "999999999 days ago", "999999999 years ago", "in 2 days", "1e9 days ago", "٣ days ago",
     "0001-01-01 00:00+23:00", "2027-01-31 25:00", "nan days ago"],
)  # fmt: skip
def test_what_is_no_time_is_an_error_with_examples(text: str) -> None:
    with pytest.raises(llm.RequestError, match="is not a time") as caught:
        moment(text, NOW)
    assert caught.value.hint is not None
    assert '"3 hours ago"' in caught.value.hint


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30d", 30 * DAY), ("12h", 12 * HOUR), ("2w", 14 * DAY), ("90min", 5400), ("45 s", 45), ("1 day", DAY),
     (" 2  Weeks ", 14 * DAY), ("6mo", 180 * DAY), ("1y", 365 * DAY), ("0.5 hours", 1800),
     ("0d", 0), ("a week", 7 * DAY)],
)  # fmt: skip
def test_a_length_of_time_is_in_seconds(text: str, seconds: float) -> None:
    assert duration(text) == seconds


@pytest.mark.parametrize("text", ["", "30", "d", "3m", "2 days ago", "2027-01-31", "-2d", "1d 2h", "today"])
def test_what_is_no_length_of_time_is_an_error_with_examples(text: str) -> None:
    """`3m` too: months and minutes are not to be taken for each other where something is deleted."""
    with pytest.raises(llm.RequestError, match="is not a length of time") as caught:
        duration(text)
    assert caught.value.hint is not None
    assert '"30d"' in caught.value.hint
