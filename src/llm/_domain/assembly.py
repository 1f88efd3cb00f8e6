"""Events become parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .event import Event, PartEvent, ReasoningDelta, TextDelta, ToolCallDelta
from .message_json import tool_call
from .part import AttachmentPart, Opaque, Part, ReasoningPart, TextPart, ToolResultPart


class _Draft:
    """A part that still grows: what kind of pieces it takes, its pieces, and the first event's facts."""

    def __init__(self, first: TextDelta | ReasoningDelta | ToolCallDelta) -> None:
        self.first = first
        self.name = ""
        self.tool_call_id: str | None = None
        self.pieces: list[str] = []
        self.metadata: Opaque | None = None

    def takes(self, event: TextDelta | ReasoningDelta) -> bool:
        """Whether a text or reasoning delta goes on with this part rather than starting one."""
        first = self.first
        if isinstance(first, TextDelta) and isinstance(event, TextDelta):
            return first.refusal == event.refusal
        if isinstance(first, ReasoningDelta) and isinstance(event, ReasoningDelta):
            return not first.redacted and not event.redacted
        return False

    def part(self) -> Part:
        text = "".join(self.pieces)
        match self.first:
            case TextDelta(refusal=refusal):
                return TextPart(text, refusal=refusal, provider_metadata=self.metadata)
            case ReasoningDelta(redacted=redacted):
                return ReasoningPart(text, redacted=redacted, provider_metadata=self.metadata)
            case ToolCallDelta(server_executed=server):
                return tool_call(
                    self.name, text, self.tool_call_id, server_executed=server, provider_metadata=self.metadata
                )


def assemble(events: Iterable[Event]) -> tuple[Part, ...]:
    """The parts that a run of events amounts to, in the order in which they began."""
    drafts: list[_Draft | AttachmentPart | ToolResultPart] = []
    calls: dict[int, _Draft] = {}
    for event in events:
        match event:
            case TextDelta() | ReasoningDelta():
                _extend(drafts, event)
            case ToolCallDelta():
                draft = calls.get(event.index)
                if draft is None:
                    draft = calls[event.index] = _Draft(event)
                    drafts.append(draft)
                draft.name = draft.name or event.name
                draft.tool_call_id = draft.tool_call_id or event.tool_call_id
                draft.pieces.append(event.arguments)
                draft.metadata = merge(draft.metadata, event.provider_metadata)
            case PartEvent():
                drafts.append(event.part)
            case _:
                pass
    return tuple(draft.part() if isinstance(draft, _Draft) else draft for draft in drafts)


def _extend(drafts: list[_Draft | AttachmentPart | ToolResultPart], event: TextDelta | ReasoningDelta) -> None:
    """Add a delta to the part that it goes on with; late metadata finds the last part of its kind."""
    candidates = () if event.begins else drafts[-1:] if event.text else drafts[::-1]
    for draft in candidates:
        if isinstance(draft, _Draft) and draft.takes(event):
            break
    else:
        if not event.text and not event.provider_metadata and not getattr(event, "redacted", False):
            return
        draft = _Draft(event)
        drafts.append(draft)
    draft.pieces.append(event.text)
    draft.metadata = merge(draft.metadata, event.provider_metadata)


def merge(old: Opaque | None, new: Opaque | None) -> Opaque | None:
    """Opaque data of two pieces of one part: under each provider lists are joined, and else the later value counts."""
    if not old or not new:
        return new or old
    merged: dict[str, Any] = dict(old)
    for key, value in new.items():
        before = merged.get(key)
        if isinstance(before, Mapping) and isinstance(value, Mapping):
            merged[key] = merge(before, value)
        elif isinstance(before, list) and isinstance(value, list):
            merged[key] = before + value
        else:
            merged[key] = value
    return merged
