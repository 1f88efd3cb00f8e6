"""What plugins of the older contract yield becomes events."""

from __future__ import annotations

from .._domain.event import Event, PartEvent, ReasoningDelta, TextDelta, ToolCallDelta
from .._domain.part import ToolResultPart
from ..errors import ModelError
from .stream_event import StreamEvent


class Translation:
    """Translates one answer; it remembers which tool call a fragment belongs to."""

    def __init__(self) -> None:
        self._calls: dict[object, int] = {}
        self._last: object = None

    def event(self, item: str | StreamEvent | Event) -> Event:
        """The event that a yielded item stands for. Raises ModelError for what no plugin should yield."""
        if isinstance(item, str):
            return TextDelta(item)
        if not isinstance(item, StreamEvent):
            return item
        metadata = item.provider_metadata
        match item.type:
            case "text":
                return TextDelta(item.chunk, provider_metadata=metadata)
            case "reasoning":
                return ReasoningDelta(item.chunk, item.redacted, metadata)
            case "tool_call_name":
                return self._call(item, name=item.chunk or item.tool_name or "")
            case "tool_call_args":
                return self._call(item, arguments=item.chunk)
            case "tool_result":
                part = ToolResultPart(
                    item.tool_name or "",
                    item.chunk,
                    item.tool_call_id,
                    server_executed=item.server_executed,
                    provider_metadata=metadata,
                )
                return PartEvent(part)
        raise ModelError(f"The model yielded an event of an unknown type: {item.type!r}")

    def _call(self, item: StreamEvent, name: str = "", arguments: str = "") -> ToolCallDelta:
        key: object = item.tool_call_id if item.tool_call_id is not None else item.part_index
        if key is None:
            key = self._last if arguments and self._last is not None else ("call", len(self._calls))
        self._last = key
        index = self._calls.setdefault(key, len(self._calls))
        return ToolCallDelta(index, name, arguments, item.tool_call_id, item.server_executed, item.provider_metadata)

    def called(self, name: str, arguments: str, tool_call_id: str | None) -> ToolCallDelta:
        """The event for a call that was given whole, by `response.add_tool_call`."""
        index = self._calls[("added", len(self._calls))] = len(self._calls)
        return ToolCallDelta(index, name, arguments, tool_call_id)
