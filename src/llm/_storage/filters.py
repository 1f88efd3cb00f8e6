"""The fields of a query as conditions of SQL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from .._domain.json_text import is_utf8
from .ids import first_id
from .query import TurnQuery

Value: TypeAlias = str | bytes | int | float


@dataclass(frozen=True, slots=True)
class Filter:
    """
    A condition on the table `turn`: `test` says of a row whether it fits, without an index.

    `keys` selects the keys of all turns that fit, by an index; None: there is none, and turns are looked through.
    Both have the same `values`.
    """

    test: str
    values: tuple[Value, ...]
    keys: str | None = None


def filters(query: TurnQuery) -> Iterator[Filter]:
    """A condition for each field of the query that is set. The plus signs keep SQLite from taking an index there."""
    if query.ids is not None:
        ids = (json.dumps(query.ids),)
        chosen = "id IN (SELECT value FROM json_each(?))"
        yield Filter(f"+turn.{chosen}", ids, f"SELECT key FROM turn WHERE {chosen}")  # noqa: S608
    if query.conversation is not None:
        one = "conversation = (SELECT key FROM conversation WHERE id = ?)"
        yield Filter(f"+turn.{one}", (query.conversation,), f"SELECT key FROM turn WHERE {one}")  # noqa: S608
    if query.model is not None:
        either = "SELECT key FROM turn WHERE model = ? UNION ALL SELECT key FROM turn WHERE resolved_model = ?"
        yield Filter("(+turn.model = ? OR +turn.resolved_model = ?)", (_text(query.model),) * 2, either)
    yield from _columns(query)
    yield from _others(query)
    yield from _bounds(query)


def _columns(query: TurnQuery) -> Iterator[Filter]:
    if query.statuses:
        marks = ", ".join("?" * len(query.statuses))
        keys = f"SELECT key FROM turn WHERE status IN ({marks}) AND status != 'done'"  # noqa: S608
        yield Filter(f"+turn.status IN ({marks})", query.statuses, None if "done" in query.statuses else keys)
    if query.template is not None:
        value = (_text(query.template),)
        yield Filter("+turn.template = ?", value, "SELECT key FROM turn WHERE template = ?")
    if query.schema is not None:
        yield Filter("+turn.schema_id = ?", (query.schema,), _OF_SCHEMA)


def _others(query: TurnQuery) -> Iterator[Filter]:
    for hash in query.fragments:
        test = (
            "EXISTS (SELECT 1 FROM fragment JOIN content ON content.key = fragment.content"
            " WHERE fragment.turn = turn.key AND content.hash = ?)"
        )
        yield Filter(test, (_hash(hash),), _OF_FRAGMENT)
    for name in query.tools:
        test = "EXISTS (SELECT 1 FROM tool_use WHERE tool_use.turn = turn.key AND tool_use.name = ?)"
        yield Filter(test, (_text(name),), "SELECT turn FROM tool_use WHERE name = ?")
    if query.any_tool:
        test = "EXISTS (SELECT 1 FROM tool_use WHERE tool_use.turn = turn.key)"
        yield Filter(test, (), "SELECT turn FROM tool_use")


# Ids of schemas are not indexed, but the schemas are, which are few: each is looked up once, and one of its turns.
_OF_SCHEMA = """
    WITH RECURSIVE each(schema) AS (
        SELECT min(schema) FROM turn WHERE schema IS NOT NULL
        UNION ALL
        SELECT (SELECT min(schema) FROM turn WHERE schema IS NOT NULL AND schema > each.schema)
        FROM each WHERE each.schema IS NOT NULL
    )
    SELECT key FROM turn WHERE schema IS NOT NULL AND schema IN (
        SELECT schema FROM each
        WHERE ? = (SELECT schema_id FROM turn WHERE schema IS NOT NULL AND schema = each.schema LIMIT 1)
    )
"""
_OF_FRAGMENT = """
    SELECT DISTINCT fragment.turn FROM content JOIN fragment ON fragment.content = content.key WHERE content.hash = ?
"""


def _bounds(query: TurnQuery) -> Iterator[Filter]:
    """Bounds of the id, which begins with the time; here the index of ids is wanted."""
    if query.since is not None:
        yield Filter("turn.id >= ?", (first_id(query.since),))
    if query.until is not None:
        yield Filter("turn.id < ?", (first_id(query.until),))
    if query.from_id is not None:
        yield Filter("turn.id >= ?", (_text(query.from_id.lower()),))
    if query.after_id is not None:
        yield Filter("turn.id > ?", (_text(query.after_id.lower()),))


def _text(text: str) -> str | bytes:
    """The text as the column has it."""
    return text if is_utf8(text) else text.encode("utf-8", "surrogatepass")


def _hash(hex: str) -> bytes:
    """The hash as the column has it; what is none fits nothing."""
    try:
        return bytes.fromhex(hex)
    except ValueError:
        return b""
