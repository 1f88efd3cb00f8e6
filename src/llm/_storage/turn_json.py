"""A turn as `llm logs --json` prints it: the keys that users of the `llm` package query, and then our own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from .._domain.attachment import Attachment
from .._domain.part import AttachmentPart, Part, ToolCallPart, ToolResultPart
from .._domain.sha256 import sha256
from .._domain.turn import Turn
from ..errors import AttachmentError
from .query import ConversationRecord

_NAME_LENGTH = 32
_LONGEST = 100
_P = TypeVar("_P", bound=Part)


def turn_to_json(
    turn: Turn, *, conversation: ConversationRecord | None = None, expand: bool = False, truncate: bool = False
) -> dict[str, Any]:
    """
    The turn as JSON values.

    Its conversation is named after the start of what was asked, unless *conversation* knows better. Of fragments there
    is the start, or with *expand* the whole text. With *truncate* there is the start of prompt and response, too, and
    what is JSON is left out.

    `tools`, `tool_calls` and `tool_results` carry `id` and `tool_id` for the scripts that expect them; they are null,
    for the numbers were those of rows in a `logs.db`. `token_details` is JSON text, as it was there.
    """
    value = {**_as_ever(turn, conversation, expand), **_own_input(turn), **_ours(turn)}
    if not truncate:
        return value
    shortened = {"prompt": shortened_text(value["prompt"]), "response": shortened_text(value["response"])}
    kept = {name: item for name, item in value.items() if not name.endswith("_json") or item is None}
    return {**kept, **shortened}


def own_prompt(turn: Turn) -> str:
    """This turn's own text, without the fragments that it begins with."""
    return _without(turn.prompt, turn.fragments)


def fragment_hash(fragment: str) -> str:
    """What a fragment is called: the SHA-256 of its text, in hex."""
    return sha256(fragment.encode("utf-8", "surrogatepass")).hex()


def shortened_text(text: str, longest: int = _LONGEST) -> str:
    """The text, or its start and three dots."""
    return text if len(text) <= longest else f"{text[: longest - 3]}..."


def _as_ever(turn: Turn, conversation: ConversationRecord | None, expand: bool) -> dict[str, Any]:
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
        "conversation_name": _conversation_name(turn, conversation),
        "conversation_model": turn.model,
        "schema_json": None if turn.schema is None else dict(turn.schema),
        "prompt": own_prompt(turn),
        "system": _without(turn.system, turn.system_fragments) or None,
        "response": turn.text,
        "reasoning": turn.reasoning or None,
        "prompt_json": None,
        "response_json": turn.raw,
        "prompt_fragments": [_fragment(fragment, expand) for fragment in turn.fragments],
        "system_fragments": [_fragment(fragment, expand) for fragment in turn.system_fragments],
    }


def _own_input(turn: Turn) -> dict[str, Any]:
    """The tools, their calls and results, and the attachments of this turn alone."""
    given = [part for message in turn.input for part in message.parts]
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
        "template": turn.template,
        "cached_tokens": turn.usage.cached,
        "reasoning_tokens": turn.usage.reasoning,
        "price_key": turn.price_key,
        "cache_write_tokens": turn.usage.cache_write,
    }


def _without(text: str, fragments: Sequence[str]) -> str:
    joined = "\n".join(fragments)
    if not fragments or text == joined:
        return "" if fragments else text
    return text.removeprefix(f"{joined}\n")


def _fragment(fragment: str, expand: bool) -> dict[str, Any]:
    """A fragment as it was listed in a `logs.db`, where it could have other names."""
    content = fragment if expand else shortened_text(fragment)
    return {"hash": fragment_hash(fragment), "content": content, "aliases": []}


def _conversation_name(turn: Turn, conversation: ConversationRecord | None) -> str:
    """The name it was given, else the start of what was asked first, in one line."""
    if conversation is not None and conversation.name is not None:
        return conversation.name
    name = " ".join((turn.prompt if conversation is None else conversation.title).split())
    return name if len(name) <= _NAME_LENGTH else f"{name[: _NAME_LENGTH - 1]}…"


def _only(kind: type[_P], parts: tuple[Part, ...] | list[Part]) -> Iterator[_P]:
    return (part for part in parts if isinstance(part, kind))


def _tool(tool: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: tool.get(name) for name in ("name", "description", "input_schema")}
    hashed = {**known, "plugin": tool["plugin"]} if tool.get("plugin") else known
    digest = sha256(json.dumps(hashed).encode()).hex()
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
