"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from llm._config.atomic import write_atomically
from llm.errors import ConfigError

posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no permission bits")


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def _usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_the_text_is_there_in_utf_8_and_nothing_else_is(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    write_atomically(path, "first\n")
    write_atomically(path, "Grüße 🦜\r\n")
    assert path.read_bytes() == "Grüße 🦜\r\n".encode()
    assert list(tmp_path.iterdir()) == [path]


@posix
@pytest.mark.usefixtures("_usual_umask")
@pytest.mark.parametrize(
    ("existing", "asked", "expected"),
    [
        (None, None, 0o644),
        (None, 0o600, 0o600),
        (0o600, None, 0o600),
        (0o664, None, 0o664),
        (0o644, 0o600, 0o600),
        (0o400, 0o600, 0o400),
        (0o600, 0o644, 0o600),
    ],
)
def test_permissions_stay_and_are_never_widened(
    existing: int | None, asked: int | None, expected: int, tmp_path: Path
) -> None:
    path = tmp_path / "file.txt"
    if existing is not None:
        path.write_text("old")
        path.chmod(existing)
    write_atomically(path, "new", asked)
    assert _mode(path) == expected
    assert path.read_text() == "new"


@posix
def test_a_symbolic_link_stays_and_its_target_is_replaced(tmp_path: Path) -> None:
    target = tmp_path / "dotfiles" / "real.json"
    target.parent.mkdir()
    target.write_text("old")
    link = tmp_path / "link.json"
    link.symlink_to(Path("dotfiles") / "real.json")
    write_atomically(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert list(target.parent.iterdir()) == [target]


def test_a_failed_write_leaves_the_old_text_and_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file.txt"
    path.write_text("old")

    def full_disk(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(ConfigError, match="No space left on device"):
        write_atomically(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_directory_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "file.txt"
    with pytest.raises(ConfigError, match=r"Cannot write .*file\.txt"):
        write_atomically(path, "new")


def test_bytes_from_a_shell_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    path.write_text("old")
    with pytest.raises(ConfigError, match="not UTF-8"):
        write_atomically(path, "\udcff")
    assert path.read_text() == "old"
