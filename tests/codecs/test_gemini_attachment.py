"""Files on the Gemini wire."""

from __future__ import annotations

import base64

import pytest
from gemini_replies import ENDPOINT

from llm._codecs import gemini
from llm._codecs.gemini_attachment import media_part
from llm._domain.attachment import Attachment
from llm._domain.endpoint import Endpoint
from llm._domain.profile import Profile
from llm.errors import AttachmentError

VERTEX = Endpoint("vertex", base_url="https://aiplatform.googleapis.com/v1/projects/p/locations/global", wire="gemini")
STORED = "https://generativelanguage.googleapis.com/v1beta/files/abc"


def part(attachment: Attachment, endpoint: Endpoint = ENDPOINT, *accepted: str) -> dict[str, object]:
    profile = Profile(attachment_types=accepted or None)
    return media_part(attachment, endpoint, profile, "gemini-x")


@pytest.mark.parametrize(
    ("attachment", "address"),
    [
        (Attachment("image/png", url="https://a.test/a.png"), False),
        (Attachment("audio/wav", url="gs://bucket/a.wav"), True),
        (Attachment(url="https://www.youtube.com/watch?v=1"), True),
        (Attachment(url="https://youtu.be/1"), True),
        (Attachment(url="https://youtube.com.evil.test/1.png"), False),
        (Attachment(url=STORED), True),
        (Attachment(url="https://generativelanguage.googleapis.com/other.png"), False),
        (Attachment(url="https://api.acme.test/v1beta/files/abc"), True),
    ],
)
def test_google_fetches_its_own_files_and_no_others(attachment: Attachment, address: bool) -> None:
    """All others are loaded before, but on Vertex AI."""
    assert gemini.needs_content(attachment, ENDPOINT) is not address
    assert not gemini.needs_content(attachment, VERTEX)
    assert ("fileData" in part(attachment, VERTEX if not address else ENDPOINT)) is True


def test_content_that_is_here_is_sent() -> None:
    """Also of a file that has an address, and of one on the disk."""
    loaded = Attachment("image/png", url="https://a.test/a.png", content=b"png")
    assert not gemini.needs_content(loaded, ENDPOINT)
    assert part(loaded) == {"inlineData": {"mimeType": "image/png", "data": "cG5n"}}
    assert part(loaded, VERTEX) == part(loaded)
    assert gemini.needs_content(Attachment(path="a.png"), ENDPOINT)


def test_data_urls_hold_their_content() -> None:
    """In base64 or percent-encoded."""
    encoded = Attachment(url="data:image/png;base64,cG5n")
    assert not gemini.needs_content(encoded, ENDPOINT)
    assert part(encoded) == {"inlineData": {"mimeType": "image/png", "data": "cG5n"}}
    plain = base64.b64encode(b"a b").decode()
    assert part(Attachment(url="data:,a%20b")) == {"inlineData": {"mimeType": "text/plain", "data": plain}}


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("audio/x-wav", "audio/wav"),
        ("application/ogg", "audio/ogg"),
        ("audio/mpeg", "audio/mpeg"),
        ("text/html; charset=utf-8", "text/html"),
        ("video/x-msvideo", "video/avi"),
        ("audio/L16;rate=24000", "audio/L16;rate=24000"),
    ],
)
def test_types_go_by_the_names_that_google_has(given: str, sent: str) -> None:
    """Parameters go, but for those that bare sound needs."""
    assert part(Attachment(given, content=b"x")) == {"inlineData": {"mimeType": sent, "data": "eA=="}}


def test_a_video_of_youtube_has_a_type() -> None:
    """A file in Google's store needs none."""
    video = {"fileData": {"mimeType": "video/mp4", "fileUri": "https://youtu.be/1"}}
    assert part(Attachment(url="https://youtu.be/1")) == video
    assert part(Attachment("video/youtube", url="https://youtu.be/1"), ENDPOINT, "video/youtube") == video
    assert part(Attachment(url=STORED)) == {"fileData": {"fileUri": STORED}}
    with pytest.raises(AttachmentError, match="unknown"):
        part(Attachment(url="gs://bucket/what"))


def test_a_type_that_the_model_does_not_accept_is_refused() -> None:
    """The error names what it accepts; a type is accepted under any of its names."""
    with pytest.raises(AttachmentError, match="does not accept") as caught:
        part(Attachment("audio/wav", content=b"x"), ENDPOINT, "image/png", "image/jpeg")
    assert caught.value.hint == "It accepts image/png, image/jpeg"
    assert part(Attachment("video/x-msvideo", content=b"x"), ENDPOINT, "video/x-msvideo")
    assert part(Attachment("video/avi", content=b"x"), ENDPOINT, "video/x-msvideo")
    with pytest.raises(AttachmentError, match="does not accept"):
        media_part(Attachment("image/png", content=b"x"), ENDPOINT, Profile(attachment_types=()), "m")
