"""`llm logs import-llm`: the turns of the older package are added to the history."""

from __future__ import annotations

import sys

import pytest

from storage.llm_fixtures import older

from .command import llm, user_dir

if sys.platform != "win32":
    from .terminal import Terminal

ON_POSIX = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are a thing of POSIX")


def test_the_file_in_the_user_directory_is_added_once_and_not_written_to() -> None:
    user_dir().mkdir()
    path = older(user_dir() / "logs.db")
    before = path.read_bytes()
    first = llm("logs", "import-llm")
    count = len(llm("logs", "-n", "0", "--json").json)
    assert count > 1
    assert (first.code, first.out, first.err.splitlines()[0]) == (0, "", f"{count} turns added")
    again = llm("logs", "import-llm", str(path))
    assert again.err.splitlines()[0] == f"0 turns added; there already: {count}"
    assert path.read_bytes() == before


def test_where_there_is_no_such_file_that_is_told() -> None:
    ran = llm("logs", "import-llm")
    assert (ran.code, ran.out) == (11, "")
    assert str(user_dir() / "logs.db") in ran.err
    assert "import-llm PATH" in ran.err


@ON_POSIX
def test_somebody_at_the_terminal_sees_how_far_it_is() -> None:
    user_dir().mkdir()
    older(user_dir() / "logs.db")
    with Terminal("logs", "import-llm") as terminal:
        code, screen = terminal.finish()
    assert code == 0
    assert screen.startswith("\r0 of ")
    assert screen.count(" turns\x1b[K\n") == 1
