"""Messages as Chat Completions has them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias, assert_never

from .._domain.attachment import Attachment
from .._domain.message import Message
from .._domain.part import (
    AttachmentPart,
    Opaque,
    Part,
    ReasoningPart,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)
from .dialects import Dialect
from .http_form import json_text
from .opaque import own_fields
from .wires import WIRES

WireMessage: TypeAlias = dict[str, Any]
ContentPart: TypeAlias = dict[str, Any]

_EMPTY = {"type": "text", "text": ""}


class MessageWriter:
    """
    Writes messages for one endpoint, whose name is *source*.

    Opaque data under that name goes back to it: that of text and attachments as fields of their content part, that of
    a tool call as fields of the call, and of reasoning and messages those fields that the dialect returns. What a
    model's turn holds and this wire has no place for is left out: files, and calls that the provider ran itself.
    """

    def __init__(
        self,
        row: Dialect,
        source: str,
        carry: Callable[[Attachment], ContentPart],
        system_role: str | None = None,
    ) -> None:
        self._row = row
        self._source = source
        self._carry = carry
        self._system_role = system_role
        self._written: list[WireMessage] = []
        self._files: list[ContentPart] = []  # files of tool results, which only a user's message can carry
        self._calls = CallIds()

    def write(self, messages: Iterable[Message]) -> list[WireMessage]:
        """The messages on the wire."""
        for message in messages:
            if message.role == "tool":
                self._tool(message)
                continue
            self._write_files()
            if message.role == "assistant":
                self._assistant(message)
            else:
                self._other(message)
        self._write_files()
        return self._written

    def _append(self, message: WireMessage) -> None:
        last = self._written[-1]["role"] if self._written else None
        if self._row.bridge is not None and last == "tool" and message["role"] == "user":
            self._written.append({"role": "assistant", "content": self._row.bridge})
        self._written.append(message)

    def _other(self, message: Message) -> None:
        """A message of the user, or one that instructs the model."""
        role = message.role
        if role in ("system", "developer"):
            role = self._system_role or (self._row.system_role if role == "system" else self._row.developer_role)
        for part in message.parts:
            if isinstance(part, ToolResultPart):
                self._result(part)
        self._write_files()
        content = [part for part in map(self._content_part, message.parts) if part]
        if content or not message.parts:
            self._append({"role": role, "content": _simplest(content)})

    def _tool(self, message: Message) -> None:
        for part in message.parts:
            if isinstance(part, ToolResultPart):
                self._result(part)
            elif content := self._content_part(part):
                self._files.append(content)

    def _result(self, part: ToolResultPart) -> None:
        if part.server_executed:
            return
        output = part.output or (f"Error: {part.exception}" if part.exception else "")
        if part.attachments:
            output = output or "The files follow."
            whose = f"the tool {part.name}" if part.name else "the tool"
            self._files.append({"type": "text", "text": f"Files from {whose}:"})
            self._files += map(self._carry, part.attachments)
        self._append({"role": "tool", "tool_call_id": self._calls.of_result(part), "content": output})

    def _write_files(self) -> None:
        files, self._files = [part for part in self._files if part != _EMPTY], []
        if files:
            self._append({"role": "user", "content": files})

    def _content_part(self, part: Part) -> ContentPart | None:
        """A part of content; None for parts that have their own place."""
        match part:
            case TextPart():
                return {"type": "text", "text": part.text} | self._opaque(part.provider_metadata)
            case AttachmentPart():
                return self._carry(part.attachment) | self._opaque(part.provider_metadata)
            case ReasoningPart() | ToolCallPart() | ToolResultPart():
                return None
            case _:
                assert_never(part)

    def _assistant(self, message: Message) -> None:
        texts = [part for part in message.parts if isinstance(part, TextPart)]
        refused = [part.text for part in texts if part.refusal and self._row.refusals]
        text = "".join(part.text for part in texts if not (part.refusal and self._row.refusals))
        calls = [part for part in message.parts if isinstance(part, ToolCallPart) and not part.server_executed]
        wire: WireMessage = {"role": "assistant", "content": text or (None if calls or refused else "")}
        wire |= self._reasoning(message, text)
        if refused:
            wire["refusal"] = "".join(refused)
        if calls:
            wire["tool_calls"] = [self._call(call) for call in calls]
        self._append(wire)

    def _reasoning(self, message: Message, text: str) -> WireMessage:
        """The fields in which reasoning goes back to the model that wrote it."""
        returned: WireMessage = {}
        for opaque in (message.provider_metadata, *(part.provider_metadata for part in message.parts)):
            for name, value in self._opaque(opaque).items():
                if name in self._row.returns:
                    before = returned.get(name)
                    joined = isinstance(before, list) and isinstance(value, list)
                    returned[name] = before + value if joined else value
        words = "".join(part.text for part in message.parts if isinstance(part, ReasoningPart))
        if words and self._row.reasoning == "thinking_chunks":
            thinking = {"type": "thinking", "thinking": [{"type": "text", "text": words}]}
            returned["content"] = [thinking, *([{"type": "text", "text": text}] if text else [])]
        elif words and self._row.reasoning:
            returned[self._row.reasoning] = words
        return returned

    def _call(self, part: ToolCallPart) -> dict[str, Any]:
        arguments = part.raw if part.raw is not None else json_text(dict(part.arguments))
        opaque = self._opaque(part.provider_metadata)
        head = {"id": self._calls.of_call(part), "type": "function"} | opaque
        if head["type"] == "custom":
            return head | {"custom": {"name": part.name, "input": arguments}}
        return head | {"function": {"name": part.name, "arguments": arguments}}

    def _opaque(self, metadata: Opaque | None) -> dict[str, Any]:
        fields = own_fields(metadata, self._source)
        return {name: value for name, value in fields.items() if name not in WIRES}


class CallIds:
    """
    Gives ids to calls that have none, as the wire demands one, and finds the call that a result without one answers.
    """

    def __init__(self) -> None:
        self._made = 0
        self._waiting: list[tuple[str, str]] = []  # name and id of calls that had no id of their own

    def of_call(self, part: ToolCallPart) -> str:
        """The call's own id, or one made for it."""
        if part.tool_call_id:
            return part.tool_call_id
        self._made += 1
        made = f"call_{self._made}"
        self._waiting.append((part.name, made))
        return made

    def of_result(self, part: ToolResultPart) -> str:
        """The id that the result names, or that of the first waiting call of its name, else of any."""
        if part.tool_call_id:
            return part.tool_call_id
        for waiting in (*(call for call in self._waiting if call[0] == part.name), *self._waiting):
            self._waiting.remove(waiting)
            return waiting[1]
        return self.of_call(ToolCallPart(part.name))


def _simplest(content: list[ContentPart]) -> str | list[ContentPart]:
    """One plain text as a string, which every server takes, and anything else as a list of parts; none is empty."""
    content = [part for part in content if part != _EMPTY]
    if not content:
        return ""
    if len(content) == 1 and content[0].keys() == {"type", "text"}:
        return str(content[0]["text"])
    return content
