"""Media types are told from names, and from first bytes."""

from __future__ import annotations

import pytest

from llm._domain.media_type import from_content, from_name


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.png", "image/png"), ("A.PNG", "image/png"), ("dir.png/a", None), ("a", None), ("", None), ("a.", None),
        (".png", "image/png"), ("a.tar.gz", None), ("a.b.mp3", "audio/mpeg"), ("ä ö.webp", "image/webp"),
        ("what?.pdf", "application/pdf"), ("a.png?x=1", None), ("https://h.invalid/a.png?x=b.pdf", "image/png"),
        ("https://h.invalid/a.png#b.pdf", "image/png"), ("https://h.invalid", None), ("C:\\a.wav", "audio/wav"),
    ],
)  # fmt: skip
def test_a_name_tells_by_its_suffix(name: str, media_type: str | None) -> None:
    assert from_name(name) == media_type


@pytest.mark.parametrize(
    ("start", "media_type"),
    [
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
        (b"RIFF\0\0\0\0AVI LIST", "video/x-msvideo"),
        (b"RIFF\0\0\0\0????", None),
        (b"%PDF-1.7 and so on", "application/pdf"),
        (b"ID3\x03\0", "audio/mpeg"),
        (b"\xff\xfb\x90", "audio/mpeg"),
        (b"OggS\0", "audio/ogg"),
        (b"fLaC\0", "audio/flac"),
        (b"BM\x36\x10\0\0\0\0\0\0\x36\0\0\0", "image/bmp"),
        (b"\x1aE\xdf\xa3", "video/webm"),
        (b"\0\0\0\x20ftypisom", "video/mp4"),
        (b"\0\0\0\x20ftypqt  ", "video/quicktime"),
        (b"\0\0\0\x20ftypheic", "image/heic"),
        (b"\0\0\0\x20ftypM4A ", "audio/mp4"),
        ("grüße".encode(), "text/plain"),
        (b"", "text/plain"),
        (b"a\0b", None),
        (b"\xfe\xff", None),
    ],
)
def test_content_tells_by_its_first_bytes(start: bytes, media_type: str | None) -> None:
    assert from_content(start) == media_type


@pytest.mark.parametrize("text", ["BMW is a maker of cars", "BM", "ID3 tags are old", "RIF", "GIF89 is a format"])
def test_text_that_begins_like_a_file_is_text(text: str) -> None:
    assert from_content(text.encode()) == "text/plain"
