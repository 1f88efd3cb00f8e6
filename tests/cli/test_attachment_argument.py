"""Files are named by path, by address, or as standard input."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from llm._cli.attachment_argument import read_attachments
from llm.errors import AttachmentError

PNG = b"\x89PNG\r\n\x1a\n" + bytes(8)


def _give(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_a_path_has_the_type_of_its_name_or_of_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "picture").write_bytes(PNG)
    found = read_attachments([str(tmp_path / "a.pdf"), str(tmp_path / "picture")])
    assert [item.type for item in found] == ["application/pdf", "image/png"]
    assert [item.content_bytes() for item in found] == [b"%PDF-1.7", PNG]


def test_an_address_is_left_to_the_provider() -> None:
    (found,) = read_attachments(["https://example.test/a.jpg"])
    assert (found.url, found.content) == ("https://example.test/a.jpg", None)


def test_standard_input_is_read_as_bytes_once(monkeypatch: pytest.MonkeyPatch) -> None:
    _give(monkeypatch, PNG)
    (found,) = read_attachments(["-"])
    assert (found.type, found.content) == ("image/png", PNG)
    with pytest.raises(AttachmentError, match="once"):
        read_attachments(["-"], [("-", "image/png")])
    _give(monkeypatch, b"")
    with pytest.raises(AttachmentError, match="empty"):
        read_attachments(["-"])


def test_a_named_type_goes_before_what_is_guessed(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"\0\1")
    (found,) = read_attachments([], [(str(tmp_path / "a.pdf"), "Image/PNG")])
    assert found.type == "image/png"
    for wrong in ("png", "/png", "image/", "image /png"):
        with pytest.raises(AttachmentError, match="no media type"):
            read_attachments([], [(str(tmp_path / "a.pdf"), wrong)])


def test_what_is_not_there_or_not_known_is_told_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(AttachmentError, match="does not exist"):
        read_attachments([str(tmp_path / "none.png")])
    with pytest.raises(AttachmentError, match="is a directory"):
        read_attachments([str(tmp_path)])
    (tmp_path / "odd").write_bytes(b"\0\xff\xfe")
    with pytest.raises(AttachmentError) as caught:
        read_attachments([str(tmp_path / "odd")])
    assert "--at" in (caught.value.hint or "")
