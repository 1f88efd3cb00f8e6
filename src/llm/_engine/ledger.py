"""
What a user has spent on each day, added up over all processes, in a small file without content.

A request that is about to leave is entered with what it may cost, and once it is known, with what it did cost. So
requests that are asked at the same time cannot all slip under a limit, and one whose process was killed counts with its
estimate until its day is over. Days are those of UTC. The file has one line for each day and model, and forgets days
that are long past: reading a day takes as long after a million requests as after one.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from .._config.paths import ensure_directory
from .._domain.dollars import dollars
from .._domain.usage import Usage
from .._storage.transaction import immediate
from ..errors import BudgetError, ConfigError

FILE_NAME = "spending.db"

_KEPT_DAYS = 400
_NANO = 1_000_000_000  # amounts are whole billionths of a dollar: sums of binary fractions are never quite right
_LARGEST = 1 << 53
_DAY = 86400.0

_TABLES = """
CREATE TABLE IF NOT EXISTS spent (
    day TEXT, price_key TEXT, exchanges INTEGER, input INTEGER, output INTEGER, cached INTEGER, cache_write INTEGER,
    nanodollars INTEGER, PRIMARY KEY (day, price_key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS reserved (id INTEGER PRIMARY KEY, day TEXT, price_key TEXT, nanodollars INTEGER);
"""
_SPENT = """
SELECT (SELECT coalesce(sum(nanodollars), 0) FROM spent WHERE day = :day)
     + (SELECT coalesce(sum(nanodollars), 0) FROM reserved WHERE day = :day)
"""
_ADD = """
INSERT INTO spent VALUES (?, ?, 1, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
    exchanges = exchanges + 1, input = input + excluded.input, output = output + excluded.output,
    cached = cached + excluded.cached, cache_write = cache_write + excluded.cache_write,
    nanodollars = nanodollars + excluded.nanodollars
"""
_HINTS = {
    sqlite3.SQLITE_BUSY: "Try again when the process that holds it (a backup, another llm command) has finished",
    sqlite3.SQLITE_CORRUPT: "Move it away: what was spent today is then counted from zero",
    sqlite3.SQLITE_NOTADB: "Move it away: what was spent today is then counted from zero",
    sqlite3.SQLITE_FULL: "Free some space on that disk",
}
_ACCESS = "Check who may write the file and its folder: a daily limit cannot be held without it"

_creating = threading.Lock()


@dataclass(frozen=True, slots=True)
class Reservation:
    """A request that is under way, as the ledger knows it."""

    id: int
    day: str
    price_key: str


@dataclass(frozen=True, slots=True)
class Spending:
    """What a model took on one day: how often it was asked, tokens, and US dollars."""

    price_key: str
    exchanges: int
    input: int
    output: int
    cached: int
    cache_write: int
    cost: float


class Ledger:
    """
    `spending.db` in the user directory, used by any number of processes and threads at once.

    Every method raises ConfigError where the file cannot be used: a limit that nobody can check is none.
    """

    def __init__(self, directory: Path, *, clock: Callable[[], float] = time.time, wait: float = 30.0) -> None:
        self.path = directory / FILE_NAME
        self._clock = clock
        self._wait = wait

    def reserve(self, price_key: str, cost: float, limit: float) -> Reservation:
        """Enter a request that may cost *cost*. Raises BudgetError where the day would come to more than *limit*."""
        now = self._clock()
        day, amount = _day(now), _nano(cost)
        with self._open() as connection:
            (spent,) = connection.execute(_SPENT, {"day": day}).fetchone()
            if spent + amount > limit * _NANO + 0.5:
                raise _spent_already(spent / _NANO, cost, limit)
            self._forget(connection, now)
            entered = connection.execute("INSERT INTO reserved VALUES (NULL, ?, ?, ?)", (day, price_key, amount))
            return Reservation(entered.lastrowid or 0, day, price_key)

    def settle(self, reservation: Reservation, usage: Usage, cost: float) -> None:
        """Enter what a request did cost, in place of what it might; on the day on which it was asked."""
        tokens = (usage.input, usage.output, usage.cached, usage.cache_write)
        counts = [min(max(count or 0, 0), _LARGEST) for count in tokens]
        with self._open() as connection:
            connection.execute("DELETE FROM reserved WHERE id = ? AND day = ?", (reservation.id, reservation.day))
            connection.execute(_ADD, (reservation.day, reservation.price_key, *counts, _nano(cost)))

    def release(self, reservation: Reservation) -> None:
        """Strike out a request that cost nothing, since nobody answered it."""
        with self._open() as connection:
            connection.execute("DELETE FROM reserved WHERE id = ? AND day = ?", (reservation.id, reservation.day))

    def spent(self) -> float:
        """What today has come to, requests under way included."""
        with self._open() as connection:
            (spent,) = connection.execute(_SPENT, {"day": _day(self._clock())}).fetchone()
        return float(spent / _NANO)

    def today(self) -> list[Spending]:
        """What each model took today, as far as it is settled."""
        query = (
            "SELECT price_key, exchanges, input, output, cached, cache_write, nanodollars / 1e9 FROM spent "
            "WHERE day = ? ORDER BY price_key"
        )
        with self._open() as connection:
            rows = connection.execute(query, (_day(self._clock()),)).fetchall()
        return [Spending(*row) for row in rows]

    def _forget(self, connection: sqlite3.Connection, now: float) -> None:
        connection.execute("DELETE FROM reserved WHERE day < ?", (_day(now - 2 * _DAY),))
        connection.execute("DELETE FROM spent WHERE day < ?", (_day(now - _KEPT_DAYS * _DAY),))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection inside a write transaction, of its own: a fork or another thread cannot be in its way."""
        try:
            _create(self.path)
            connection = sqlite3.connect(self.path, timeout=self._wait, isolation_level=None)
            try:
                with immediate(connection):
                    if not connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
                        for statement in filter(str.strip, _TABLES.split(";")):
                            connection.execute(statement)
                    yield connection
            finally:
                connection.close()
        except sqlite3.Error as error:
            hint = _HINTS.get((getattr(error, "sqlite_errorcode", None) or 0) & 0xFF, _ACCESS)
            raise ConfigError(f"Cannot add up what was spent in {self.path}: {error}", hint=hint) from error
        except OSError as error:
            why = error.strerror or error
            raise ConfigError(f"Cannot add up what was spent in {self.path}: {why}", hint=_ACCESS) from error


def _create(path: Path) -> None:
    """
    Make an empty file that only its owner may read.

    Closing a file drops every lock that the process holds on it, those of SQLite included, so no other thread may
    connect before it is closed.
    """
    with _creating:
        ensure_directory(path.parent)
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _day(now: float) -> str:
    return datetime.fromtimestamp(now, UTC).date().isoformat()


def _nano(amount: float) -> int:
    return min(round(max(amount, 0.0) * _NANO), _LARGEST) if amount < _LARGEST else _LARGEST


def _spent_already(spent: float, cost: float, limit: float) -> BudgetError:
    return BudgetError(
        f"This request may cost {dollars(cost)}, and {dollars(spent)} of today's {dollars(limit)} are spent",
        limit=limit,
        spent=spent,
        estimate=cost,
        hint="Raise `daily` under [budget] in config.toml, set max_tokens lower, ask a cheaper model, or wait: "
        "the day ends at midnight UTC",
    )
