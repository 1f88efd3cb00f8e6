"""Whether events hold what their types promise: a provider may write anything where the wire has a text."""

from __future__ import annotations

from .._domain.event import Event, PartEvent, ReasoningDelta, TextDelta, ToolCallDelta
from .._domain.part import AttachmentPart


def keep_sound(events: list[Event], start: int = 0) -> bool:
    """Whether all events from *start* on are sound; else the first that is not goes, and what stands after it."""
    for at in range(start, len(events)):
        if not _is_sound(events[at]):
            del events[at:]
            return False
    return True


def _is_sound(event: Event) -> bool:
    if isinstance(event, TextDelta | ReasoningDelta):
        return isinstance(event.text, str)
    if isinstance(event, ToolCallDelta):
        return _are_texts(event.name, event.arguments, event.tool_call_id or "")
    if not isinstance(event, PartEvent):
        return True
    part = event.part
    if isinstance(part, AttachmentPart):
        return _are_texts(part.attachment.type or "", part.attachment.url or "")
    return _are_texts(part.name, part.output, part.tool_call_id or "", part.exception or "")


def _are_texts(*values: object) -> bool:
    return all(isinstance(value, str) for value in values)
