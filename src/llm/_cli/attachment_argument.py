"""The files that go with a prompt, as they are named on the command line."""

from __future__ import annotations

import errno
import io
import sys
from collections.abc import Sequence
from pathlib import Path

from .._domain.attachment import Attachment
from ..errors import AttachmentError

STDIN = "-"


def read_attachments(names: Sequence[str], typed: Sequence[tuple[str, str]] = ()) -> list[Attachment]:
    """
    The attachments of these paths, URLs and `-` (standard input), and of those with their media types.

    Raises AttachmentError for what is not there, or of no known type.
    """
    if wants_stdin(names, typed) > 1:
        raise AttachmentError("Standard input can be attached once", hint="Give one - only")
    return [*map(_attachment, names), *(_attachment(name, _media_type(kind)) for name, kind in typed)]


def wants_stdin(names: Sequence[str], typed: Sequence[tuple[str, str]] = ()) -> int:
    """How many of the attachments are standard input."""
    return [*names, *(name for name, _ in typed)].count(STDIN)


def _attachment(name: str, media_type: str | None = None) -> Attachment:
    if name == STDIN:
        content = _stdin()
        attachment = Attachment(media_type, content=content)
    elif name.startswith(("http://", "https://", "gs://", "data:")):
        return Attachment(media_type, url=name)
    else:
        path = Path(name).expanduser()
        if not path.is_file():
            why = "is a directory" if path.is_dir() else "does not exist"
            raise AttachmentError(f"The attachment {name} {why}", hint="Give a path, a URL, or - for standard input")
        attachment = Attachment(media_type, path=str(path.absolute()))
    if attachment.type:
        return attachment
    try:
        return Attachment(attachment.resolve_type(), path=attachment.path, content=attachment.content)
    except AttachmentError as error:
        error.hint = f"Name it: --at {name} image/png"
        raise


def _media_type(text: str) -> str:
    family, slash, kind = text.partition("/")
    if not (family and slash and kind) or any(letter.isspace() for letter in text):
        raise AttachmentError(f"{text!r} is no media type", hint="As in: --at photo image/jpeg")
    return text.lower()


def _stdin() -> bytes:
    try:
        content = sys.stdin.buffer.read()
    except OSError as error:
        if error.errno == errno.EBADF or isinstance(error, io.UnsupportedOperation):
            content = b""
        else:
            raise AttachmentError(f"Standard input cannot be read: {error.strerror or error}") from error
    if not content:
        raise AttachmentError("Standard input, which is to be attached, is empty")
    return content
