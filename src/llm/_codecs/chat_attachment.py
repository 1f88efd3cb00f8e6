"""Files as parts of a message's content."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from .._domain.attachment import Attachment
from .._domain.endpoint import Endpoint
from .._domain.profile import Profile
from ..errors import AttachmentError
from .attachment_form import address_of, check_accepted, file_name, media_type_of
from .dialects import Dialect, dialect

Kind: TypeAlias = Literal["image", "audio", "file", "video"]

_AUDIO_FORMATS = {
    "mpeg": "mp3",
    "x-mp3": "mp3",
    "mpeg3": "mp3",
    "x-wav": "wav",
    "wave": "wav",
    "vnd.wave": "wav",
    "x-aiff": "aiff",
    "x-flac": "flac",
    "mp4": "m4a",
    "x-m4a": "m4a",
}


def content_part(
    attachment: Attachment, row: Dialect, profile: Profile, model: str, *, detail: str | None = None
) -> dict[str, Any]:
    """
    The part of a message's content that carries *attachment*; *detail* is how closely an image is looked at.

    Raises AttachmentError for a type that the model does not accept or the wire cannot carry.
    """
    media_type = media_type_of(attachment)
    check_accepted(attachment, media_type, profile, model)
    match _kind(media_type):
        case "image":
            image = {"url": address_of(attachment, media_type, row.image_urls)}
            return {"type": "image_url", "image_url": image | ({"detail": detail} if detail else {})}
        case "audio" if (audio_format := _audio_format(media_type)) in row.audio_formats:
            data = attachment.base64_content()
            return {"type": "input_audio", "input_audio": {"data": data, "format": audio_format}}
        case "file" if row.file_form:
            return _file(attachment, media_type, row)
        case "video" if row.video:
            return {"type": "video_url", "video_url": {"url": address_of(attachment, media_type, row.video_urls)}}
    raise AttachmentError(
        f"The attachment {attachment.name} is {media_type}, which cannot be sent to {model}",
        hint=f"This service takes {', '.join(_carried(row))}",
    )


def needs_content(attachment: Attachment, endpoint: Endpoint) -> bool:
    """Whether the bytes must be loaded before the attachment is encoded, as the wire takes no address for it."""
    if attachment.content is not None:
        return False
    if not attachment.url:
        return True
    if attachment.url.startswith("data:"):
        return False
    row = dialect(endpoint.dialect)
    taken = {"image": row.image_urls, "audio": False, "file": row.file_urls, "video": row.video_urls}
    return not taken.get(_kind(media_type_of(attachment)) or "", False)


def _kind(media_type: str) -> Kind | None:
    match media_type.partition("/")[0]:
        case "image":
            return "image"
        case "audio":
            return "audio"
        case "video":
            return "video"
    return "file" if media_type == "application/pdf" else None


def _audio_format(media_type: str) -> str:
    subtype = media_type.partition("/")[2]
    return _AUDIO_FORMATS.get(subtype, subtype)


def _file(attachment: Attachment, media_type: str, row: Dialect) -> dict[str, Any]:
    address = address_of(attachment, media_type, row.file_urls)
    if row.file_form == "document_url":
        return {"type": "document_url", "document_url": address}
    return {"type": "file", "file": {"filename": file_name(attachment, media_type), "file_data": address}}


def _carried(row: Dialect) -> list[str]:
    kinds = ["images", f"audio ({', '.join(row.audio_formats)})"]
    return kinds + ["PDF files"] * bool(row.file_form) + ["video"] * row.video
