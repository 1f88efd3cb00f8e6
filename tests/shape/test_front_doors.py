"""What a newcomer meets first: the licence, the readme, and the commands that it names."""

from __future__ import annotations

import tomllib

from .source import ROOT


def _text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def test_the_licence_is_apache_2() -> None:
    assert _text("LICENSE").split("\n", 4)[1:3] == [" " * 33 + "Apache License", " " * 27 + "Version 2.0, January 2004"]
    project = tomllib.loads(_text("pyproject.toml"))["project"]
    assert (project["license"], project["license-files"]) == ("Apache-2.0", ["LICENSE"])


def test_the_readme_names_the_two_commands_and_how_to_install() -> None:
    readme = _text("README.md")
    assert [
        words for words in ("make demo", "make test", "uv tool install", "pipx install") if words not in readme
    ] == []


def test_make_has_what_the_readme_and_the_ci_call() -> None:
    targets = {line.partition(":")[0] for line in _text("Makefile").splitlines() if ": " in line}
    assert {"bench", "demo", "docs", "lint", "test", "types"} <= targets


def test_the_ci_runs_exactly_make_test() -> None:
    lines = [line for line in _text(".ci/run").splitlines() if line and not line.startswith(("#", "set "))]
    assert lines == ["exec make test"]


def test_the_changelog_tells_what_is_new() -> None:
    assert "## " in _text("CHANGELOG.md")
