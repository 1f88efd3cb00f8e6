"""The reference pages that are made from the code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .source import ROOT


def _check(environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "tools" / "reference.py"), "--check"]
    return subprocess.run(command, env=environ, capture_output=True, encoding="utf-8", check=False)


def test_the_generated_pages_are_what_the_code_says() -> None:
    """Where this fails: `make docs`."""
    done = _check(dict(os.environ))
    assert done.returncode == 0, done.stderr


def test_the_generated_pages_are_the_same_everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the terminal, nor plugins, nor the user's own files and keys have a say in them."""
    (tmp_path / "config.toml").write_text("this is no TOML", "utf-8")
    monkeypatch.delenv("LLM_LOAD_PLUGINS")
    strange = {"COLUMNS": "40", "LLM_USER_PATH": str(tmp_path), "FORCE_COLOR": "1", "LANG": "C", "PYTHONHASHSEED": "7"}
    done = _check({**os.environ, **strange})
    assert done.returncode == 0, done.stderr
