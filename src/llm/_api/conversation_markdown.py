"""A conversation as Markdown."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .._domain.attachment import Attachment
from .._domain.message import Message
from .._domain.part import AttachmentPart, Part, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from .._domain.turn import Turn

if TYPE_CHECKING:
    from .transcript import Transcript

WHO = {"user": "User", "assistant": "Assistant", "tool": "Tool", "system": "System", "developer": "Developer"}


def conversation_markdown(transcript: Transcript) -> str:
    """Who said what, each under a heading; what a model wrote stands as it wrote it."""
    text = "\n\n".join(_sections(transcript)) + "\n"
    return text.encode("utf-8", "replace").decode()  # halves of characters cannot be written


def _sections(transcript: Transcript) -> Iterator[str]:
    record = transcript.record
    yield f"# {record.title or record.id}"
    facts = [f"Conversation: `{record.id}`", *(f"#{tag}" for tag in record.tags)]
    yield " · ".join(facts)
    yield from _messages(transcript.before)
    system, model = "", None
    for turn in transcript.turns:
        if turn.system != system and turn.system:
            yield f"## System\n\n{turn.system}"
        yield from _turn(turn, new_model=turn.model != model)
        system, model = turn.system, turn.model


def _turn(turn: Turn, *, new_model: bool) -> Iterator[str]:
    began = datetime.fromtimestamp(turn.started, UTC).strftime("%Y-%m-%d %H:%M UTC")
    yield f"*{began}{f' · {turn.model}' if new_model else ''}*"
    yield from _messages((*turn.input, *turn.answer))
    if turn.status != "done":
        yield f"*Status: {turn.status}{f': {turn.error}' if turn.error else ''}*"


def _messages(messages: Iterable[Message]) -> Iterator[str]:
    for message in messages:
        yield f"## {WHO[message.role]}"
        for part in message.parts:
            yield from _part(part)


def _part(part: Part) -> Iterator[str]:
    match part:
        case TextPart() if part.text:
            yield part.text
        case ReasoningPart() if part.text:
            yield f"<details><summary>Reasoning</summary>\n\n{part.text.rstrip()}\n\n</details>"
        case ToolCallPart():
            arguments = part.raw or json.dumps(dict(part.arguments), indent=2, ensure_ascii=False)
            yield f"Tool call: **{part.name}**\n\n{_fenced(arguments, 'json')}"
        case ToolResultPart():
            yield f"Tool result: **{part.name}**\n\n{_fenced(part.exception or part.output)}"
            yield from map(_file, part.attachments)
        case AttachmentPart():
            yield _file(part.attachment)


def _file(file: Attachment) -> str:
    kind = f" ({file.type})" if file.type else ""
    size = len(file.content or b"")
    return f"Attachment{kind}: {file.path or file.url or f'{size:,} bytes'}"


def _fenced(text: str, language: str = "") -> str:
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}{language}\n{text}\n{fence}"
