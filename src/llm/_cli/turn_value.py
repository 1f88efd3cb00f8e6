"""Turns as JSON values, with the names of their conversations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from .._storage.turn_json import turn_to_json
from ..errors import UnknownConversation

if TYPE_CHECKING:
    from .._api.history import History
    from .._storage.query import ConversationRecord, Found

_REMEMBERED = 1000


def turn_values(
    history: History, found: Iterable[Found], *, expand: bool = False, truncate: bool = False
) -> Iterator[dict[str, Any]]:
    """Each turn as `turn_to_json` has it; what a search found also has the place of its words, as `snippet`."""

    @lru_cache(_REMEMBERED)
    def conversation(id: str) -> ConversationRecord | None:
        try:
            return history.find_conversation(id)
        except UnknownConversation:
            return None  # the last of its turns was deleted meanwhile

    for each in found:
        turn = each.turn
        value = turn_to_json(turn, conversation=conversation(turn.conversation), expand=expand, truncate=truncate)
        yield value if each.snippet is None else {**value, "snippet": each.snippet}
