"""A file of a message inside a page of HTML."""

from __future__ import annotations

from html import escape

from .._domain.attachment import Attachment
from ..errors import AttachmentError
from .html_text import link

# What browsers show. SVG is not among them: it is harmless as an image, but not once it is saved and opened.
_IMAGES = {"image/avif", "image/gif", "image/jpeg", "image/png", "image/webp"}
_SOUNDS = {"audio/flac", "audio/mp4", "audio/mpeg", "audio/ogg", "audio/wav", "audio/webm", "audio/x-wav"}
_FILMS = {"video/mp4", "video/ogg", "video/webm"}


def html_file(file: Attachment) -> str:
    """The file itself where there is its content, to be seen, heard or saved; else where it is."""
    name = escape(file.path or file.url or "")
    if file.content is None:
        place = link(file.url) if file.url else f"<code>{name}</code>"
        return f'<p class="file">{escape(file.type or "File")}: {place}</p>'
    kind = _kind(file)
    data = file.base64_content()
    if kind in _IMAGES:
        return f'<figure><img alt="{name or "Image"}" src="data:{kind};base64,{data}"></figure>'
    if kind in _SOUNDS:
        return f'<figure><audio controls src="data:{kind};base64,{data}"></audio></figure>'
    if kind in _FILMS:
        return f'<figure><video controls src="data:{kind};base64,{data}"></video></figure>'
    # Whatever it is, the browser is told to save it, and not what it might open it with.
    saved = f'<a download="{escape(_file_name(file))}" href="data:application/octet-stream;base64,{data}">'
    return f'<p class="file">{escape(kind)}: {saved}{escape(_file_name(file))}</a> ({len(file.content):,} bytes)</p>'


def _kind(file: Attachment) -> str:
    try:
        return file.resolve_type()
    except AttachmentError:
        return "File"


def _file_name(file: Attachment) -> str:
    return (file.path or file.url or "").replace("\\", "/").rstrip("/").rpartition("/")[2] or "attachment"
