"""Files that a model makes are saved, and where is said."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from llm._cli.media_output import MediaOutput
from llm._domain.attachment import Attachment
from llm.errors import RequestError

PNG = Attachment("image/png", content=b"first")
JPEG = Attachment("image/jpeg", content=b"second")


def test_without_a_target_files_get_names_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    output = MediaOutput(None)
    for item in (PNG, PNG, JPEG):
        output.save(item)
    assert [path.suffix for path in output.saved] == [".png", ".png", ".jpg"]
    assert len({path.name for path in output.saved}) == 3
    assert [path.read_bytes() for path in output.saved] == [b"first", b"first", b"second"]
    assert capsys.readouterr().err.count("Saved llm-") == 3
    output.check()


def test_a_directory_is_made_and_a_file_is_numbered(tmp_path: Path) -> None:
    output = MediaOutput(f"{tmp_path}/new/")
    output.save(PNG)
    assert output.saved[0].parent == tmp_path / "new"
    output = MediaOutput(str(tmp_path / "a.png"))
    output.save(PNG)
    output.save(JPEG)
    assert {path.name for path in output.saved} == {"a.png", "a-2.png"}
    assert (tmp_path / "a-2.png").read_bytes() == b"second"


def test_standard_output_takes_bytes_unless_it_is_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw))
    output = MediaOutput("-")
    output.save(PNG)
    assert raw.getvalue() == b"first"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    with pytest.raises(RequestError, match="terminal"):
        MediaOutput("-")


def test_a_target_that_cannot_be_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="no directory"):
        MediaOutput(str(tmp_path / "none" / "a.png"))
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(RequestError, match="cannot be saved"):
        MediaOutput(f"{tmp_path}/file/below/")


def test_an_answer_without_a_file_is_told_where_one_was_wanted(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="no file"):
        MediaOutput(str(tmp_path / "a.png")).check()
    MediaOutput(None).check()


def test_a_file_of_which_only_the_address_is_known_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    MediaOutput(None).save(Attachment(url="https://example.test/made.png"))
    assert "https://example.test/made.png" in capsys.readouterr().err
