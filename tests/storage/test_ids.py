"""Names of turns."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time

import pytest

from llm._storage.ids import new_id

_FORM = re.compile(r"[0-7][0-9abcdefghjkmnpqrstvwxyz]{25}")
_DIGITS = {digit: value for value, digit in enumerate("0123456789abcdefghjkmnpqrstvwxyz")}


def _number(name: str) -> int:
    value = 0
    for digit in name:
        value = value * 32 + _DIGITS[digit]
    return value


def test_an_id_is_26_characters_of_crockfords_base_32_in_lower_case() -> None:
    assert all(_FORM.fullmatch(new_id()) for _ in range(1000))


def test_the_time_of_an_id_can_be_read_from_its_first_ten_characters() -> None:
    # The example of https://github.com/ulid/spec: 01ARYZ6S41 is 1469918176385 milliseconds.
    assert new_id(1469918176.385).startswith("01aryz6s41")
    assert _number(new_id(1800000000.5)[:10]) == 1800000000500


def test_without_a_time_an_id_has_the_present_one() -> None:
    before = int(time.time() * 1000)
    made = _number(new_id()[:10])
    assert before <= made <= int(time.time() * 1000) + 1


def test_ten_thousand_ids_of_one_process_are_distinct_and_sorted() -> None:
    made = [new_id() for _ in range(10_000)]
    assert made == sorted(set(made))


def test_ids_of_one_millisecond_ascend_by_one() -> None:
    made = [_number(new_id(1800000000.0)) for _ in range(10_000)]
    assert made == list(range(made[0], made[0] + 10_000))


def test_ids_of_later_times_sort_after_those_of_earlier_ones() -> None:
    made = [new_id(1800000000 + step / 1000) for step in range(10_000)]
    assert made == sorted(set(made))


def test_an_id_for_an_earlier_time_has_that_time() -> None:
    new_id(1800000001.0)
    assert new_id(1700000000.0) < new_id(1800000001.0)


def test_ids_made_by_many_threads_are_distinct_and_sorted_in_each() -> None:
    made: list[list[str]] = [[] for _ in range(8)]

    def make(mine: list[str]) -> None:
        mine.extend(new_id() for _ in range(1250))

    threads = [threading.Thread(target=make, args=(mine,)) for mine in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(mine == sorted(mine) for mine in made)
    assert len({name for mine in made for name in mine}) == 10_000


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_process_does_not_repeat_the_ids_of_its_parent() -> None:
    code = (
        "import os\n"
        "from llm._storage.ids import new_id\n"
        "new_id(1.0)\n"
        "child = os.fork()\n"
        "os.write(1, f'{new_id(1.0)}\\n'.encode())\n"
        "if child: os.waitpid(child, 0)\n"
    )
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert len(set(made)) == 2


def test_an_overflow_of_the_random_part_is_carried_into_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("llm._storage.ids.os.urandom", lambda count: b"\xff" * count)
    first, second = new_id(1234.0), new_id(1234.0)
    assert first < second
    assert _number(second) == _number(first) + 1


@pytest.mark.parametrize("seconds", [-1.0, float(1 << 48)])
def test_a_time_that_fits_no_ulid_is_an_error(seconds: float) -> None:
    with pytest.raises(ValueError, match="do not fit a ULID"):
        new_id(seconds)
