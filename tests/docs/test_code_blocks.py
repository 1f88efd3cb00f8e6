"""
Every code block of the manual is run or read by what it speaks to.

The word after the fence says how:

- `python` blocks run in order in one namespace, in a process of their own; an `output` block after one is what it
  prints. `python pytest` is a test file, which pytest runs; `python NAME.py` is a file, and also runs.
- `console` blocks run command by command in bash. What follows a command is what it prints (see `printed.py`).
- `text` and `sh` blocks are for what cannot be run here; their `llm` commands and options must exist.
- `toml` is a config.toml, `yaml` an extra-openai-models.yaml, `json` is JSON. `toml pyproject` installs the files that
  the page shows by name: later blocks of the page have that plugin, and no other.

All blocks of a page share a user directory, and a working directory. `DEMO_URL` is a real llama.cpp server whose model
is `tiny`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from llm._config.extra_models import read_extra_models
from llm._config.settings import load_settings
from llm.testing import ModelServer

from .block import Block, blocks, name, pages
from .console import Console, typed
from .installed import install
from .notebook import Notebook
from .printed import differs

LANGUAGES = {"console", "json", "output", "python", "sh", "text", "toml", "yaml"}
PAGES = [page for page in pages() if any(blocks(page))]


class Reader:
    """Somebody who works through a page, in directories of their own."""

    def __init__(self, root: Path, demo_url: str) -> None:
        self.work, self.site, self._tried = root / "work", root / "site", root / "tried"
        for directory in (self.work, self.site, self._tried):
            directory.mkdir()
        self._environ = {
            **os.environ,
            "DEMO_URL": demo_url,
            "HOME": str(root),
            "LLM_USER_PATH": str(root / "user"),
            "NO_COLOR": "1",
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
            "PYTHONIOENCODING": "utf-8",
            "PYTHONPATH": os.pathsep.join([str(self.site), str(self.work)]),
            "TERM": "dumb",
        }
        self._console: Console | None = None
        self._notebook: Notebook | None = None
        self._printed: str | None = None

    def read(self, block: Block) -> None:
        """Do what the block is for. Raises AssertionError where it is not true."""
        printed, self._printed = self._printed, None
        match block.language:
            case "python":
                self._run(block)
            case "output":
                assert printed is not None, f"{block}: no python block stands before this output"
                _compare(f"{block}", block.code, printed)
            case "console":
                self._type(block)
            case "toml" if block.argument:
                self._environ["LLM_LOAD_PLUGINS"] = install(block.code, self.work, self.site)
            case "toml" | "yaml" | "json":
                self._load(block)
            case language:
                assert language in ("text", "sh"), f"{block}: nobody knows how to check {block.info!r}"

    @property
    def notebook(self) -> Notebook:
        """The page's Python, begun with its first block."""
        if self._notebook is None:
            self._notebook = Notebook(self.work, self._environ)
        return self._notebook

    def close(self) -> None:
        """Put Python away."""
        if self._notebook is not None:
            self._notebook.close()

    def _type(self, block: Block) -> None:
        self._console = self._console or Console(self.work, self._environ)
        for command, output in typed(block.code):
            _compare(f"{block}\n$ {command}", output, self._console.run(command))

    def _run(self, block: Block) -> None:
        if block.argument == "pytest":
            self._run_tests(block)
            return
        if block.argument:
            (self.work / block.argument).write_text(block.code, "utf-8")
        self._printed = self.notebook.run(block.code, name(block.page), block.line)

    def _load(self, block: Block) -> None:
        file = {"toml": "config.toml", "yaml": "extra-openai-models.yaml", "json": "any.json"}[block.language]
        (self._tried / file).write_text(block.code, "utf-8")
        match block.language:
            case "toml":
                load_settings(self._tried)
            case "yaml":
                assert read_extra_models(self._tried), f"{block}: a file without models"
            case _:
                json.loads(block.code)

    def _run_tests(self, block: Block) -> None:
        (self.work / "conftest.py").write_text('pytest_plugins = ["llm.testing.pytest_plugin"]\n', "utf-8")
        (self.work / "test_page.py").write_text(block.code, "utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", "test_page.py"],
            cwd=self.work,
            env=self._environ,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
        )
        assert done.returncode == 0, f"{block}\n{done.stdout}{done.stderr}"


def _compare(what: str, expected: str, printed: str) -> None:
    if told := differs(expected, printed):
        pytest.fail(f"{what}\n{told}", pytrace=False)


@pytest.fixture
def reader(tmp_path: Path, demo_server: ModelServer) -> Iterator[Reader]:
    reading = Reader(tmp_path, demo_server.url)
    yield reading
    reading.close()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_the_blocks_of_a_page_do_what_the_page_says(page: Path, reader: Reader) -> None:
    for block in blocks(page):
        reader.read(block)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_block_says_what_it_is(page: Path) -> None:
    assert {block.language for block in blocks(page)} <= LANGUAGES
