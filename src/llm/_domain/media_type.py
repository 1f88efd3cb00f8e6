"""Media types, told from names and first bytes."""

from __future__ import annotations

# mimetypes from the standard library reads the system's tables (10 ms) and differs between machines; these are the
# types that models take.
_BY_SUFFIX = {
    ".aac": "audio/aac",
    ".aiff": "audio/aiff",
    ".avi": "video/x-msvideo",
    ".bmp": "image/bmp",
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".flac": "audio/flac",
    ".gif": "image/gif",
    ".heic": "image/heic",
    ".html": "text/html",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".m4a": "audio/mp4",
    ".md": "text/markdown",
    ".mov": "video/quicktime",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".mpeg": "video/mpeg",
    ".mpga": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".opus": "audio/opus",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".svg": "image/svg+xml",
    ".tiff": "image/tiff",
    ".txt": "text/plain",
    ".wav": "audio/wav",
    ".webm": "video/webm",
    ".webp": "image/webp",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xml": "application/xml",
}

_BY_START = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"ID3\x02", "audio/mpeg"),
    (b"ID3\x03", "audio/mpeg"),
    (b"ID3\x04", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"\x1aE\xdf\xa3", "video/webm"),
)
_BY_BRAND = {
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
    b"avif": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heic",
}
_BY_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}


def from_name(name: str) -> str | None:
    """The media type that the suffix of a path or URL stands for, or None."""
    path = name.split("?", 1)[0].split("#", 1)[0] if "://" in name else name
    dot = path.rfind(".")
    return _BY_SUFFIX.get(path[dot:].lower()) if dot >= 0 else None


def suffix_of(media_type: str | None) -> str:
    """The suffix of a file of this type, `.bin` where none is known."""
    known = {"image/jpeg": ".jpg", "audio/mpeg": ".mp3", "audio/L16": ".pcm", "audio/pcm": ".pcm"}
    plain = (media_type or "").partition(";")[0].strip()
    return known.get(plain) or next((suffix for suffix, kind in _BY_SUFFIX.items() if kind == plain), ".bin")


def from_content(content: bytes) -> str | None:
    """The media type that the first bytes announce; `text/plain` for UTF-8 text, else None."""
    if content[:4] == b"RIFF":
        return _BY_RIFF.get(content[8:12])
    if content[4:8] == b"ftyp":
        return _BY_BRAND.get(content[8:12], "video/mp4")
    if content[:2] == b"BM" and content[6:10] == bytes(4):  # reserved; without them a text may begin so
        return "image/bmp"
    for start, media_type in _BY_START:
        if content.startswith(start):
            return media_type
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "text/plain" if b"\0" not in content else None
