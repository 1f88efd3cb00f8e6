"""A turn as people read it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

from .._domain.part import AttachmentPart, ToolCallPart
from .._domain.turn import Turn
from .token_usage import usage_line

_STATUSES = {
    "running": "not ended: still running, or its process was killed",
    "partial": "not whole: the reader left before the end",
    "cancelled": "cancelled before the end",
    "error": "failed",
}


def turn_markdown(turn: Turn, *, usage: bool = False) -> str:
    """The turn in Markdown: what was asked, what was answered, and how it ended where that was not well."""
    return "\n\n".join(_sections(turn, usage)) + "\n"


def _sections(turn: Turn, usage: bool) -> Iterator[str]:
    began = datetime.fromtimestamp(turn.started, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    resolved = turn.resolved_model if turn.resolved_model != turn.model else None
    yield f"# {began}    conversation: {turn.conversation} id: {turn.id}"
    yield f"Model: **{turn.model}**{f' (resolved: **{resolved}**)' if resolved else ''}"
    yield f"## Prompt\n\n{turn.prompt or '-- none --'}"
    if turn.options:
        yield "## Options\n\n" + "\n".join(f"- {name}: {value}" for name, value in turn.options.items())
    if turn.system:
        yield f"## System\n\n{turn.system}"
    if turn.schema:
        yield f"## Schema\n\n{_fenced(turn.schema)}"
    attached = [part.attachment.name for part in _asked(turn)]
    if attached:
        yield "### Attachments\n\n" + "\n".join(f"{number}. {name}" for number, name in enumerate(attached, 1))
    if turn.reasoning:
        yield "## Reasoning"
        yield f"<details><summary>Reasoning trace</summary>\n\n{turn.reasoning.rstrip()}\n\n</details>"
    yield "## Response"
    yield from _answered(turn)
    if usage:
        yield from _consumed(turn)


def _asked(turn: Turn) -> Iterator[AttachmentPart]:
    last = turn.messages[-1].parts if turn.messages else ()
    return (part for part in last if isinstance(part, AttachmentPart))


def _answered(turn: Turn) -> Iterator[str]:
    calls = [part for part in turn.parts if isinstance(part, ToolCallPart)]
    if calls:
        lines = (f"- **{part.name}**: `{part.tool_call_id}`  \n  {json.dumps(dict(part.arguments))}" for part in calls)
        yield "### Tool calls\n\n" + "\n".join(lines)
    if turn.text:
        yield _pretty(turn.text) if turn.schema else turn.text
    if turn.status != "done":
        yield f"Status: **{turn.status}** ({_STATUSES[turn.status]})"
    if turn.error:
        yield f"Error: {turn.error}"


def _pretty(text: str) -> str:
    try:
        return _fenced(json.loads(text))
    except ValueError:
        return text


def _fenced(value: object) -> str:
    return f"```json\n{json.dumps(value, indent=2, ensure_ascii=False)}\n```"


def _consumed(turn: Turn) -> Iterator[str]:
    lines = [usage_line(turn.usage)] if turn.usage else []
    if turn.duration_ms is not None:
        lines.append(f"Duration: {turn.duration_ms}ms ({_human(turn.duration_ms // 1000)})")
    if lines:
        yield "## Token usage\n\n" + "\n\n".join(lines)


def _human(seconds: int) -> str:
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    pieces = ((hours, "h"), (minutes, "m"))
    return "".join(f"{count}{unit} " for count, unit in pieces if count) + f"{seconds}s"
