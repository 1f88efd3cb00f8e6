"""The event that plugins of the older contract yield."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass
class StreamEvent:
    """
    A piece of an answer in the older contract.

    `type` is one of text, reasoning, tool_call_name, tool_call_args and tool_result; `chunk` its text. Events of one
    tool call share a `tool_call_id` or a `part_index`.
    """

    type: str
    chunk: str = ""
    part_index: int | None = None
    tool_call_id: str | None = None
    server_executed: bool = False
    tool_name: str | None = None
    redacted: bool = False
    provider_metadata: dict[str, Any] | None = None
    message_index: int = 0
