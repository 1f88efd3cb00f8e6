"""A conversation is taken away with all that it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._storage.query import ConversationRecord, Removed, TurnQuery

if TYPE_CHECKING:
    from .._storage.store import Store


def remove_conversation(store: Store, record: ConversationRecord, with_later: bool, dry_run: bool) -> Removed:
    """Delete the turns of a conversation, and what it is called. Raises LaterTurns before anything is changed."""
    ids = [found.turn.id for found in store.find(TurnQuery(conversation=record.id))]
    removed = store.remove(ids, with_later=with_later, dry_run=dry_run)
    if dry_run:
        return removed
    # A conversation with a name or tags outlives its turns, and one without turns has nothing else to be deleted.
    rest = store.forget(record.id)
    return Removed(removed.turns, removed.messages + rest.messages, removed.contents + rest.contents)
