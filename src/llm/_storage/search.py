"""Turns found by what they are like, fast also where there are very many."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from . import full_text
from .filters import Filter, Value, filters
from .query import Found, TurnQuery
from .turn_row import read

if TYPE_CHECKING:
    from .._domain.turn import Turn

_FEW = 2000
"""So many turns are sorted in no time. Of a filter that more turns fit, the newest ones are soon met."""


def find(connection: sqlite3.Connection, query: TurnQuery) -> Iterator[Found]:
    """
    The turns that a query asks for, oldest first; with `search` and order `rank`, the best last.

    What is found is of one moment, however long the caller takes to read it; all of it is never in memory at once.
    """
    begun = not connection.in_transaction
    if begun:
        connection.execute("BEGIN")
    try:
        if query.search is None:
            yield from (Found(turn) for turn in _turns(connection, _listed(connection, query)))
        else:
            yield from _searched(connection, query, full_text.expression(connection, query.search))
    finally:
        if begun and connection.in_transaction:
            connection.execute("ROLLBACK")


def _searched(connection: sqlite3.Connection, query: TurnQuery, expression: str) -> Iterator[Found]:
    for key in _matching(connection, query, expression):
        for turn in _turns(connection, [key]):
            yield Found(turn, full_text.snippet(connection, key, expression))


def _turns(connection: sqlite3.Connection, keys: Iterable[int]) -> Iterator[Turn]:
    for key in keys:
        row = connection.execute("SELECT * FROM turn WHERE key = ?", (key,)).fetchone()
        if row is not None:
            yield read(connection, row)


def _listed(connection: sqlite3.Connection, query: TurnQuery) -> Iterable[int]:
    """The keys of the turns that fit, in the order of their ids."""
    wanted = list(filters(query))
    leading = next((filter for filter in wanted if _is_narrow(connection, filter)), None)
    if leading is None:
        return _in_order(connection, query, _where(wanted))
    rest = [filter for filter in wanted if filter is not leading]
    return _in_order(connection, query, _where(rest, (f"turn.key IN ({leading.keys})", leading.values)))


def _matching(connection: sqlite3.Connection, query: TurnQuery, expression: str) -> Iterable[int]:
    """The keys of the turns with the words; CROSS JOIN has SQLite take the words first."""
    where = _where(filters(query), ("turn_search MATCH ?", (expression,)))
    source = "turn_search CROSS JOIN turn ON turn.key = turn_search.rowid"
    if query.order == "latest":
        return _in_order(connection, query, where, source)
    if where.test == "turn_search MATCH ?":
        source = "turn_search"  # ids and all else are in the other table, and not needed
    limit = -1 if query.count is None else query.count
    rows = connection.execute(
        f"SELECT turn_search.rowid FROM {source} WHERE {where.test} ORDER BY rank, turn_search.rowid DESC LIMIT ?",  # noqa: S608
        (*where.values, limit),
    ).fetchall()
    return [row[0] for row in reversed(rows)]


def _in_order(connection: sqlite3.Connection, query: TurnQuery, where: Filter, source: str = "turn") -> Iterable[int]:
    """The keys of the newest turns that are so, oldest first."""
    select = f"SELECT turn.key FROM {source} WHERE {where.test} ORDER BY turn.id"  # noqa: S608
    if query.count is None:
        return (row[0] for row in connection.execute(select, where.values))
    rows = connection.execute(f"{select} DESC LIMIT ?", (*where.values, query.count)).fetchall()
    return [row[0] for row in reversed(rows)]


def _is_narrow(connection: sqlite3.Connection, filter: Filter) -> bool:
    """Whether so few turns fit that these are better looked at than the newest ones, one after the other."""
    if filter.keys is None:
        return False
    counted = connection.execute(
        f"SELECT count(*) FROM (SELECT * FROM ({filter.keys}) LIMIT ?)",  # noqa: S608
        (*filter.values, _FEW),
    ).fetchone()
    return int(counted[0]) < _FEW


def _where(wanted: Iterable[Filter], first: tuple[str, Sequence[Value]] = ("TRUE", ())) -> Filter:
    """All of these conditions in one."""
    wanted = list(wanted)
    test = " AND ".join([first[0], *(filter.test for filter in wanted)])
    return Filter(test, tuple(value for values in (first[1], *(it.values for it in wanted)) for value in values))
