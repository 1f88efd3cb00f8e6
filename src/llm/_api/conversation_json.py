"""A conversation as JSON values."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from .._domain.turn import Turn
from .._storage.turn_value import turn_to_value
from .transcript import Said, said, said_in

if TYPE_CHECKING:
    from .transcript import Transcript


def conversation_json(transcript: Transcript) -> dict[str, Any]:
    """What is known of the conversation, and its turns with all of their fields; files are in base64."""
    record = transcript.record
    return {
        "id": record.id,
        "name": record.name,
        "title": record.title,
        "tags": list(record.tags),
        "model": record.model,
        "system": record.system or None,
        "head": record.head,
        "last_turn": record.last,
        "last_used_utc": _utc(record.used),
        "before": list(map(_message, said(transcript.before))),
        "turns": list(map(_turn, transcript.turns)),
    }


def _turn(turn: Turn) -> dict[str, Any]:
    """A turn, whose messages have ids: those it added, and the answer."""
    value = turn_to_value(turn)
    messages = list(map(_message, said_in(turn)))
    value.pop("parts", None)
    value.pop("conversation", None)
    value["datetime_utc"] = _utc(turn.started)
    value["input"] = messages[: len(turn.input)]
    value["answer"] = messages[-1] if turn.parts else None
    return value


def _message(each: Said) -> dict[str, Any]:
    return {"id": each.id, **each.message.to_dict()}


def _utc(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
