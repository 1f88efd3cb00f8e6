"""What plugins of the older contract yield becomes events."""

from __future__ import annotations

from .._domain.event import Event, PartEvent, ReasoningDelta, TextDelta, ToolCallDelta
from .._domain.part import ToolResultPart
from ..errors import ModelError
from .stream_event import StreamEvent


class Translation:
    """Translates one answer; it remembers which tool call a fragment belongs to."""

    def __init__(self) -> None:
        self._calls: dict[tuple[str, object], int] = {}
        self._count = 0
        self._last: int | None = None

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
        index = self._index(item)
        return ToolCallDelta(index, name, arguments, item.tool_call_id, item.server_executed, item.provider_metadata)

    def _index(self, item: StreamEvent) -> int:
        """Which call a fragment belongs to: by its part or its id; without either, arguments follow the last name."""
        named = (("part", item.part_index), ("id", item.tool_call_id))
        keys = [key for key in named if key[1] is not None]
        index = next((self._calls[key] for key in keys if key in self._calls), None)
        if index is None:
            follows = not keys and item.type == "tool_call_args"
            index = self._last if follows and self._last is not None else self._next()
        for key in keys:
            self._calls.setdefault(key, index)
        self._last = index
        return index

    def _next(self) -> int:
        self._count += 1
        return self._count - 1

    def knows(self, tool_call_id: str | None) -> bool:
        """Whether the call with this id has been yielded."""
        return tool_call_id is not None and ("id", tool_call_id) in self._calls

    def called(self, name: str, arguments: str, tool_call_id: str | None) -> ToolCallDelta:
        """The event for a call that was given whole, by `response.add_tool_call`."""
        return ToolCallDelta(self._next(), name, arguments, tool_call_id)
