"""Files as parts of a message to Gemini: inside the request, or by an address that Google fetches."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from .._domain.attachment import Attachment
from .._domain.endpoint import Endpoint
from .._domain.profile import Profile
from ..errors import AttachmentError
from .attachment_form import check_accepted, parts_of
from .gemini_address import is_vertex

_YOUTUBE = ("youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com", "youtu.be")
# The names that Google has for types that go by several. Source: https://ai.google.dev/gemini-api/docs/audio, /video.
_NAMES = {
    "application/ogg": "audio/ogg",
    "audio/vnd.wave": "audio/wav",
    "audio/wave": "audio/wav",
    "audio/x-wav": "audio/wav",
    "audio/x-aiff": "audio/aiff",
    "audio/x-flac": "audio/flac",
    "audio/x-m4a": "audio/mp4",
    "video/youtube": "video/mp4",
    "video/x-ms-wmv": "video/wmv",
    "video/x-msvideo": "video/avi",
}
_INSIDE_A_RESPONSE = ("image/png", "image/jpeg", "image/webp", "application/pdf", "text/plain")


def media_part(attachment: Attachment, endpoint: Endpoint, profile: Profile, model: str) -> dict[str, Any]:
    """
    The part of a message that carries *attachment*.

    Raises AttachmentError for a type that the model does not accept, or that cannot be told.
    """
    media_type = _media_type(attachment, endpoint)
    if media_type is not None:
        accepted = profile.attachment_types or ()
        known = next((name for name in (media_type, *_aliases(media_type)) if name in accepted), media_type)
        check_accepted(attachment, known, profile, model)
    if attachment.content is None and attachment.url:
        if attachment.url.startswith("data:"):
            return {"inlineData": {"mimeType": media_type, "data": _of_data_url(attachment.url)}}
        if _is_fetched(attachment.url, endpoint):
            named = {} if media_type is None else {"mimeType": media_type}
            return {"fileData": named | {"fileUri": attachment.url}}
    return {"inlineData": {"mimeType": media_type, "data": attachment.base64_content()}}


def needs_content(attachment: Attachment, endpoint: Endpoint) -> bool:
    """
    Whether the bytes must be loaded before the attachment is encoded.

    Google fetches its own files, buckets and YouTube; Vertex AI fetches any address.
    """
    if attachment.content is not None:
        return False
    if not attachment.url:
        return True
    return not (attachment.url.startswith("data:") or _is_fetched(attachment.url, endpoint))


def fits_response(part: dict[str, Any]) -> bool:
    """Whether a file's part may stand inside of a function's response."""
    (data,) = part.values()
    return data.get("mimeType") in _INSIDE_A_RESPONSE


def _is_fetched(url: str, endpoint: Endpoint) -> bool:
    if url.startswith("gs://"):
        return True
    if not url.startswith(("http://", "https://")):
        return False
    return is_vertex(endpoint) or _is_youtube(url) or _is_stored(url, endpoint)


def _is_youtube(url: str) -> bool:
    return parts_of(url).hostname in _YOUTUBE


def _is_stored(url: str, endpoint: Endpoint) -> bool:
    """Whether a file was uploaded to the provider's own store."""
    hosts = ("generativelanguage.googleapis.com", urlsplit(endpoint.base_url).hostname)
    parts = parts_of(url)
    return parts.hostname in hosts and "/files/" in parts.path


def _media_type(attachment: Attachment, endpoint: Endpoint) -> str | None:
    """The type as Google calls it; None for a file in its store, where it is known."""
    url = attachment.url or ""
    if attachment.content is None and not attachment.type:
        if url.startswith("data:"):
            return url[5:].partition(",")[0].partition(";")[0] or "text/plain"
        if _is_youtube(url):
            return "video/mp4"
    try:
        full = attachment.resolve_type()
    except AttachmentError:
        if url and attachment.content is None and _is_stored(url, endpoint):
            return None
        raise
    plain = full.partition(";")[0].strip().lower()
    return full if plain in ("audio/l16", "audio/pcm") else _NAMES.get(plain, plain)


def _aliases(media_type: str) -> list[str]:
    return [name for name, known in _NAMES.items() if known == media_type]


def _of_data_url(url: str) -> str:
    """The content of a data URL in base64."""
    head, _, data = url.partition(",")
    content = unquote_to_bytes(data)
    if head.endswith(";base64"):
        return content.decode("ascii", "replace")
    return base64.b64encode(content).decode("ascii")
