"""Events as JSON text, one line each, as they are appended to a file while they arrive."""

from __future__ import annotations

import json
from typing import Any

from .event import Event, Finish, PartEvent, ReasoningDelta, TextDelta, ToolCallDelta, UsageEvent
from .json_text import json_text
from .message_json import part_from_dict, part_to_dict
from .part import AttachmentPart, ToolResultPart
from .usage import KEPT, Usage

_TYPES: dict[str, Any] = {
    "text": TextDelta,
    "reasoning": ReasoningDelta,
    "tool_call": ToolCallDelta,
    "part": PartEvent,
    "usage": UsageEvent,
    "finish": Finish,
}
_NAMES = {kind: name for name, kind in _TYPES.items()}


def event_to_value(event: Event) -> Any:
    """The event as JSON values: a plain piece of text is a string, and all else an object with its `event`."""
    if type(event) is TextDelta and not event.refusal and event.provider_metadata is None and not event.begins:
        return event.text
    value: dict[str, Any] = {"event": _NAMES[type(event)]}
    for name in event.__slots__:
        field = getattr(event, name)
        if isinstance(field, AttachmentPart | ToolResultPart):
            field = part_to_dict(field)
        elif isinstance(field, Usage):
            field = {key: getattr(field, key) for key in KEPT}
        if field not in (None, False):
            value[name] = field
    return value


def event_to_line(event: Event) -> str:
    """The event as one line of JSON, without the line's end."""
    return json_text(event_to_value(event))


def event_from_value(value: Any) -> Event:
    """The inverse of `event_to_value`. Raises KeyError, TypeError and ValueError."""
    if isinstance(value, str):
        return TextDelta(value)
    fields = dict(value)
    kind = _TYPES[fields.pop("event")]
    if kind is PartEvent:
        fields["part"] = part_from_dict(fields["part"])
    elif kind is UsageEvent:
        fields["usage"] = Usage(**fields["usage"])
    event: Event = kind(**fields)
    return event


def event_from_line(line: str) -> Event:
    """The inverse of `event_to_line`. Raises KeyError, TypeError and ValueError."""
    return event_from_value(json.loads(line))
