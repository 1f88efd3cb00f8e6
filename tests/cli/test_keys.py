"""`llm keys`: the keys that are stored."""

from __future__ import annotations

import json
import stat
import subprocess
import sys

import pytest

from .command import llm, start, user_dir


def test_a_key_is_stored_shown_listed_and_removed() -> None:
    assert llm("keys", "set", "openai", "--value", "sk-1") == (0, "", "")
    assert llm("keys", "set", "acme", stdin="sk-2\n") == (0, "", "")
    assert llm("keys", "list") == (0, "acme\nopenai\n", "")
    assert llm("keys", "get", "openai") == (0, "sk-1\n", "")
    assert llm("keys", "remove", "openai") == (0, "", "")
    assert llm("keys") == (0, "acme\n", "")


def test_the_first_line_of_what_is_piped_in_is_the_key() -> None:
    llm("keys", "set", "openai", stdin="sk-1\nlogin: me\n")
    assert llm("keys", "get", "openai").out == "sk-1\n"


def test_nothing_piped_in_is_no_key() -> None:
    done = llm("keys", "set", "openai")
    assert (done.code, done.out) == (2, "")
    assert "The key 'openai' is empty" in done.err


def test_who_waits_for_a_key_that_is_piped_in_says_so() -> None:
    process = start("keys", "set", "openai", stdin=subprocess.PIPE)
    assert process.stderr is not None
    assert process.stderr.readline() == b"Waiting for the end of standard input (one line is read)\n"
    assert process.communicate(b"sk-1\n", timeout=10) == (b"", b"")
    assert process.returncode == 0


def test_the_path_is_where_the_keys_are() -> None:
    llm("keys", "set", "openai", "--value", "sk-1")
    path = user_dir() / "keys.json"
    assert llm("keys", "path").out == f"{path}\n"
    assert json.loads(path.read_text("utf-8"))["openai"] == "sk-1"
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_without_keys_the_list_is_empty_and_the_user_is_told_how_to_store_one() -> None:
    assert llm("keys", "list") == (0, "", "No key is stored. To store one: llm keys set openai\n")
    assert not (user_dir() / "keys.json").exists()


def test_a_key_of_a_password_manager_can_be_shown() -> None:
    user_dir().mkdir()
    (user_dir() / "config.toml").write_text('[key_commands]\nopenai = "echo sk-from-manager"\n', "utf-8")
    assert llm("keys", "get", "openai").out == "sk-from-manager\n"


@pytest.mark.parametrize("command", ["get", "remove"])
def test_a_key_that_is_not_there_is_an_error_that_offers_the_right_name(command: str) -> None:
    llm("keys", "set", "openai", "--value", "sk-secret")
    done = llm("keys", command, "opanai")
    assert done == (2, "", "Error: No key is stored under the name 'opanai'\nHint: Did you mean openai?\n")


def test_a_file_that_is_broken_is_left_as_it_is_and_not_quoted() -> None:
    user_dir().mkdir()
    (user_dir() / "keys.json").write_text('{"openai": "sk-secret",,}', "utf-8")
    for command in (("list",), ("get", "openai"), ("set", "other", "--value", "x"), ("remove", "openai")):
        done = llm("keys", *command)
        assert done.code == 2
        assert "is not valid JSON (line 1, column 24)" in done.err
        assert "sk-secret" not in done.err
    assert (user_dir() / "keys.json").read_text("utf-8") == '{"openai": "sk-secret",,}'
