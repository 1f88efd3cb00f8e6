"""Changing config.toml, and nothing in it but what was asked."""

from __future__ import annotations

import os
import stat
import tomllib
from pathlib import Path
from typing import Any

import pytest

from llm._config import settings_file
from llm._config.settings import load_settings
from llm._config.settings_file import SettingsFile
from llm._domain.endpoint import Endpoint
from llm.errors import ConfigError

from .processes import finish, start

COMMENTED = """\
# my settings
key_command = "pass show llm/{name}"   # ask pass

# about a
[endpoints.a]
base_url = "http://a" # the first
# inside a
key_name = "x"

# about b
[ endpoints . "b" ]
base_url   =   'http://b'

[endpoints.b.headers]
X-Title = "llm"

# about options
[options."gpt-4.1"]
temperature = 1
# about c
[endpoints.c]
base_url = "http://c"
# the end
"""


@pytest.fixture
def file(tmp_path: Path) -> SettingsFile:
    return SettingsFile(tmp_path)


def test_an_endpoint_is_written_and_read_back(file: SettingsFile, tmp_path: Path) -> None:
    added = file.add_endpoint(
        "box",
        "http://localhost:8080/v1/",
        key_name="work",
        key_env="BOX_KEY",
        dialect="vllm",
        headers={"X-Title": 'a "quoted" 🦜'.encode("ascii", "ignore").decode()},
        title="Größe \\ 🦜",
    )
    assert added == load_settings(tmp_path).endpoints["box"]
    assert added == Endpoint(
        "box",
        base_url="http://localhost:8080/v1",
        key_name="work",
        key_env="BOX_KEY",
        needs_key=True,
        dialect="vllm",
        headers={"X-Title": 'a "quoted"'},
        title="Größe \\ 🦜",
    )


def test_a_plain_endpoint_is_two_lines(file: SettingsFile) -> None:
    file.add_endpoint("box", "http://localhost:8080/v1")
    assert file.path.read_text() == '[endpoints.box]\nbase_url = "http://localhost:8080/v1"\n'


def test_a_name_with_a_dot_is_one_name(file: SettingsFile, tmp_path: Path) -> None:
    file.add_endpoint("a.b", "http://x")
    assert list(load_settings(tmp_path).endpoints) == ["a.b"]
    file.remove_endpoint("a.b")
    assert file.path.read_text() == ""


def test_adding_leaves_all_that_was_there(file: SettingsFile) -> None:
    file.path.write_text(COMMENTED)
    file.add_endpoint("d", "http://d")
    assert file.path.read_text() == COMMENTED + '\n[endpoints.d]\nbase_url = "http://d"\n'


def test_adding_and_removing_is_as_if_nothing_had_been(file: SettingsFile) -> None:
    file.path.write_text(COMMENTED)
    file.add_endpoint("d", "http://d", headers={"X": "y"})
    file.remove_endpoint("d")
    assert file.path.read_text() == COMMENTED


def test_removing_keeps_the_comments_and_the_order_of_all_else(file: SettingsFile) -> None:
    file.path.write_text(COMMENTED)
    file.remove_endpoint("b")
    assert file.path.read_text() == COMMENTED.replace(
        """\
[ endpoints . "b" ]
base_url   =   'http://b'

[endpoints.b.headers]
X-Title = "llm"
""",
        "",
    )


@pytest.mark.parametrize("name", ["a", "c"])
def test_removing_keeps_every_comment_outside_the_endpoint(name: str, file: SettingsFile) -> None:
    file.path.write_text(COMMENTED)
    file.remove_endpoint(name)
    text = file.path.read_text()
    assert "http://" + name not in text
    for comment in ("# my settings", "# ask pass", "# about b", "# about options", "# about c", "# the end"):
        assert comment in text
    assert "\n\n\n" not in text


def test_windows_line_ends_stay(file: SettingsFile) -> None:
    file.path.write_bytes(b"[timeouts]\r\ntotal = 5\r\n")
    file.add_endpoint("a", "http://a", headers={"X": "y"})
    data = file.path.read_bytes()
    assert data.count(b"\n") == data.count(b"\r\n")
    file.remove_endpoint("a")
    assert file.path.read_bytes() == b"[timeouts]\r\ntotal = 5\r\n"


OTHER_FORMS = [
    '[endpoints]\na = { base_url = "http://a" } # one\nb = { base_url = "http://b" } # two\n',
    'endpoints.a.base_url = "http://a" # one\nendpoints.b.base_url = "http://b" # two\n',
    '[endpoints]\na.base_url = "http://a" # one\nb.base_url = "http://b" # two\n',
    'endpoints = { a = { base_url = "http://a" }, b = { base_url = "http://b" } }\n',
]


@pytest.mark.parametrize("text", OTHER_FORMS)
def test_an_endpoint_in_any_form_is_removed(text: str, file: SettingsFile) -> None:
    file.path.write_text(text)
    file.remove_endpoint("a")
    left = file.path.read_text()
    assert tomllib.loads(left) == {"endpoints": {"b": {"base_url": "http://b"}}}
    assert ("# two" in left) == ("# two" in text)


@pytest.mark.parametrize("text", OTHER_FORMS)
def test_adding_beside_endpoints_in_any_form_keeps_them(text: str, file: SettingsFile, tmp_path: Path) -> None:
    file.path.write_text(text)
    file.add_endpoint("c", "http://c")
    assert sorted(load_settings(tmp_path).endpoints) == ["a", "b", "c"]
    assert ("# one" in file.path.read_text()) == ("# one" in text)


def test_a_header_inside_a_text_is_no_header(file: SettingsFile) -> None:
    text = '[options.m]\nsystem = """\n[endpoints.a]\nbase_url = 5\n"""\n'
    file.path.write_text(text + '\n[endpoints.a]\nbase_url = "http://a"\n')
    file.remove_endpoint("a")
    assert tomllib.loads(file.path.read_text()) == tomllib.loads(text)


def test_a_change_that_would_not_mean_what_was_asked_is_not_made(
    file: SettingsFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings_file, "without_table", lambda text, path: iter(["", "[", text]))
    file.path.write_text(COMMENTED)
    with pytest.raises(ConfigError, match="cannot change") as caught:
        file.remove_endpoint("a")
    assert caught.value.hint == "Change it by hand"
    assert file.path.read_text() == COMMENTED


def test_an_endpoint_that_is_there_is_not_replaced(file: SettingsFile) -> None:
    file.path.write_text(COMMENTED)
    with pytest.raises(ConfigError, match="already") as caught:
        file.add_endpoint("a", "http://other")
    assert caught.value.hint == "Remove it first: llm endpoints remove a"
    assert file.path.read_text() == COMMENTED


def test_an_endpoint_that_is_not_there_cannot_be_removed(file: SettingsFile) -> None:
    with pytest.raises(ConfigError, match="no endpoint 'vlm'"):
        file.remove_endpoint("vlm")
    assert not file.path.exists()
    file.add_endpoint("vllm", "http://x")
    with pytest.raises(ConfigError) as caught:
        file.remove_endpoint("vlm")
    assert caught.value.hint == "Did you mean vllm?"


@pytest.mark.parametrize("text", ["[endpoints", "a = 1\na = 2\n", "endpoints = 5\n"])
def test_a_file_that_cannot_be_understood_is_left_as_it_is(text: str, file: SettingsFile) -> None:
    file.path.write_text(text)
    for action in (lambda: file.add_endpoint("a", "http://a"), lambda: file.remove_endpoint("a")):
        with pytest.raises(ConfigError, match=r"config\.toml"):
            action()
        assert file.path.read_text() == text


@pytest.mark.parametrize(
    ("name", "url", "more"),
    [
        ("A", "http://a", {}),
        ("a", "a", {}),
        ("a", "http://u:p@a", {}),
        ("a", "http://a", {"key_env": "sk-not a variable"}),
        ("a", "http://a", {"headers": {"X": "a\nb"}}),
        ("a", "http://a", {"key_name": " "}),
    ],
)
def test_an_endpoint_that_could_not_be_read_back_is_not_written(
    name: str, url: str, more: dict[str, Any], file: SettingsFile
) -> None:
    with pytest.raises(ConfigError):
        file.add_endpoint(name, url, **more)
    assert not file.path.exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no permission bits")
def test_a_new_file_is_for_its_owner_alone_and_an_old_one_keeps_its_permissions(file: SettingsFile) -> None:
    file.add_endpoint("a", "http://a")
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    file.path.chmod(0o640)
    file.add_endpoint("b", "http://b")
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o640


ADD_FIVE = """
import sys
from pathlib import Path
from llm._config.settings_file import SettingsFile
file = SettingsFile(Path(sys.argv[1]))
for number in range(5):
    file.add_endpoint(f"e{sys.argv[2]}-{number}", "http://x")
"""


def test_processes_that_add_endpoints_at_once_lose_none(tmp_path: Path) -> None:
    finish(*[start(ADD_FIVE, tmp_path, process) for process in range(4)])
    expected = {f"e{process}-{number}" for process in range(4) for number in range(5)}
    assert set(load_settings(tmp_path).endpoints) == expected
