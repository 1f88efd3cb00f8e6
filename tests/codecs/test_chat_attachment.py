"""Files become parts of a message, or errors that say what could have been sent."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from codec_replies import ENDPOINT
from codec_requests import body

from llm._codecs import chat
from llm._domain.attachment import Attachment
from llm._domain.profile import IMAGES, Profile
from llm._domain.prompt import Prompt
from llm.errors import AttachmentError

PNG = Attachment(content=b"\x89PNG\r\n\x1a\n")
PDF = Attachment(content=b"%PDF-1.7")


def part(attachment: Attachment, dialect: str = "compatible", **more: Any) -> dict[str, Any]:
    """The part of a message that carries a file."""
    options = more.pop("options", None)
    sent = body(Prompt("Look", attachments=[attachment], options=options), dialect, **more)
    found = sent["messages"][0]["content"][1]
    assert isinstance(found, dict)
    return found


def data_url(media_type: str, content: bytes) -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


def test_images_are_sent_by_address_or_with_their_bytes() -> None:
    """An address that does not tell its type is taken for an image's."""
    assert part(PNG)["image_url"] == {"url": data_url("image/png", b"\x89PNG\r\n\x1a\n")}
    for url in ("https://a.test/cat.jpg", "https://a.test/cat", "data:image/gif;base64,R0lGODlh"):
        assert part(Attachment(url=url)) == {"type": "image_url", "image_url": {"url": url}}


def test_the_detail_of_images_is_an_option() -> None:
    """It stands in every image."""
    assert part(PNG, options={"image_detail": "low"})["image_url"]["detail"] == "low"


def test_local_servers_get_the_bytes() -> None:
    """They fetch no addresses; the engine has loaded what the codec says it needs."""
    loaded = Attachment(url="https://a.test/cat.png", content=b"\x89PNG\r\n\x1a\n")
    assert part(loaded, "ollama")["image_url"] == {"url": data_url("image/png", b"\x89PNG\r\n\x1a\n")}


@pytest.mark.parametrize(
    ("media_type", "expected"),
    [("audio/wav", "wav"), ("audio/x-wav", "wav"), ("audio/mpeg", "mp3"), ("audio/mp3", "mp3")],
)
def test_sound_is_sent_with_its_format(media_type: str, expected: str) -> None:
    """In base64, without the head of a data URL."""
    sound = Attachment(media_type, content=b"RIFF")
    assert part(sound) == {"type": "input_audio", "input_audio": {"data": "UklGRg==", "format": expected}}


def test_pdf_files_are_sent_with_a_name(tmp_path: Path) -> None:
    """Their own, where it is known."""
    path = tmp_path / "report.pdf"
    path.write_bytes(b"%PDF-1.7")
    file = {"filename": "report.pdf", "file_data": data_url("application/pdf", b"%PDF-1.7")}
    assert part(Attachment(path=str(path))) == {"type": "file", "file": file}
    assert part(PDF)["file"]["filename"] == "attachment.pdf"
    named = Attachment(url="https://a.test/x/paper.pdf?v=1", content=b"%PDF-1.7")
    assert part(named)["file"]["filename"] == "paper.pdf"


def test_pdf_files_go_by_address_where_the_service_fetches_them() -> None:
    """OpenRouter and Mistral do, each in its own form."""
    paper = Attachment(url="https://a.test/paper.pdf")
    assert part(paper, "openrouter")["file"] == {"filename": "paper.pdf", "file_data": "https://a.test/paper.pdf"}
    assert part(paper, "mistral") == {"type": "document_url", "document_url": "https://a.test/paper.pdf"}


def test_video_is_sent_where_it_is_taken() -> None:
    """By address or with its bytes."""
    clip = Attachment(url="https://a.test/clip.mp4")
    assert part(clip, "openrouter") == {"type": "video_url", "video_url": {"url": "https://a.test/clip.mp4"}}


@pytest.mark.parametrize(
    ("attachment", "dialect"),
    [
        (Attachment("audio/flac", content=b"fLaC"), "openai"),
        (Attachment("video/mp4", content=b"x"), "openai"),
        (Attachment("text/csv", content=b"a,b"), "openai"),
        (PDF, "groq"),
    ],
)
def test_a_type_that_cannot_be_sent_is_an_error(attachment: Attachment, dialect: str) -> None:
    """It names the file and its type, and the hint what the service takes."""
    with pytest.raises(AttachmentError, match=f"{attachment.resolve_type()}, which cannot be sent to m-1") as caught:
        part(attachment, dialect)
    assert "images, audio (wav, mp3)" in (caught.value.hint or "")


def test_a_type_that_the_model_does_not_accept_is_an_error() -> None:
    """Where its profile lists types; an unknown list refuses nothing."""
    with pytest.raises(AttachmentError, match=r"m-1 does not accept .* application/pdf") as caught:
        part(PDF, profile=Profile(attachment_types=IMAGES))
    assert "image/png" in (caught.value.hint or "")
    assert part(PNG, profile=Profile(attachment_types=IMAGES))
    with pytest.raises(AttachmentError) as caught:
        part(PNG, profile=Profile(attachment_types=()))
    assert caught.value.hint == "It accepts no attachments"


@pytest.mark.parametrize(
    ("attachment", "dialect", "expected"),
    [
        (PNG, "openai", False),
        (Attachment(path="cat.png"), "openai", True),
        (Attachment(url="https://a.test/cat.png"), "openai", False),
        (Attachment(url="https://a.test/cat"), "openai", False),
        (Attachment(url="https://a.test/cat.png"), "ollama", True),
        (Attachment(url="https://a.test/cat"), "ollama", True),
        (Attachment(url="data:image/png;base64,"), "ollama", False),
        (Attachment(url="https://a.test/a.mp3"), "openai", True),
        (Attachment(url="https://a.test/a.pdf"), "openai", True),
        (Attachment(url="https://a.test/a.pdf"), "mistral", False),
        (Attachment(url="https://a.test/a.mp4"), "openrouter", False),
    ],
)
def test_the_codec_says_whose_bytes_it_needs(attachment: Attachment, dialect: str, expected: bool) -> None:
    """Those that are not sent by address."""
    assert chat.needs_content(attachment, replace(ENDPOINT, dialect=dialect)) is expected
