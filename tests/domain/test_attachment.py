"""A file knows its type, its content and its name."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

import pytest

import llm

PNG = b"\x89PNG\r\n\x1a\n rest"
URL = "https://example.invalid/a.png"


def test_the_type_is_given_or_guessed_from_the_name_and_then_the_content(tmp_path: Path) -> None:
    unnamed = tmp_path / "picture"
    unnamed.write_bytes(PNG)
    misnamed = tmp_path / "picture.pdf"
    misnamed.write_bytes(PNG)
    assert llm.Attachment("image/x-own", content=PNG).resolve_type() == "image/x-own"
    assert llm.Attachment(path=str(misnamed)).resolve_type() == "application/pdf"
    assert llm.Attachment(path=str(unnamed)).resolve_type() == "image/png"
    assert llm.Attachment(content=PNG).resolve_type() == "image/png"
    assert llm.Attachment(url=URL).resolve_type() == "image/png"
    assert llm.Attachment(url=f"{URL}?size=1.jpg#x.gif").resolve_type() == "image/png"
    assert llm.Attachment(url="https://example.invalid/a", content=PNG).resolve_type() == "image/png"


def test_a_type_by_name_needs_no_file() -> None:
    assert llm.Attachment(path="/nowhere/a.JPG").resolve_type() == "image/jpeg"


@pytest.mark.parametrize(
    ("attachment", "name"),
    [
        (llm.Attachment(url="https://example.invalid/picture"), "https://example.invalid/picture"),
        (llm.Attachment(content=b"\xfe\x00\x01"), "of 3 bytes"),
    ],
)
def test_a_type_that_cannot_be_told_is_an_error_that_says_how_to_name_it(attachment: llm.Attachment, name: str) -> None:
    with pytest.raises(llm.AttachmentError, match=r"The type of the attachment .* is unknown") as caught:
        attachment.resolve_type()
    assert name in str(caught.value)
    assert "type='image/png'" in str(caught.value.hint)


def test_the_id_is_the_hash_of_the_content_wherever_it_is(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(PNG)
    expected = hashlib.sha256(PNG).hexdigest()
    assert llm.Attachment(path=str(tmp_path / "a")).id() == expected
    assert llm.Attachment(content=PNG, url=URL).id() == expected
    assert llm.Attachment(url=URL).id() == hashlib.sha256(json.dumps({"url": URL}).encode()).hexdigest()
    assert llm.Attachment(content=b"").id() == hashlib.sha256(b"").hexdigest()
    assert llm.Attachment(url=URL, _id="kept").id() == "kept"


def test_the_content_is_bytes_or_base64(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(PNG)
    for attachment in (llm.Attachment(path=str(tmp_path / "a")), llm.Attachment(content=PNG)):
        assert attachment.content_bytes() == PNG
        assert base64.b64decode(attachment.base64_content()) == PNG


def test_a_missing_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    missing = llm.Attachment(path=str(tmp_path / "none"))
    for read in (missing.content_bytes, missing.base64_content, missing.id, missing.resolve_type):
        with pytest.raises(llm.AttachmentError, match=r"Cannot read the attachment .*none: No such file"):
            read()
    with pytest.raises(llm.AttachmentError, match=f"Cannot read the attachment {tmp_path}: "):
        llm.Attachment(path=str(tmp_path)).content_bytes()


def test_what_has_no_content_here_says_so() -> None:
    with pytest.raises(llm.AttachmentError, match="has no content here"):
        llm.Attachment(url=URL).content_bytes()


def test_equal_files_are_equal_and_show_no_bytes() -> None:
    assert llm.Attachment("image/png", content=PNG) == llm.Attachment("image/png", content=PNG, _id="x")
    assert "PNG" not in repr(llm.Attachment(content=PNG, path="a"))
    assert llm.Attachment(path="a").name == "a"
    assert len({llm.Attachment(content=PNG), llm.Attachment(content=PNG)}) == 1
