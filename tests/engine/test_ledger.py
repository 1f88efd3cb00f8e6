"""What a day has cost is added up over processes and threads, and nothing of it is lost."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

import llm
from config.processes import finish, start
from llm._domain.usage import Usage
from llm._engine.ledger import Ledger, Spending

KEY = "openai/gpt-4o"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC).timestamp()
DAY = 86400.0


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


def spend(ledger: Ledger, cost: float, *, limit: float = 1e6, key: str = KEY) -> None:
    ledger.settle(ledger.reserve(key, cost, limit), Usage(10, 2, cached=4, cache_write=1), cost)


def test_what_a_request_cost_takes_the_place_of_what_it_might(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    reservation = ledger.reserve(KEY, 0.5, 1.0)
    assert ledger.spent() == 0.5
    ledger.settle(reservation, Usage(10, 2, cached=4, cache_write=1), 0.125)
    assert ledger.spent() == 0.125
    assert ledger.today() == [Spending(KEY, 1, 10, 2, 4, 1, 0.125)]


def test_a_request_that_nobody_answered_is_struck_out(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.release(ledger.reserve(KEY, 0.5, 1.0))
    assert ledger.spent() == 0
    assert ledger.today() == []


def test_a_day_is_filled_to_its_limit_exactly_and_no_further(tmp_path: Path) -> None:
    """Ten times 0.1 is 1, which sums of binary fractions are not."""
    ledger = Ledger(tmp_path)
    for _ in range(10):
        spend(ledger, 0.1, limit=1.0)
    with pytest.raises(llm.BudgetError) as caught:
        ledger.reserve(KEY, 0.000001, 1.0)
    error = caught.value
    assert str(error) == "This request may cost $0.000001, and $1.00 of today's $1.00 are spent"
    assert (error.limit, error.spent, error.estimate) == (1.0, 1.0, 0.000001)
    assert "daily" in str(error.hint)
    assert ledger.spent() == 1.0


def test_requests_under_way_count(tmp_path: Path) -> None:
    """Those of a process that was killed too, until the day is over."""
    ledger, clock = Ledger(tmp_path, clock=(clock := Clock())), clock
    ledger.reserve(KEY, 0.9, 1.0)
    with pytest.raises(llm.BudgetError):
        ledger.reserve(KEY, 0.2, 1.0)
    clock.now += DAY
    ledger.reserve(KEY, 0.2, 1.0)


def test_a_limit_of_nothing_lets_only_what_costs_nothing_pass(tmp_path: Path) -> None:
    Ledger(tmp_path).reserve(KEY, 0.0, 0.0)
    with pytest.raises(llm.BudgetError):
        Ledger(tmp_path).reserve(KEY, 1e-9, 0.0)


def test_a_new_day_begins_at_midnight_utc(tmp_path: Path) -> None:
    clock = Clock()
    ledger = Ledger(tmp_path, clock=clock)
    spend(ledger, 1.0, limit=1.0)
    clock.now += DAY / 2 - 1
    with pytest.raises(llm.BudgetError):
        ledger.reserve(KEY, 0.5, 1.0)
    clock.now += 1
    spend(ledger, 0.5, limit=1.0)
    assert ledger.spent() == 0.5


def test_a_request_counts_on_the_day_on_which_it_was_asked(tmp_path: Path) -> None:
    clock = Clock()
    ledger = Ledger(tmp_path, clock=clock)
    reservation = ledger.reserve(KEY, 0.5, 1.0)
    clock.now += DAY
    ledger.settle(reservation, Usage(1, 1), 0.75)
    assert ledger.spent() == 0
    clock.now -= DAY
    assert ledger.spent() == 0.75


def test_the_file_does_not_grow_with_requests_and_forgets_days_long_past(tmp_path: Path) -> None:
    clock = Clock()
    ledger = Ledger(tmp_path, clock=clock)
    for number in range(60):
        spend(ledger, 0.25, key=f"openai/{number % 3}")
    for _ in range(5):
        clock.now += 200 * DAY
        spend(ledger, 0.25)
    with sqlite3.connect(ledger.path) as connection:
        rows = connection.execute("SELECT day, exchanges FROM spent ORDER BY day, price_key").fetchall()
        waiting = connection.execute("SELECT count(*) FROM reserved").fetchone()
    connection.close()
    assert len(rows) == 3
    assert waiting == (0,)
    assert ledger.path.stat().st_size < 40_000


def test_the_ledger_holds_no_content_and_is_for_its_owner_alone(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "user")
    spend(ledger, 0.5)
    assert stat.S_IMODE(ledger.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(ledger.path.parent.stat().st_mode) == 0o700
    with sqlite3.connect(ledger.path) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(spent)")]
    connection.close()
    assert columns == ["day", "price_key", "exchanges", "input", "output", "cached", "cache_write", "nanodollars"]


@pytest.mark.parametrize("count", [-5, 1 << 62, None])
def test_counts_that_cannot_be_are_no_harm(count: int | None, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    for _ in range(3):
        ledger.settle(ledger.reserve(KEY, 1e300, 1e301), Usage(count, count), 1e300)
    (line,) = ledger.today()
    assert line.exchanges == 3
    assert line.cost > 0


SPEND = """
import sys
from pathlib import Path
from llm._domain.usage import Usage
from llm._engine.ledger import Ledger
ledger = Ledger(Path(sys.argv[1]))
for _ in range(int(sys.argv[2])):
    ledger.settle(ledger.reserve("openai/gpt-4o", 0.5, 1e6), Usage(10, 2), 0.25)
"""


def test_sixteen_processes_and_thirty_two_threads_lose_no_entry(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(5):
                spend(ledger, 0.25)
        except BaseException as error:
            failures.append(error)

    processes = [start(SPEND, tmp_path, 5) for _ in range(16)]
    threads = [threading.Thread(target=work) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    finish(*processes)
    assert failures == []
    (line,) = ledger.today()
    assert (line.exchanges, line.input, line.output) == (48 * 5, 480 * 5, 96 * 5)
    assert line.cost == ledger.spent() == 48 * 5 * 0.25


def test_parallel_requests_cannot_all_slip_under_the_limit(tmp_path: Path) -> None:
    """Each would fit alone; together they would cost three times the limit."""
    ledger = Ledger(tmp_path)
    barrier = threading.Barrier(32)
    let_through: list[int] = []

    def work(number: int) -> None:
        barrier.wait()
        try:
            ledger.reserve(KEY, 0.1, 1.0)
        except llm.BudgetError:
            return
        let_through.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(let_through) == 10
    assert ledger.spent() == 1.0


def test_a_process_that_is_killed_leaves_its_reservation(tmp_path: Path) -> None:
    code = SPEND.partition("for _")[0] + "ledger.reserve('openai/gpt-4o', 0.5, 1.0)\nimport os; os._exit(0)"
    finish(start(code, tmp_path))
    assert Ledger(tmp_path).spent() == 0.5


@pytest.mark.parametrize("content", [b"not a database" * 100, b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_damaged_file_refuses_with_what_to_do_and_is_left_as_it_is(content: bytes, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.path.write_bytes(content)
    with pytest.raises(llm.ConfigError, match="Cannot add up what was spent in ") as caught:
        ledger.reserve(KEY, 0.1, 1.0)
    assert str(ledger.path) in str(caught.value)
    assert "Move it away" in str(caught.value.hint)
    assert ledger.path.read_bytes() == content


def test_a_folder_that_cannot_be_written_refuses(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(llm.ConfigError):
        Ledger(tmp_path / "file").reserve(KEY, 0.1, 1.0)
    (tmp_path / "spending.db").mkdir()
    with pytest.raises(llm.ConfigError) as caught:
        Ledger(tmp_path).reserve(KEY, 0.1, 1.0)
    assert caught.value.hint


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_that_may_only_be_read_refuses(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(llm.ConfigError, match="Cannot add up"):
            Ledger(tmp_path).reserve(KEY, 0.1, 1.0)
    finally:
        tmp_path.chmod(0o700)


def test_a_file_that_may_only_be_read_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger(tmp_path)
    spend(ledger, 0.1)
    connect = sqlite3.connect

    def read_only(path: Path, **options: object) -> sqlite3.Connection:
        return connect(f"file:{path}?mode=ro", uri=True, **options)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(sqlite3, "connect", read_only)
    with pytest.raises(llm.ConfigError, match="readonly") as caught:
        ledger.reserve(KEY, 0.1, 1.0)
    assert "Check who may write the file" in str(caught.value.hint)


def test_a_lock_that_another_process_holds_is_waited_for_only_so_long(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, wait=0.1)
    spend(ledger, 0.1)
    holder = sqlite3.connect(ledger.path, isolation_level=None)
    try:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(llm.ConfigError, match="locked") as caught:
            ledger.reserve(KEY, 0.1, 1.0)
        assert "Try again" in str(caught.value.hint)
    finally:
        holder.close()
