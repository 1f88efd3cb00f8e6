"""Messages as Anthropic has them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias, assert_never

from .._domain.attachment import Attachment
from .._domain.message import Message
from .._domain.part import AttachmentPart, Part, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from .anthropic_opaque import CONTAINER, fields_of
from .anthropic_pairs import without_widows
from .chat_messages import CallIds

WireMessage: TypeAlias = dict[str, Any]
Block: TypeAlias = dict[str, Any]

_INSTRUCTIONS = ("system", "developer")


class MessageWriter:
    """
    Writes the messages after the system prompt for one endpoint, whose name is *source*.

    Turns alternate: what users, tools and instructions say between two turns of the model is one message, results of
    tools first. Blocks that the provider wrote go back to it as they came; what others wrote and this wire has no
    place for is left out: reasoning, files that a model made, and calls that a provider ran itself. Texts of nothing
    but spaces are left out too, as the provider refuses them.

    An instruction inside the conversation is a message of the role `system` after the user's turn where the model
    heeds those (*system_inside*), and else text of the user between `<system>` tags.
    """

    def __init__(self, source: str, carry: Callable[[Attachment], Block], *, system_inside: bool = False) -> None:
        self.container: str | None = None  # the sandbox of the last calls that the provider ran
        self._source = source
        self._carry = carry
        self._system_inside = system_inside
        self._written: list[WireMessage] = []
        self._results: list[Block] = []
        self._said: list[Block] = []
        self._told: list[Block] = []
        self._ids = CallIds()

    def write(self, messages: Iterable[Message]) -> list[WireMessage]:
        """The messages on the wire."""
        for message in messages:
            if message.role == "assistant":
                if blocks := [block for part in message.parts if (block := self._answer(part))]:
                    self._end_turn()
                    self._append("assistant", blocks)
            elif message.role in _INSTRUCTIONS:
                self._instruct(message)
            else:
                self._listen(message)
        self._end_turn()
        written = without_widows(self._written)
        if written and written[-1]["role"] == "assistant":
            _trim_end(written[-1]["content"])
        return written

    def _append(self, role: str, blocks: list[Block]) -> None:
        if self._written and self._written[-1]["role"] == role:
            self._written[-1]["content"] += blocks
        else:
            self._written.append({"role": role, "content": blocks})

    def _end_turn(self) -> None:
        """Write what was said to the model since its last turn."""
        blocks, told = [*self._results, *self._said], self._told
        self._results, self._said, self._told = [], [], []
        if not blocks and told:
            blocks, told = [_tagged(block) for block in told], []
        if blocks:
            self._append("user", blocks)
        if told:
            self._written.append({"role": "system", "content": told})

    def _listen(self, message: Message) -> None:
        for part in message.parts:
            if isinstance(part, ToolResultPart):
                if not part.server_executed:
                    self._results.append(self._result(part))
            elif block := self._block(part):
                self._said.append(block)

    def _instruct(self, message: Message) -> None:
        blocks = [block for part in message.parts if (block := self._block(part))]
        if self._system_inside:
            self._told += blocks
        else:
            self._said += map(_tagged, blocks)

    def _block(self, part: Part) -> Block | None:
        """A block of what is said to the model; None for nothing."""
        fields = fields_of(part.provider_metadata, self._source)
        if isinstance(part, TextPart):
            return _text(part.text, fields)
        if isinstance(part, AttachmentPart):
            return fields if "source" in fields or "file_id" in fields else self._carry(part.attachment) | fields
        return None

    def _answer(self, part: Part) -> Block | None:
        """A block of what the model said; None for what has no place here."""
        fields = fields_of(part.provider_metadata, self._source)
        match part:
            case TextPart(text=text):
                return _text(text, fields)
            case ReasoningPart(text=text):
                if fields.get("type") == "redacted_thinking":
                    return fields
                return {"type": "thinking", "thinking": text, **fields} if fields else None
            case ToolCallPart():
                return self._call(part, fields)
            case ToolResultPart(server_executed=server):
                return fields or None if server else None
            case AttachmentPart():
                return None
            case _:
                assert_never(part)

    def _call(self, part: ToolCallPart, fields: Block) -> Block | None:
        if part.server_executed and not fields:
            return None
        self.container = fields.pop(CONTAINER, self.container)
        # What a model wrote that is no object goes back as the vendor says: as an object that tells so.
        arguments = dict(part.arguments) if part.raw is None else {"INVALID_JSON": part.raw}
        identity = _identity(self._ids.of_call(part))
        return {"type": "tool_use", "id": identity, "name": part.name, "input": arguments, **fields}

    def _result(self, part: ToolResultPart) -> Block:
        output = part.output or (f"Error: {part.exception}" if part.exception else "")
        content: str | list[Block] = output
        if part.attachments:
            content = [*([{"type": "text", "text": output}] if output.strip() else [])]
            content += map(self._carry, part.attachments)
        return {
            "type": "tool_result",
            "tool_use_id": _identity(self._ids.of_result(part)),
            **({"content": content} if content else {}),
            **({"is_error": True} if part.exception else {}),
            **fields_of(part.provider_metadata, self._source),
        }


def system_text(messages: Iterable[Message]) -> tuple[str, list[Message]]:
    """The text of the messages that instruct the model before anything was said, and the messages after them."""
    rest = list(messages)
    texts = []
    while rest and rest[0].role in _INSTRUCTIONS and all(isinstance(part, TextPart) for part in rest[0].parts):
        texts.append(rest.pop(0).text)
    return "\n\n".join(text for text in texts if text.strip()), rest


def _text(text: str, fields: Block) -> Block | None:
    if fields.get("type", "text") != "text":
        return fields
    return {"type": "text", "text": text, **fields} if text.strip() else None


def _tagged(block: Block) -> Block:
    """An instruction as text of the user."""
    text = block.get("text")
    return {**block, "text": f"<system>\n{text}\n</system>"} if isinstance(text, str) else block


def _identity(name: str) -> str:
    """The id of a call in the letters that the provider allows; other providers' ids have more."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", name)


def _trim_end(blocks: list[Mapping[str, Any]]) -> None:
    """Take the spaces off the end of an answer that the model is to go on with: the provider refuses them."""
    last = blocks[-1]
    if last.get("type") == "text":
        blocks[-1] = {**last, "text": last["text"].rstrip()}
