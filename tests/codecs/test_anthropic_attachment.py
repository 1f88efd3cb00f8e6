"""Files become blocks that Anthropic reads."""

from __future__ import annotations

from typing import Any

import pytest
from anthropic_replies import ENDPOINT
from anthropic_requests import body

from llm._codecs import anthropic
from llm._domain.attachment import Attachment
from llm._domain.profile import Profile
from llm._domain.prompt import Prompt
from llm.errors import AttachmentError

PDF = "application/pdf"


def block(attachment: Attachment, profile: Profile | None = None) -> Any:
    """The block that carries a file."""
    return body(Prompt("x", attachments=[attachment]), profile=profile)["messages"][0]["content"][1]


@pytest.mark.parametrize(
    ("attachment", "kind", "source"),
    [
        (Attachment("image/webp", content=b"w"), "image",
         {"type": "base64", "media_type": "image/webp", "data": "dw=="}),
        (Attachment(url="https://a.test/x.png"), "image", {"type": "url", "url": "https://a.test/x.png"}),
        (Attachment(url="https://a.test/photo"), "image", {"type": "url", "url": "https://a.test/photo"}),
        (Attachment(url="data:image/gif;base64,Zw=="), "image",
         {"type": "base64", "media_type": "image/gif", "data": "Zw=="}),
        (Attachment(PDF, content=b"p"), "document", {"type": "base64", "media_type": PDF, "data": "cA=="}),
        (Attachment(url="https://a.test/x.pdf"), "document", {"type": "url", "url": "https://a.test/x.pdf"}),
        (Attachment("text/markdown", content="é".encode()), "document",
         {"type": "text", "media_type": "text/plain", "data": "é"}),
        (Attachment("application/json", content=b"{}"), "document",
         {"type": "text", "media_type": "text/plain", "data": "{}"}),
        (Attachment(url="file_011Abc"), "document", {"type": "file", "file_id": "file_011Abc"}),
        (Attachment("image/png", url="file_011Abc"), "image", {"type": "file", "file_id": "file_011Abc"}),
    ],
)  # fmt: skip
def test_a_file_is_a_block(attachment: Attachment, kind: str, source: dict[str, str]) -> None:
    """An image or a document, by its bytes, its address, its text, or the id that it is stored under."""
    assert block(attachment) == {"type": kind, "source": source}


def test_a_document_has_the_name_of_its_file() -> None:
    """Which the model can cite it by."""
    assert block(Attachment(PDF, path="/tmp/report.pdf", content=b"p"))["title"] == "report.pdf"
    assert block(Attachment("text/csv", path="a.csv", content=b"p"))["title"] == "a.csv"


@pytest.mark.parametrize("media_type", ["audio/wav", "video/mp4", "image/tiff", "application/zip"])
def test_what_the_wire_cannot_carry_is_an_error(media_type: str) -> None:
    """Which names what it can carry."""
    with pytest.raises(AttachmentError, match=media_type) as caught:
        block(Attachment(media_type, content=b"x"))
    assert "application/pdf" in str(caught.value.hint)


def test_what_the_model_does_not_accept_is_an_error() -> None:
    """Which names what it accepts; text of any kind is plain text on the wire."""
    profile = Profile(attachment_types=("image/png", "text/plain"))
    with pytest.raises(AttachmentError, match="does not accept") as caught:
        block(Attachment(PDF, content=b"x"), profile)
    assert caught.value.hint == "It accepts image/png, text/plain"
    assert block(Attachment("text/html", content=b"x"), profile)["type"] == "document"
    with pytest.raises(AttachmentError):
        block(Attachment("text/html", content=b"x"), Profile(attachment_types=()))
    with pytest.raises(AttachmentError, match="not base64"):
        block(Attachment(url="data:image/gif;base64,%%%"))


@pytest.mark.parametrize(
    ("attachment", "needed"),
    [
        (Attachment(PDF, content=b"x"), False),
        (Attachment(path="x.pdf"), True),
        (Attachment(url="https://a.test/x.pdf"), False),
        (Attachment(url="https://a.test/x.jpg"), False),
        (Attachment(url="https://a.test/x"), False),
        (Attachment(url="https://a.test/x.txt"), True),
        (Attachment(url="https://a.test/x.wav"), True),
        (Attachment(url="data:text/plain,x"), False),
        (Attachment(url="file_1"), False),
    ],
)
def test_only_what_anthropic_does_not_fetch_must_be_loaded(attachment: Attachment, needed: bool) -> None:
    """It fetches images and PDF files."""
    assert anthropic.needs_content(attachment, ENDPOINT) is needed
