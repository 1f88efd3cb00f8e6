"""Files that are named by a path are kept with what they held when they were sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from .._domain.attachment import Attachment
from .._domain.message import Message
from .._domain.part import AttachmentPart, Part, ToolResultPart
from ..errors import AttachmentError

LARGEST = 10_000_000
"""The bytes up to which a file's content is kept; of a larger one the path and the hash are."""


def kept_files(messages: Iterable[Message]) -> tuple[Message, ...]:
    """The messages, with the content of files up to `LARGEST` bytes, and the hash of larger ones."""
    return tuple(
        replace(message, parts=tuple(map(_part, message.parts))) if _has_files(message) else message
        for message in messages
    )


def _has_files(message: Message) -> bool:
    return any(isinstance(part, AttachmentPart | ToolResultPart) for part in message.parts)


def _part(part: Part) -> Part:
    if isinstance(part, AttachmentPart):
        return replace(part, attachment=_kept(part.attachment))
    if isinstance(part, ToolResultPart) and part.attachments:
        return replace(part, attachments=tuple(map(_kept, part.attachments)))
    return part


def _kept(file: Attachment) -> Attachment:
    if file.content is not None or not file.path or file._id is not None:
        return file
    try:
        if Path(file.path).stat().st_size > LARGEST:
            return replace(file, _id=_hash(Path(file.path)))
        return replace(file, content=file.content_bytes())
    except (OSError, AttachmentError):
        return file  # the request fails for it, and its turn says why


def _hash(path: Path) -> str:
    from hashlib import file_digest

    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()
