"""Where the files of a user are."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import click
import click.utils
import pytest

from llm._config.paths import user_dir
from llm.errors import ConfigError


@pytest.fixture(autouse=True)
def _no_override(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LLM_USER_PATH", raising=False)


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
@pytest.mark.parametrize("configured", [None, "/elsewhere/settings"])
def test_the_directory_is_the_one_that_click_names_on_every_platform(
    platform: str, configured: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_CONFIG_HOME", "APPDATA"):
        monkeypatch.delenv(name, raising=False)
        if configured:
            monkeypatch.setenv(name, configured)
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(click.utils, "WIN", platform == "win32")
    assert user_dir() == Path(click.get_app_dir("io.datasette.llm"))


def test_llm_user_path_moves_the_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM_USER_PATH", str(tmp_path / "mine"))
    assert user_dir() == tmp_path / "mine"


def test_a_tilde_in_llm_user_path_is_the_home_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("LLM_USER_PATH", "~/mine")
    assert user_dir() == tmp_path / "mine"


def test_an_empty_llm_user_path_is_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM_USER_PATH", "")
    assert user_dir() == Path(click.get_app_dir("io.datasette.llm"))


def test_asking_for_the_directory_does_not_make_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM_USER_PATH", str(tmp_path / "mine"))
    assert not user_dir().exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no permission bits")
def test_a_new_directory_is_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM_USER_PATH", str(tmp_path / "deep" / "mine"))
    made = user_dir(create=True)
    assert made.is_dir()
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    assert user_dir(create=True) == made


def test_a_file_in_its_place_is_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        monkeypatch.setenv("LLM_USER_PATH", str(path))
        with pytest.raises(ConfigError) as caught:
            user_dir(create=True)
        assert str(path) in str(caught.value)
        assert "LLM_USER_PATH" in str(caught.value.hint)
