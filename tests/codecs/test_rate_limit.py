"""The headers in which providers tell how many requests may follow, in every form that they have."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from llm._codecs.rate_limit import RateLimit, rate_limit
from wire import Exchange, exchanges, parameters

NOW = datetime(2026, 1, 1, 0, 0, 0, tzinfo=UTC).timestamp()


def requests(remaining: str, reset: str, limit: str | None = None) -> dict[str, str]:
    headers = {"x-ratelimit-remaining-requests": remaining, "x-ratelimit-reset-requests": reset}
    return headers if limit is None else {**headers, "x-ratelimit-limit-requests": limit}


@pytest.mark.parametrize(
    ("reset", "seconds"),
    [
        ("1s", 1),
        ("20ms", 0.02),
        ("6m0s", 360),
        ("7.66s", 7.66),
        ("2m59.56s", 179.56),
        ("1h2m3.5s", 3723.5),
        ("1d1h", 90000),
        ("250µs", 0.00025),
        ("0s", 0),
        (" 2s ", 2),
        ("12", 12),
        ("0.5", 0.5),
        (str(int(NOW) + 30), 30),
        (str(int(NOW * 1000) + 1500), 1.5),
        ("2026-01-01T00:00:34Z", 34),
        ("2026-01-01T01:00:34.5+01:00", 34.5),
        ("2026-01-01T00:00:05", 5),
        ("2025-12-31T23:59:00Z", 0),
    ],
)
def test_a_reset_is_a_duration_a_number_of_seconds_or_a_time(reset: str, seconds: float) -> None:
    found = rate_limit(requests("0", reset), NOW)
    assert found is not None
    assert (found.remaining, found.wait) == (0, pytest.approx(seconds))


@pytest.mark.parametrize(
    "reset", ["", "soon", "s", "1x", "1.2.3s", "s5", "5s5", "-1", "nan", "inf", "10:61", "9:9:9:9"]
)
def test_a_reset_that_says_nothing_is_no_limit(reset: str) -> None:
    assert rate_limit(requests("0", reset), NOW) is None


@pytest.mark.parametrize("remaining", ["", "many", "-1", "nan", "inf"])
def test_a_count_that_says_nothing_is_no_limit(remaining: str) -> None:
    assert rate_limit(requests(remaining, "1s"), NOW) is None


def test_requests_come_back_one_by_one_until_the_reset() -> None:
    """The reset is when the bucket is full again: 15000 a minute come back every 4 ms."""
    assert rate_limit(requests("14999", "4ms", "15000"), NOW) == RateLimit(14999, 0.004, 1)
    assert rate_limit(requests("0", "60s", "60"), NOW) == RateLimit(0, 1, 1)


def test_without_a_limit_the_reset_is_waited_for() -> None:
    assert rate_limit(requests("0", "60s"), NOW) == RateLimit(0, 60, 1)


@pytest.mark.parametrize(
    "kind",
    ["x-ratelimit-{}-tokens", "x-ratelimit-{}-tokens-minute", "anthropic-ratelimit-input-tokens-{}"],
)
def test_tokens_limit_requests_once_they_are_as_good_as_used_up(kind: str) -> None:
    def headers(remaining: str) -> dict[str, str]:
        return {kind.format("limit"): "1000", kind.format("remaining"): remaining, kind.format("reset"): "60s"}

    assert rate_limit(headers("500"), NOW) is None
    assert rate_limit(headers("10"), NOW) == rate_limit(headers("0"), NOW) == RateLimit(0, 6, 1)


def test_anthropic_names_its_facts_at_the_end() -> None:
    headers = {
        "anthropic-ratelimit-requests-limit": "50",
        "anthropic-ratelimit-requests-remaining": "40",
        "anthropic-ratelimit-requests-reset": "2026-01-01T00:00:12Z",
        "anthropic-ratelimit-tokens-limit": "400000",
        "anthropic-ratelimit-tokens-remaining": "399000",
        "anthropic-ratelimit-tokens-reset": "2026-01-01T00:00:01Z",
        "anthropic-ratelimit-unified-status": "allowed",
        "anthropic-ratelimit-unified-reset": "1767225700",
    }
    assert rate_limit(headers, NOW) == RateLimit(40, pytest.approx(1.2), 1)


@pytest.mark.parametrize("prefix", ["x-ratelimit", "ratelimit"])
def test_a_plain_limit_is_a_window_after_which_all_are_there_again(prefix: str) -> None:
    headers = {f"{prefix}-limit": "20", f"{prefix}-remaining": "3", f"{prefix}-reset": "40"}
    assert rate_limit(headers, NOW) == RateLimit(3, 40, 20)
    del headers[f"{prefix}-limit"]
    assert rate_limit(headers, NOW) == RateLimit(3, 40, None)


def test_the_tightest_limit_counts() -> None:
    day = {"x-ratelimit-remaining-requests-day": "7", "x-ratelimit-reset-requests-day": "100"}
    headers = {**requests("9", "1s"), **day}
    assert rate_limit(headers, NOW) == RateLimit(7, 100, 1)
    assert rate_limit({**headers, **requests("0", "1s")}, NOW) == RateLimit(0, 1, 1)
    assert rate_limit({**day, "x-ratelimit-remaining-requests-day": "0", **requests("0", "1s")}, NOW) == RateLimit(
        0, 100, 1
    )


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "15"}, 15),
        ({"retry-after-ms": "250", "retry-after": "1"}, 0.25),
        ({"retry-after": "Thu, 01 Jan 2026 00:00:20 GMT"}, 20),
        ({"retry-after": "15", **requests("0", "1s")}, 15),
    ],
)
def test_retry_after_closes_for_a_while_and_then_opens(headers: dict[str, str], wait: float) -> None:
    assert rate_limit(headers, NOW) == RateLimit(0, wait)


@pytest.mark.parametrize("headers", [{}, {"content-type": "text/plain"}, {"x-ratelimit-limit-requests": "5"}])
def test_most_replies_say_nothing(headers: dict[str, str]) -> None:
    assert rate_limit(headers, NOW) is None


@pytest.mark.parametrize("exchange", parameters([e for e in exchanges("*") if "headers" in e.response]))
def test_recorded_replies_are_read(exchange: Exchange) -> None:
    """Those that count requests had plenty left, and their resets are those of single requests."""
    headers = {name.lower(): value for name, value in exchange.response["headers"].items()}
    found = rate_limit(headers, NOW)
    if "retry-after" in headers:
        assert found == RateLimit(0, float(headers["retry-after"]))
    elif remaining := headers.get("x-ratelimit-remaining-requests"):
        assert found is not None
        assert (found.remaining, found.refill) == (int(remaining), 1)
        assert 0.001 < found.wait < 0.01
    else:
        assert found is None
