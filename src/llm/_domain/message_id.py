"""
What a message is called where it is kept: the hash of its content and of the message before it.

So an id names a whole chain of messages. Two chains that begin alike have the same ids as far as they are alike, and
whoever has the messages can tell whether an id is theirs.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from ..errors import AttachmentError
from .attachment import Attachment
from .json_text import json_text
from .message import Message
from .message_json import part_to_dict
from .part import Part
from .sha256 import sha256


def message_id(message: Message, before: str | None) -> str:
    """The id of *message* where it follows the message with the id *before* (None: where it is the first)."""
    return hash_of(message.role, parts_text(message.parts), metadata_text(message), before)


def chain_id(messages: Iterable[Message], before: str | None = None) -> str | None:
    """The id of the last of *messages*, which follow the message *before*."""
    for message in messages:
        before = message_id(message, before)
    return before


def hash_of(role: str, parts: str, metadata: str | None, before: str | None) -> str:
    """The SHA-256, in hex, that is the id of a message with these texts."""
    return sha256(f"{before or ''}\n{role}\n{metadata or ''}\n{parts}".encode()).hex()


def parts_text(parts: Iterable[Part]) -> str:
    """Parts as JSON text; of a file there is its id in place of its content."""
    return json_text([part_to_dict(part, named) for part in parts])


def metadata_text(message: Message) -> str | None:
    """The provider's data about the whole message, as JSON text."""
    return None if message.provider_metadata is None else json_text(message.provider_metadata)


def named(attachment: Attachment) -> dict[str, Any]:
    """What a file is, and the hash of its content as its `id`, which one that cannot be read does not have."""
    value = {name: getattr(attachment, name) for name in ("type", "path", "url") if getattr(attachment, name)}
    if attachment.content is not None or attachment.path:
        with suppress(AttachmentError):
            value["id"] = attachment.id()
    return value
