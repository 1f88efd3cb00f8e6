"""What a conversation that was loaded has from before."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .._domain.event import Event, PartEvent, ReasoningDelta, TextDelta, ToolCallDelta
from .._domain.message import Message
from .._domain.part import AttachmentPart, Part, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from .._domain.prompt import Prompt
from .._domain.tool import AnyTool, ToolResult
from .reading import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """
    Where a conversation stands before its first response.

    `messages` is what was said, without the `system` prompt, and `head` the id of the last of them; `options` and
    `tools` are those of its turns that name none.
    """

    messages: tuple[Message, ...] = ()
    head: str | None = None
    system: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    tools: tuple[AnyTool, ...] = ()


def responses(past: Past, conversation: Any) -> list[Any]:
    """What was answered, as responses that have ended; models of the older contract look for the past there."""
    made = []
    before: list[Message] = []
    for message in past.messages:
        if message.role == "assistant":
            made.append(_response(before, message, past.system, conversation))
            before = []
        else:
            before.append(message)
    return made


def _response(asked: list[Message], answer: Message, system: str, conversation: Any) -> Any:
    model = conversation.model
    prompt = _prompt(asked, system).replace(model=model)
    response = model.response_class(prompt, model, model._io, conversation=conversation)
    response._reading = Reading.ended_with(list(_events(answer.parts)), model._io, response._trace)
    return response


def _prompt(asked: list[Message], system: str) -> Prompt:
    results = [part for message in asked for part in message.parts if isinstance(part, ToolResultPart)]
    said = [part for message in asked if message.role == "user" for part in message.parts]
    return Prompt(
        "\n".join(part.text for part in said if isinstance(part, TextPart)) or None,
        system=system or None,
        attachments=[part.attachment for part in said if isinstance(part, AttachmentPart)],
        tool_results=[
            ToolResult(part.name, part.output, part.attachments, part.tool_call_id, exception=part.exception)
            for part in results
        ],
    )


def _events(parts: tuple[Part, ...]) -> Iterator[Event]:
    """The events of an answer that is made of these parts."""
    for index, part in enumerate(parts):
        match part:
            case TextPart(text, refusal=refusal, provider_metadata=metadata):
                yield TextDelta(text, refusal, metadata)
            case ReasoningPart(text, redacted=redacted, provider_metadata=metadata):
                yield ReasoningDelta(text, redacted, metadata)
            case ToolCallPart():
                arguments = json.dumps(dict(part.arguments)) if part.raw is None else part.raw
                yield ToolCallDelta(
                    index, part.name, arguments, part.tool_call_id, part.server_executed, part.provider_metadata
                )
            case AttachmentPart() | ToolResultPart():
                yield PartEvent(part)
