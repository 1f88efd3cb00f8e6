"""`llm logs export` and `llm logs import`: the history goes to another place, and is the same there."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import pytest

from llm.testing import chat_stream

from .command import Done, llm, shell
from .conftest import Serve


@pytest.fixture
def talk(serve: Serve) -> None:
    """A conversation of two turns, and one of one."""
    serve(*map(chat_stream, ("Percy", "Polly", "A cod")))
    for options in (["--name", "birds", "Name a pelican"], ["-c", "Another €"], ["What about fish?"]):
        assert llm("-m", "mine/m", *options).code == 0


def elsewhere(tmp_path: Path, *arguments: str, stdin: str | bytes = "") -> Done:
    """Run `llm` with another user directory."""
    return llm(*arguments, stdin=stdin, LLM_USER_PATH=str(tmp_path / "elsewhere"))


@pytest.mark.usefixtures("talk")
def test_what_is_exported_and_imported_is_the_same(tmp_path: Path) -> None:
    file = tmp_path / "history.jsonl"
    assert llm("logs", "export", "-o", str(file)) == (0, "", f"3 turns written to {file}\n")
    assert elsewhere(tmp_path, "logs", "import", str(file)) == (0, "", "3 turns added\n")
    for command in (["logs", "-n", "0", "--json"], ["convs", "list", "--json"], ["logs", "export"]):
        assert elsewhere(tmp_path, *command).out == llm(*command).out
    assert elsewhere(tmp_path, "logs", "import", str(file)).err == "0 turns added; there already: 3\n"
    assert llm("logs", "export").out == file.read_text("utf-8")


@pytest.mark.usefixtures("talk")
def test_the_export_is_read_from_standard_input(tmp_path: Path) -> None:
    exported = llm("logs", "export").out
    assert elsewhere(tmp_path, "logs", "import", "-", stdin=exported) == (0, "", "3 turns added\n")


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of a shell")
@pytest.mark.usefixtures("talk")
def test_two_histories_are_joined_by_a_pipe(tmp_path: Path) -> None:
    ran = shell(f"$LLM logs export | LLM_USER_PATH='{tmp_path}/elsewhere' $LLM logs import -")
    assert (ran.code, ran.err) == (0, "3 turns added\n")


@pytest.mark.usefixtures("talk")
def test_some_turns_alone_are_exported() -> None:
    def asked(*options: str) -> list[str]:
        lines = map(json.loads, llm("logs", "export", *options).out.splitlines())
        return [line["id"] for line in lines if line["line"] == "turn"]

    assert len(asked()) == 3, "all of them where nothing is said"
    assert len(asked("--cid", "birds")) == 2
    assert asked("-c") == asked("-n", "1") == asked("-q", "fish") == asked()[2:]
    assert asked("--until", "2020-01-01") == []


@pytest.mark.usefixtures("talk")
def test_a_file_that_breaks_off_is_imported_as_far_as_it_is_whole(tmp_path: Path) -> None:
    data = llm("logs", "export").out.encode()
    cut = data[: data.index("€".encode()) + 1]
    ran = elsewhere(tmp_path, "logs", "import", "-", stdin=cut)
    assert ran == (1, "", "1 turn added\nError: The file breaks off; what is whole of it was added\n")
    assert elsewhere(tmp_path, "logs", "import", "-", stdin=data).err == "2 turns added; there already: 1\n"


@pytest.mark.usefixtures("talk")
def test_a_damaged_file_is_an_error_that_names_the_line(tmp_path: Path) -> None:
    damaged = llm("logs", "export").out.replace("Name a pelican", "Name a penguin")
    ran = elsewhere(tmp_path, "logs", "import", "-", stdin=damaged)
    assert ran.code == 2
    assert "Line 2 cannot be imported: The message does not fit its id" in ran.err
    assert elsewhere(tmp_path, "logs", "import", "-", stdin="a,b\n1,2\n").code == 2
    assert elsewhere(tmp_path, "logs", "import", "-", stdin=b"\xff\xfe\n").code == 2
    assert elsewhere(tmp_path, "logs", "import", "-", stdin="").code == 1


@pytest.mark.usefixtures("talk")
def test_a_name_that_is_taken_is_told(tmp_path: Path, serve: Serve) -> None:
    exported = llm("logs", "export").out
    changed = exported.replace(json.loads(exported.splitlines()[-2])["id"], "01other0000000000000000000")
    assert elsewhere(tmp_path, "logs", "import", "-", stdin=exported).code == 0
    for line in map(json.loads, exported.splitlines()):
        if line["line"] == "turn":
            changed = changed.replace(line["id"], f"{line['id'][:-3]}000").replace(
                line["conversation"], "01" + "a" * 24
            )
    ran = elsewhere(tmp_path, "logs", "import", "-", stdin=changed)
    assert "The name 'birds' belongs to another conversation here" in ran.err


@pytest.mark.skipif(sys.platform == "win32", reason="modes are a thing of POSIX")
@pytest.mark.usefixtures("talk")
def test_only_its_owner_may_read_an_exported_file(tmp_path: Path) -> None:
    file = tmp_path / "history.jsonl"
    llm("logs", "export", "-o", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_what_cannot_be_written_is_told_and_leaves_nothing_behind(tmp_path: Path) -> None:
    ran = llm("logs", "export", "-o", str(tmp_path / "no" / "history.jsonl"))
    assert (ran.code, ran.out) == (2, "")
    assert "No such file or directory" in ran.err
    assert list(tmp_path.glob("*.tmp")) == []


def test_an_empty_history_is_exported_and_imported(tmp_path: Path) -> None:
    exported = llm("logs", "export")
    assert exported.out.splitlines() == [
        '{"line":"header","format":"llm-history","version":1}',
        '{"line":"end","turns":0}',
    ]
    assert elsewhere(tmp_path, "logs", "import", "-", stdin=exported.out) == (0, "", "0 turns added\n")
