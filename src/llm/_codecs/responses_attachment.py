"""Files as parts of a message's content, as the Responses API has them."""

from __future__ import annotations

from typing import Any

from .._domain.attachment import Attachment
from .._domain.endpoint import Endpoint
from .._domain.profile import Profile
from ..errors import AttachmentError
from .attachment_form import address_of, check_accepted, file_name, media_type_of


def content_part(attachment: Attachment, profile: Profile, model: str, *, detail: str | None = None) -> dict[str, Any]:
    """
    The part of a message's content that carries *attachment*; *detail* is how closely an image is looked at.

    Raises AttachmentError for a type that the model does not accept or the wire cannot carry.
    """
    media_type = media_type_of(attachment)
    check_accepted(attachment, media_type, profile, model)
    address = address_of(attachment, media_type, by_url=True) if not media_type.startswith(_NOT_CARRIED) else ""
    if not address:
        raise AttachmentError(
            f"The attachment {attachment.name} is {media_type}, which cannot be sent to {model}",
            hint="The Responses API takes images and documents; try Chat Completions: -o chat_completions 1",
        )
    if media_type.startswith("image/"):
        return {"type": "input_image", "detail": detail or "auto", "image_url": address}
    if address.startswith("data:"):
        return {"type": "input_file", "filename": file_name(attachment, media_type), "file_data": address}
    return {"type": "input_file", "file_url": address}


_NOT_CARRIED = ("audio/", "video/")


def needs_content(attachment: Attachment, endpoint: Endpoint) -> bool:
    """Whether the bytes must be loaded before `encode`: images and documents travel by address too."""
    return attachment.content is None and not attachment.url
