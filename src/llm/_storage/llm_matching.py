"""Whether a turn is like a query wants it, for stores that look at every turn."""

from __future__ import annotations

import hashlib

from .._domain.part import ToolCallPart, ToolResultPart
from .._domain.turn import Turn
from .query import TurnQuery


def matches(query: TurnQuery, turn: Turn) -> bool:
    """Whether the turn fits every field of the query but `count`, `search` and `order`."""
    return (
        (query.ids is None or turn.id in query.ids)
        and (query.model is None or query.model in (turn.model, turn.resolved_model))
        and (query.conversation is None or turn.conversation == query.conversation)
        and (not query.statuses or turn.status in query.statuses)
        and (query.template is None or turn.template == query.template)
        and (query.since is None or turn.started >= query.since)
        and (query.until is None or turn.started < query.until)
        and (query.after_id is None or turn.id > query.after_id.lower())
        and (query.from_id is None or turn.id >= query.from_id.lower())
        and _has_what_it_needs(query, turn)
    )


def _has_what_it_needs(query: TurnQuery, turn: Turn) -> bool:
    if query.schema is not None and _schema_id(turn) != query.schema:
        return False
    if query.fragments:
        texts = (*turn.fragments, *turn.system_fragments)
        hashes = {hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() for text in texts}
        if not hashes.issuperset(query.fragments):
            return False
    if not query.any_tool and not query.tools:
        return True
    names = _tools(turn)
    return bool(names) and names.issuperset(query.tools)


def _schema_id(turn: Turn) -> str | None:
    from .._domain.schema_dsl import schema_id

    return None if turn.schema is None else schema_id(turn.schema)


def _tools(turn: Turn) -> set[str]:
    """The names of the tools that took part."""
    parts = [part for message in turn.input for part in message.parts]
    return {part.name for part in (*parts, *turn.parts) if isinstance(part, ToolCallPart | ToolResultPart)}
