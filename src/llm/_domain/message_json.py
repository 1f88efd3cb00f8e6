"""
Messages as JSON: our own lossless form, and the plain dictionaries of OpenAI Chat Completions.

The plain form is that of the API reference of Chat Completions: `content` is a string or a list of typed parts,
`tool_calls` and `reasoning_content` stand beside it, and a tool's result names its `tool_call_id`.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..errors import RequestError
from .attachment import Attachment
from .message import Message
from .part import AttachmentPart, Part, ReasoningPart, TextPart, ToolCallPart, ToolResultPart

_TYPES: dict[str, type[Part]] = {
    "text": TextPart,
    "reasoning": ReasoningPart,
    "tool_call": ToolCallPart,
    "tool_result": ToolResultPart,
    "attachment": AttachmentPart,
}
_NAMES = {part: name for name, part in _TYPES.items()}


def to_dict(message: Message) -> dict[str, Any]:
    """The lossless form: `{"role": ..., "parts": [...]}`, with defaults left out."""
    value: dict[str, Any] = {"role": message.role, "parts": [part_to_dict(part) for part in message.parts]}
    if message.provider_metadata is not None:
        value["provider_metadata"] = dict(message.provider_metadata)
    return value


def part_to_dict(part: Part, file: Callable[[Attachment], dict[str, Any]] | None = None) -> dict[str, Any]:
    """One part as JSON values, tagged with its `type`; *file* says what becomes of a file (None: all there is)."""
    file = file or _attachment_to_dict
    value: dict[str, Any] = {"type": _NAMES[type(part)]}
    for name in part.__slots__:
        field = getattr(part, name)
        if isinstance(field, Attachment):
            value[name] = file(field)
        elif name == "attachments":
            if field:
                value[name] = [file(item) for item in field]
        elif name in ("text", "name", "arguments", "output") or field not in (None, False):
            value[name] = dict(field) if isinstance(field, Mapping) else field
    return value


def from_dict(value: Any) -> Message:
    """A message from either form. Raises RequestError that says what is wrong with it."""
    if not isinstance(value, Mapping) or not isinstance(value.get("role"), str):
        raise RequestError(f"A message needs a role: {_excerpt(value)}", hint='As in {"role": "user", "content": "Hi"}')
    try:
        if "parts" in value:
            parts = tuple(map(part_from_dict, value["parts"]))
        else:
            parts = tuple(_plain_parts(value))
        metadata = value.get("provider_metadata")
        if metadata is not None:
            metadata = _mapping(metadata)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, RequestError):
            raise
        raise RequestError(f"This message cannot be read: {_excerpt(value)}") from error
    return Message(value["role"], parts, metadata)


def part_from_dict(value: Mapping[str, Any], file: Callable[[Mapping[str, Any]], Attachment] | None = None) -> Part:
    """The inverse of `part_to_dict`."""
    file = file or _attachment_from_dict
    fields = {name: field for name, field in value.items() if field is not None}
    kind = _TYPES[fields.pop("type")]
    if kind is AttachmentPart:
        fields["attachment"] = file(fields["attachment"])
    for name in ("text", "name", "output"):
        if name in fields:
            fields[name] = _text(fields[name])
    for name in ("arguments", "provider_metadata"):
        if name in fields:
            fields[name] = _mapping(fields[name])
    if "attachments" in fields:
        fields["attachments"] = tuple(map(file, fields["attachments"]))
    return kind(**fields)


def decode_array(text: str) -> list[Mapping[str, Any]]:
    """The messages in a JSON array. Raises RequestError."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RequestError(f"The messages are not JSON: {error}") from error
    if not isinstance(values, list):
        raise RequestError("The messages are not a JSON array", hint='As in [{"role": "user", "content": "Hi"}]')
    return values


def _attachment_to_dict(attachment: Attachment) -> dict[str, Any]:
    value = {name: getattr(attachment, name) for name in ("type", "path", "url") if getattr(attachment, name)}
    if attachment.content is not None:
        value["content"] = base64.b64encode(attachment.content).decode("ascii")
    elif attachment._id is not None:
        value["id"] = attachment._id
    return value


def _attachment_from_dict(value: Mapping[str, Any]) -> Attachment:
    content = value.get("content")
    decoded = None if content is None else _decoded(content)
    return Attachment(value.get("type"), value.get("path"), value.get("url"), decoded, value.get("id"))


def _plain_parts(value: Mapping[str, Any]) -> Iterator[Part]:
    if value["role"] == "tool":
        yield ToolResultPart(value.get("name") or "", _joined(value.get("content")), value.get("tool_call_id"))
        return
    if reasoning := value.get("reasoning_content") or value.get("reasoning"):
        yield ReasoningPart(_text(reasoning))
    content = value.get("content")
    if isinstance(content, str):
        yield from [TextPart(content)] if content else []
    else:
        yield from map(_plain_part, _listed(content))
    if refusal := value.get("refusal"):
        yield TextPart(_text(refusal), refusal=True)
    yield from map(_plain_call, value.get("tool_calls") or ())


def _plain_part(value: str | Mapping[str, Any]) -> Part:
    if isinstance(value, str):
        return TextPart(value)
    match value:
        case {"type": "text", "text": str(text)}:
            return TextPart(text)
        case {"type": "refusal", "refusal": str(text)}:
            return TextPart(text, refusal=True)
        case {"type": "image_url", "image_url": {"url": str(url)}} | {"type": "image_url", "image_url": str(url)}:
            return AttachmentPart(_from_url(url, "image/*"))
        case {"type": "input_audio", "input_audio": {"data": str(data), "format": str(form)}}:
            return AttachmentPart(Attachment(f"audio/{form}", content=_decoded(data)))
        case {"type": "file", "file": {"file_data": str(data)}}:
            return AttachmentPart(_from_url(data, "application/pdf"))
    raise RequestError(f"This part of a message is of no known type: {_excerpt(value)}")


def _plain_call(value: Mapping[str, Any]) -> ToolCallPart:
    function = value["function"]
    arguments = function.get("arguments") or "{}"
    return tool_call(_text(function["name"]), arguments, value.get("id"))


def tool_call(name: str, arguments: str | Mapping[str, Any], tool_call_id: str | None, **fields: Any) -> ToolCallPart:
    """A tool call from its arguments as JSON text or as an object; text that is no object is kept as `raw`."""
    if isinstance(arguments, Mapping):
        return ToolCallPart(name, arguments, tool_call_id, **fields)
    try:
        decoded = json.loads(arguments) if arguments.strip() else {}
    except (ValueError, RecursionError):
        decoded = None
    if decoded is None and arguments.strip() == "null":
        decoded = {}
    if not isinstance(decoded, dict):
        return ToolCallPart(name, {}, tool_call_id, raw=arguments, **fields)
    return ToolCallPart(name, decoded, tool_call_id, **fields)


def _from_url(url: str, default_type: str) -> Attachment:
    """An attachment from a URL, or from a `data:` URL with base64 content."""
    if not url.startswith("data:"):
        return Attachment(url=url)
    head, _, data = url[5:].partition(",")
    media_type = head.partition(";")[0] or default_type
    if head.endswith(";base64"):
        return Attachment(media_type, content=_decoded(data))
    from urllib.parse import unquote_to_bytes

    return Attachment(media_type, content=unquote_to_bytes(data))


def _joined(content: str | list[Any] | None) -> str:
    if isinstance(content, str):
        return content
    return "".join(part if isinstance(part, str) else part["text"] for part in _listed(content))


def _listed(value: Any) -> list[Any] | tuple[Any, ...]:
    """A list, which may be missing. Raises TypeError for anything else, such as a mapping."""
    if value is not None and not isinstance(value, list | tuple):
        raise TypeError(value)
    return value or ()


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _mapping(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise TypeError(value)
    return value


def _decoded(data: str) -> bytes:
    """Bytes from base64, which may be wrapped in lines. Raises ValueError for anything else, and drops nothing."""
    return base64.b64decode("".join(data.split()), validate=True)


def _excerpt(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 120 else f"{text[:117]}..."
