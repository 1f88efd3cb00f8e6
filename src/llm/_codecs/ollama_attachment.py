"""Files as Ollama takes them: pictures, inside the request."""

from __future__ import annotations

from .._domain.attachment import Attachment
from .._domain.endpoint import Endpoint
from .._domain.profile import Profile
from ..errors import AttachmentError
from .attachment_form import check_accepted


def image(attachment: Attachment, profile: Profile, model: str) -> str:
    """The picture in base64. Raises AttachmentError for a file that is none, or that the model does not accept."""
    media_type = attachment.resolve_type()
    if not media_type.startswith("image/"):
        raise AttachmentError(
            f"The attachment {attachment.name} is {media_type}, which cannot be sent to {model}",
            hint="Ollama takes images",
        )
    check_accepted(attachment, media_type, profile, model)
    if attachment.content is None and (attachment.url or "").startswith("data:"):
        return (attachment.url or "").partition(",")[2]
    return attachment.base64_content()


def needs_content(attachment: Attachment, endpoint: Endpoint) -> bool:
    """Whether the bytes must be loaded: Ollama fetches nothing."""
    return attachment.content is None and not (attachment.url or "").startswith("data:")
