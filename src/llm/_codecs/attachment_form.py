"""What all wires do with a file: tell its type, check it against the model, and write it as an address."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import SplitResult, urlsplit

from .._domain.attachment import Attachment
from .._domain.media_type import suffix_of
from .._domain.profile import Profile
from ..errors import AttachmentError


def media_type_of(attachment: Attachment) -> str:
    """The type; an address that does not tell is taken for an image, the one kind that every service fetches."""
    try:
        return attachment.resolve_type()
    except AttachmentError:
        if not attachment.url:
            raise
        return "image/*"


def check_accepted(attachment: Attachment, media_type: str, profile: Profile, model: str) -> None:
    """Raise AttachmentError, which names what the model accepts, where it does not accept *media_type*."""
    accepted = profile.attachment_types
    if accepted is None or media_type in accepted or media_type.endswith("/*"):
        return
    raise AttachmentError(
        f"{model} does not accept the attachment {attachment.name}, which is {media_type}",
        hint=f"It accepts {', '.join(accepted)}" if accepted else "It accepts no attachments",
    )


def address_of(attachment: Attachment, media_type: str, by_url: bool) -> str:
    """Where the content is: its URL, if there is one and *by_url* says that it will be fetched, else a data URL."""
    if attachment.url and attachment.content is None and (by_url or attachment.url.startswith("data:")):
        return attachment.url
    return f"data:{media_type};base64,{attachment.base64_content()}"


def parts_of(url: str) -> SplitResult:
    """The parts of an attachment's address. Raises AttachmentError where it is none."""
    try:
        parts = urlsplit(url)
        _ = parts.hostname
    except ValueError as error:
        raise AttachmentError(f"The attachment's address {url} is none: {error}") from error
    return parts


def file_name(attachment: Attachment, media_type: str) -> str:
    """The name that a file goes by: that of its path or URL, else one that tells its type."""
    url = "" if (attachment.url or "").startswith("data:") else attachment.url
    name = (attachment.path or "").replace("\\", "/") or parts_of(url or "").path
    return PurePosixPath(name).name or f"attachment{suffix_of(media_type)}"
