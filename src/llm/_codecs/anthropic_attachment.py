"""Files as content blocks."""

from __future__ import annotations

import binascii
import re
from pathlib import PurePosixPath
from typing import Any, Literal, TypeAlias
from urllib.parse import unquote_to_bytes

from .._domain.attachment import Attachment
from .._domain.endpoint import Endpoint
from .._domain.profile import IMAGES, Profile
from ..errors import AttachmentError
from .attachment_form import check_accepted, media_type_of, parts_of

Kind: TypeAlias = Literal["image", "pdf", "text"]

_FILE_ID = re.compile(r"file_[A-Za-z0-9]+")
_TEXTS = frozenset(
    ("application/json", "application/xml", "application/x-yaml", "application/yaml", "application/toml",
     "application/javascript", "application/x-sh", "application/sql", "image/svg+xml")
)  # fmt: skip


def content_block(attachment: Attachment, profile: Profile, model: str) -> dict[str, Any]:
    """
    The block that carries *attachment*: an image, a PDF or a text, or a file that Anthropic stores (url `file_...`).

    Raises AttachmentError for a type that the model does not accept or the wire cannot carry.
    """
    if attachment.url and _FILE_ID.fullmatch(attachment.url):
        kind = "image" if (attachment.type or "").startswith("image/") else "document"
        return {"type": kind, "source": {"type": "file", "file_id": attachment.url}}
    attachment = _inlined(attachment)
    media_type = _media_type(attachment)
    _check(attachment, media_type, profile, model)
    match _kind(media_type):
        case "image":
            return {"type": "image", "source": _source(attachment, media_type)}
        case "pdf":
            return {"type": "document", "source": _source(attachment, media_type), **_title(attachment)}
        case "text":
            text = attachment.content_bytes().decode("utf-8", "replace").removeprefix("\ufeff")
            source = {"type": "text", "media_type": "text/plain", "data": text}
            return {"type": "document", "source": source, **_title(attachment)}
    raise AttachmentError(
        f"The attachment {attachment.name} is {media_type}, which cannot be sent to {model}",
        hint=f"Anthropic takes {', '.join(IMAGES)}, application/pdf and text",
    )


def needs_content(attachment: Attachment, endpoint: Endpoint) -> bool:
    """Whether the bytes must be loaded before the attachment is encoded: images and PDFs are fetched by Anthropic."""
    if attachment.content is not None:
        return False
    if not attachment.url:
        return True
    if attachment.url.startswith("data:") or _FILE_ID.fullmatch(attachment.url):
        return False
    return _kind(_media_type(attachment)) not in ("image", "pdf")


def _kind(media_type: str) -> Kind | None:
    if media_type in IMAGES or media_type == "image/*":
        return "image"
    if media_type == "application/pdf":
        return "pdf"
    if media_type.startswith("text/") or media_type in _TEXTS or media_type.endswith(("+json", "+xml")):
        return "text"
    return None


def _media_type(attachment: Attachment) -> str:
    return media_type_of(attachment).partition(";")[0].strip().lower()


def _check(attachment: Attachment, media_type: str, profile: Profile, model: str) -> None:
    """Text of any kind is sent as plain text, so a model that takes that takes them all."""
    plain = _kind(media_type) == "text" and "text/plain" in (profile.attachment_types or ())
    check_accepted(attachment, "text/plain" if plain else media_type, profile, model)


def _source(attachment: Attachment, media_type: str) -> dict[str, Any]:
    if attachment.url and attachment.content is None:
        return {"type": "url", "url": attachment.url}
    return {"type": "base64", "media_type": media_type, "data": attachment.base64_content()}


def _inlined(attachment: Attachment) -> Attachment:
    """The attachment with the content of a `data:` address, which no provider fetches."""
    url = attachment.url or ""
    if attachment.content is not None or not url.startswith("data:"):
        return attachment
    head, _, data = url[5:].partition(",")
    try:
        content = unquote_to_bytes(data)
        if head.endswith(";base64"):
            content = binascii.a2b_base64(b"".join(content.split()), strict_mode=True)
    except binascii.Error as error:
        raise AttachmentError("The attachment's data: URL is not base64") from error
    return Attachment(attachment.type or head.partition(";")[0] or "text/plain", content=content)


def _title(attachment: Attachment) -> dict[str, str]:
    path = (attachment.path or "").replace("\\", "/") or parts_of(attachment.url or "").path
    name = PurePosixPath(path).name
    return {"title": name} if name and attachment.content is not None else {}
