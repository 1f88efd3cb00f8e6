"""A turn as `llm logs --json` prints it: the keys that users of the `llm` package query, and then our own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from .._domain.attachment import Attachment
from .._domain.message import Message
from .._domain.part import AttachmentPart, Part, TextPart, ToolCallPart, ToolResultPart
from .._domain.turn import Turn
from ..errors import AttachmentError

_NAME_LENGTH = 32
_P = TypeVar("_P", bound=Part)


def turn_to_json(turn: Turn) -> dict[str, Any]:
    """
    The turn as JSON values.

    `tools`, `tool_calls` and `tool_results` carry `id` and `tool_id` for the scripts that expect them; they are null,
    for the numbers were those of rows in a `logs.db`. `token_details` is JSON text, as it was there.
    """
    return {**_as_ever(turn), **_own_input(turn), **_ours(turn)}


def _as_ever(turn: Turn) -> dict[str, Any]:
    details = turn.usage.details
    return {
        "id": turn.id,
        "model": turn.model,
        "resolved_model": turn.resolved_model,
        "options_json": dict(turn.options),
        "conversation_id": turn.conversation,
        "duration_ms": turn.duration_ms,
        "datetime_utc": datetime.fromtimestamp(turn.started, UTC).isoformat(timespec="microseconds"),
        "input_tokens": turn.usage.input,
        "output_tokens": turn.usage.output,
        "token_details": json.dumps(dict(details)) if details else None,
        "conversation_name": _conversation_name(turn),
        "conversation_model": turn.model,
        "schema_json": None if turn.schema is None else dict(turn.schema),
        "prompt": turn.prompt,
        "system": turn.system or None,
        "response": turn.text,
        "reasoning": turn.reasoning or None,
        "prompt_json": None,
        "response_json": turn.raw,
        "prompt_fragments": [],
        "system_fragments": [],
    }


def _own_input(turn: Turn) -> dict[str, Any]:
    """The tools, their calls and results, and the attachments of this turn alone."""
    given = [part for message in _input(turn) for part in message.parts]
    results = [(part, False) for part in _only(ToolResultPart, given)]
    results += [(part, True) for part in _only(ToolResultPart, turn.parts)]
    return {
        "tools": list(map(_tool, turn.tools)),
        "tool_calls": [_call(part) for part in _only(ToolCallPart, turn.parts)],
        "tool_results": [_result(part, by_server) for part, by_server in results],
        "attachments": [_attachment(part.attachment) for part in _only(AttachmentPart, given)],
    }


def _ours(turn: Turn) -> dict[str, Any]:
    return {
        "status": turn.status,
        "error": turn.error,
        "finish_reason": turn.finish_reason,
        "request_id": turn.request_id,
        "first_byte_ms": turn.first_byte_ms,
        "attempts": list(map(dict, turn.attempts)),
    }


def _input(turn: Turn) -> tuple[Message, ...]:
    """The messages that this turn added: what follows the last message of the model or of the system."""
    start = len(turn.messages)
    while start and turn.messages[start - 1].role in ("user", "tool"):
        start -= 1
    return turn.messages[start:]


def _only(kind: type[_P], parts: tuple[Part, ...] | list[Part]) -> Iterator[_P]:
    return (part for part in parts if isinstance(part, kind))


def _conversation_name(turn: Turn) -> str:
    """The start of what was asked first in the conversation."""
    asked = (message for message in turn.messages if message.role == "user")
    first = next((part.text for message in asked for part in message.parts if isinstance(part, TextPart)), turn.prompt)
    name = " ".join(first.split())
    return name if len(name) <= _NAME_LENGTH else f"{name[: _NAME_LENGTH - 1]}…"


def _tool(tool: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: tool.get(name) for name in ("name", "description", "input_schema")}
    hashed = {**known, "plugin": tool["plugin"]} if tool.get("plugin") else known
    digest = hashlib.sha256(json.dumps(hashed).encode()).hexdigest()
    return {"id": None, "hash": digest, **known, "instance": None, **tool}


def _call(part: ToolCallPart) -> dict[str, Any]:
    call = {
        "id": None,
        "tool_id": None,
        "name": part.name,
        "arguments": dict(part.arguments),
        "tool_call_id": part.tool_call_id,
        "server_executed": part.server_executed,
    }
    return call if part.raw is None else {**call, "raw": part.raw}


def _result(part: ToolResultPart, by_server: bool) -> dict[str, Any]:
    return {
        "id": None,
        "tool_id": None,
        "name": part.name,
        "output": part.output,
        "tool_call_id": part.tool_call_id,
        "exception": part.exception,
        "server_executed": by_server,
        "instance": None,
        "attachments": list(map(_attachment, part.attachments)),
    }


def _attachment(attachment: Attachment) -> dict[str, Any]:
    """What an attachment is, without its bytes; a file that is gone has no `id`."""
    try:
        digest = attachment.id()
    except AttachmentError:
        digest = None
    try:
        media_type: str | None = attachment.resolve_type()
    except AttachmentError:
        media_type = attachment.type
    length = len(attachment.content or b"") or None
    return {
        "id": digest,
        "type": media_type,
        "path": attachment.path,
        "url": attachment.url,
        "content": bool(length) or None,
        "content_length": length,
    }
