"""Messages, the parts that they are made of, and the event that plugins of the older contract yield."""

from ._compat.stream_event import StreamEvent
from ._domain.message import Message, assistant, system, tool_message, user
from ._domain.part import AttachmentPart, Part, ReasoningPart, TextPart, ToolCallPart, ToolResultPart

__all__ = [
    "AttachmentPart",
    "Message",
    "Part",
    "ReasoningPart",
    "StreamEvent",
    "TextPart",
    "ToolCallPart",
    "ToolResultPart",
    "assistant",
    "system",
    "tool_message",
    "user",
]
