"""A turn as JSON values, with nothing left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._domain.message import Message
from .._domain.message_json import part_from_dict, part_to_dict
from .._domain.turn import Turn
from .._domain.usage import KEPT, Usage

_DEFAULTS = Turn("", "", model="")
_TUPLES = ("fragments", "system_fragments", "tools", "attempts")


def turn_to_value(turn: Turn) -> dict[str, Any]:
    """The turn as JSON values, with defaults left out."""
    value: dict[str, Any] = {}
    for name in Turn.__slots__:
        field = getattr(turn, name)
        if name == "id" or field != getattr(_DEFAULTS, name):
            value[name] = field
    if "input" in value:
        value["input"] = [message.to_dict() for message in turn.input]
    if "parts" in value:
        value["parts"] = [part_to_dict(part) for part in turn.parts]
    if "usage" in value:
        value["usage"] = {name: getattr(turn.usage, name) for name in KEPT}
    return value


def turn_from_value(value: Mapping[str, Any]) -> Turn:
    """The inverse of `turn_to_value`. Raises KeyError, TypeError, ValueError and RequestError for anything else."""
    fields = {"model": "", "conversation": "", **value}
    for name in _TUPLES:
        if name in fields:
            fields[name] = tuple(fields[name])
    if "input" in fields:
        fields["input"] = tuple(map(Message.from_dict, fields["input"]))
    if "parts" in fields:
        fields["parts"] = tuple(map(part_from_dict, fields["parts"]))
    if "usage" in fields:
        fields["usage"] = Usage(**fields["usage"])
    return Turn(**fields)
