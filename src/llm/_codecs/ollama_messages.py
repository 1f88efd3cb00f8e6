"""Messages as Ollama's own API has them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from .._domain.attachment import Attachment
from .._domain.message import Message
from .._domain.part import AttachmentPart, ReasoningPart, ToolCallPart, ToolResultPart


class MessageWriter:
    """
    Writes messages; *carry* makes a picture of a file.

    What a model's turn holds and this wire has no place for is left out: files, and calls that a provider ran itself.
    A result without the name of its tool has the name of the call that it answers.
    """

    def __init__(self, carry: Callable[[Attachment], str]) -> None:
        self._carry = carry
        self._names: dict[str, str] = {}
        self._called: list[str] = []  # the names of calls without an id, whose results have not come

    def write(self, messages: Iterable[Message]) -> list[dict[str, Any]]:
        """The messages on the wire."""
        return [written for message in messages for written in self._write(message)]

    def _write(self, message: Message) -> list[dict[str, Any]]:
        parts = (part for part in message.parts if isinstance(part, ToolResultPart))
        results = [self._result(part) for part in parts if not part.server_executed]
        if message.role == "assistant":
            return [*results, self._assistant(message)]
        role = {"developer": "system", "tool": "user"}.get(message.role, message.role)
        images = [self._carry(part.attachment) for part in message.parts if isinstance(part, AttachmentPart)]
        if results and not images and not message.text:
            return results
        written: dict[str, Any] = {"role": role, "content": message.text}
        return [*results, written | ({"images": images} if images else {})]

    def _assistant(self, message: Message) -> dict[str, Any]:
        written: dict[str, Any] = {"role": "assistant", "content": message.text}
        if thinking := "".join(part.text for part in message.parts if isinstance(part, ReasoningPart)):
            written["thinking"] = thinking
        calls = [part for part in message.parts if isinstance(part, ToolCallPart) and not part.server_executed]
        if calls:
            written["tool_calls"] = [self._call(part) for part in calls]
        return written

    def _call(self, part: ToolCallPart) -> dict[str, Any]:
        if part.tool_call_id:
            self._names[part.tool_call_id] = part.name
        else:
            self._called.append(part.name)
        function = {"name": part.name, "arguments": dict(part.arguments)}
        return {"id": part.tool_call_id, "function": function} if part.tool_call_id else {"function": function}

    def _result(self, part: ToolResultPart) -> dict[str, Any]:
        output = part.output or (f"Error: {part.exception}" if part.exception else "")
        written: dict[str, Any] = {"role": "tool", "content": output}
        if name := part.name or self._name_of(part):
            written["tool_name"] = name
        if part.tool_call_id:
            written["tool_call_id"] = part.tool_call_id
        if part.attachments:
            written["images"] = [self._carry(attachment) for attachment in part.attachments]
        return written

    def _name_of(self, part: ToolResultPart) -> str:
        if part.tool_call_id:
            return self._names.get(part.tool_call_id, "")
        return self._called.pop(0) if self._called else ""
