"""Times and lengths of time as values of options."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import click
import pytest

from llm._cli.moment_type import DURATION, MOMENT, UTC_MOMENT


def test_an_option_takes_times_as_people_write_them() -> None:
    assert time.time() - MOMENT.convert("2 days ago", None, None) == pytest.approx(2 * 86400, abs=5)
    assert MOMENT.convert("2027-01-31 14:00Z", None, None) == datetime(2027, 1, 31, 14, tzinfo=UTC).timestamp()
    assert UTC_MOMENT.convert("2027-01-31", None, None) == datetime(2027, 1, 31, tzinfo=UTC).timestamp()
    assert DURATION.convert("30d", None, None) == 30 * 86400


def test_a_default_may_be_a_number_already() -> None:
    assert MOMENT.convert(5, None, None) == 5.0
    assert DURATION.convert(5.5, None, None) == 5.5


@pytest.mark.parametrize(("kind", "example"), [(MOMENT, '"3 hours ago"'), (DURATION, '"30d"')])
def test_what_cannot_be_read_is_a_usage_error_with_examples(kind: click.ParamType, example: str) -> None:
    with pytest.raises(click.BadParameter, match=f"'soon' is not .*{example}"):
        kind.convert("soon", None, None)
