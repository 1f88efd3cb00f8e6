"""
How many tokens a prompt may come to, before anybody counts them.

No tokenizer is asked: each model has its own, and most are not published. The estimate leans upwards, as a limit on
spending must: one token for three bytes of text (English has four to five, code about three and a half, Chinese and
Japanese three to four), and for attachments what the providers' pages on vision, sound and documents say of large
ones.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from .attachment import Attachment
from .message import Message
from .part import AttachmentPart, Part, TextPart, ToolCallPart, ToolResultPart
from .prompt import Prompt
from .tool import Tool

Size = Callable[[Attachment], int | None]

_BYTES = 3
_AROUND_MESSAGE = 8
_AROUND_TOOL = 16

# By the first half of the media type: the bytes that make a token, the least and the most that a file comes to.
_FILES = {
    "image": (0, 3_000, 3_000),
    "audio": (100, 500, 1_000_000),
    "video": (100, 3_000, 1_000_000),
    "text": (_BYTES, 0, None),
    "application": (10, 3_000, 1_000_000),
}
_UNKNOWN_SIZE = 10_000


def known_size(attachment: Attachment) -> int | None:
    """The bytes of an attachment whose content is here."""
    return None if attachment.content is None else len(attachment.content)


def input_tokens(prompt: Prompt, size: Size = known_size) -> int:
    """
    The input tokens that a prompt comes to at most, roughly: its messages, files, tools and schema.

    *size* tells the bytes of a file, or None where nobody knows.
    """
    tokens = sum(_message(message, size) for message in prompt.messages)
    for tool in prompt.tools:
        declared = [tool.name, tool.description, dict(tool.input_schema)] if isinstance(tool, Tool) else dict(tool.spec)
        tokens += _AROUND_TOOL + _json(declared)
    return tokens + (_json(prompt.schema) if prompt.schema is not None else 0)


def text_tokens(text: str) -> int:
    """The tokens that a text comes to at most, roughly."""
    return -(-len(text.encode("utf-8", "surrogatepass")) // _BYTES)


def file_tokens(media_type: str | None, size: int | None) -> int:
    """The tokens that a file comes to at most, roughly."""
    kind = (media_type or "application").partition("/")[0]
    bytes_each, least, most = _FILES.get(kind, _FILES["application"])
    if not bytes_each:
        return least
    tokens = max(_UNKNOWN_SIZE if size is None else -(-size // bytes_each), least)
    return tokens if most is None else min(tokens, most)


def _message(message: Message, size: Size) -> int:
    return _AROUND_MESSAGE + sum(_part(part, size) for part in message.parts)


def _part(part: Part, size: Size) -> int:
    match part:
        case AttachmentPart():
            return _file(part.attachment, size)
        case ToolResultPart():
            return text_tokens(part.output) + _files(part.attachments, size) + _AROUND_MESSAGE
        case ToolCallPart():
            return text_tokens(part.name) + _json(part.raw or dict(part.arguments)) + _AROUND_MESSAGE
        case TextPart():
            return text_tokens(part.text)
    return max(text_tokens(part.text), _json(part.provider_metadata or ""))  # encrypted reasoning counts too


def _files(attachments: Iterable[Attachment], size: Size) -> int:
    return sum(_file(attachment, size) for attachment in attachments)


def _file(attachment: Attachment, size: Size) -> int:
    from .media_type import from_name

    return file_tokens(attachment.type or from_name(attachment.path or attachment.url or ""), size(attachment))


def _json(value: Any) -> int:
    return text_tokens(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str))
