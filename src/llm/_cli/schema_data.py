"""The data in answers that follow a schema."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from .._domain.turn import Turn


def data_of(turns: Iterable[Turn], *, key: str | None = None, ids: bool = False) -> Iterator[Any]:
    """
    What the answers hold as JSON; those that are no JSON are left out.

    With *key*, the objects of the list that has this name in an answer, in place of the answer. With *ids*, objects
    get a `response_id` and a `conversation_id`; where they have one already, its name is another one.
    """
    for turn in turns:
        try:
            answer = json.loads(turn.text)
        except (ValueError, RecursionError):
            continue
        for item in _items(answer, key):
            yield {**item, **_ids(item, turn)} if ids and isinstance(item, dict) else item


def _items(answer: Any, key: str | None) -> list[Any]:
    listed = answer.get(key) if key is not None and isinstance(answer, dict) else None
    if isinstance(listed, list) and all(isinstance(item, dict) for item in listed):
        return listed
    return [answer]


def _ids(item: dict[str, Any], turn: Turn) -> dict[str, str]:
    return {_unused(item, "response_id"): turn.id, _unused(item, "conversation_id"): turn.conversation}


def _unused(item: dict[str, Any], name: str) -> str:
    while name in item:
        name += "_"
    return name
