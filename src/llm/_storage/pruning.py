"""The oldest turns are deleted, as far as no turn that stays carries their text."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from ..errors import RequestError
from .carrying import Carrying, mark
from .query import Removed
from .removal import delete_marked, marked, undone

_STEPS = 50
"""Into how many steps, at most, the deletion of all turns is cut while it is seen how much space each gives back."""


def prune(
    connection: sqlite3.Connection,
    *,
    before: float | None = None,
    keep: int | None = None,
    max_size: int | None = None,
    dry_run: bool = False,
) -> Removed:
    """
    Delete old turns, in the caller's transaction, with what only they refer to.

    Those begun before *before* (seconds since the epoch) go, and then the oldest until what is kept takes at most
    *max_size* bytes; but never the newest *keep*, so that *keep* alone deletes all others. A turn stays while it runs,
    and while a later one that stays carries its text: a conversation that goes on is kept whole.
    """
    with undone(connection, dry_run):
        removed = Removed()
        if before is not None or (max_size is None and keep is not None):
            removed = _delete(connection, _candidates(connection, keep, before))
        if max_size is not None:
            removed = _shrink(connection, _candidates(connection, keep), max_size, removed)
        return removed


def used_bytes(connection: sqlite3.Connection) -> int:
    """How many bytes the file would have without its free pages."""
    pages, free, size = (
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)


def _candidates(connection: sqlite3.Connection, keep: int | None, before: float | None = None) -> list[int]:
    """The turns that may go, the oldest first."""
    newest = connection.execute("SELECT id FROM turn ORDER BY id DESC LIMIT ?", (keep or 0,)).fetchall()
    rows = connection.execute(
        "SELECT key FROM turn WHERE status != 'running' AND id < ? AND started < ? ORDER BY id",
        (newest[-1][0] if newest else "\U0010ffff", 9e99 if before is None else before),
    )
    return [row[0] for row in rows]


def _delete(connection: sqlite3.Connection, keys: Sequence[int]) -> Removed:
    """Delete these turns, but for those whose text others carry; what these carry themselves stays with them."""
    going = set(keys)
    while True:
        mark(connection, going)
        carrying = Carrying(connection)
        staying = {turn["key"] for turn in marked(connection) if carrying.carries(turn)}
        if not staying:
            return delete_marked(connection)
        going -= staying


def _shrink(connection: sqlite3.Connection, keys: Sequence[int], max_size: int, removed: Removed) -> Removed:
    """Delete the oldest of these turns, a few more at a time, until the others fit."""
    if keys and 0 < max_size <= (empty := _empty_bytes(connection)):
        raise RequestError(f"A history without a turn takes {empty:,} bytes already", hint="Allow more")
    at, least = 0, max(1, len(keys) // _STEPS)
    while at < len(keys) and (size := used_bytes(connection)) > max_size:
        # Half of what seems to be needed: old turns may be larger than others, and none should go for nothing.
        at += max(least, round((len(keys) - at) * (1 - max_size / size) / 2))
        removed = _sum(removed, _delete(connection, [key for key in keys[:at] if _is_there(connection, key)]))
        # The full-text index notes what was taken out of it, and forgets both only now.
        connection.execute("INSERT INTO turn_search(turn_search) VALUES ('optimize')")
    return removed


def _empty_bytes(connection: sqlite3.Connection) -> int:
    """How many bytes the tables and indexes take with nothing in them: a page each."""
    (pages,) = connection.execute("SELECT count(*) FROM sqlite_master WHERE rootpage > 0").fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    return int((pages + 1) * size)


def _is_there(connection: sqlite3.Connection, key: int) -> bool:
    return connection.execute("SELECT 1 FROM turn WHERE key = ?", (key,)).fetchone() is not None


def _sum(one: Removed, other: Removed) -> Removed:
    return Removed(tuple(sorted(one.turns + other.turns)), one.messages + other.messages, one.contents + other.contents)
