"""Keys that a password manager prints, with a real shell."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from llm._config.key_commands import KeyCommands
from llm.errors import ConfigError

pytestmark = pytest.mark.skipif(os.name == "nt", reason="these commands are for a POSIX shell")


def one(command: str, **more: float) -> KeyCommands:
    return KeyCommands(None, {"acme": command}, **more)


def test_what_the_command_for_a_name_prints_is_its_key() -> None:
    commands = one("printf ' sk-1\\n'")
    assert "acme" in commands
    assert commands.run("acme") == "sk-1"
    assert commands.run("other") is None


def test_the_command_for_all_names_is_given_the_name() -> None:
    commands = KeyCommands("echo key-of-{name} | awk '{print $1}'", {})
    assert "acme" not in commands
    assert commands.run("acme") == "key-of-acme"


def test_the_command_for_a_name_comes_before_the_one_for_all() -> None:
    assert KeyCommands("echo all", {"acme": "echo own"}).run("acme") == "own"


def test_the_command_for_all_names_can_be_left_alone(tmp_path: Path) -> None:
    commands = KeyCommands(f"touch {tmp_path}/ran; echo all", {"acme": "echo own"})
    assert commands.run("other", ask_all=False) is None
    assert commands.run("acme", ask_all=False) == "own"
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("command", ["false", "echo sk-SECRET; exit 3", "true", "echo"])
def test_a_command_for_all_names_that_fails_or_prints_nothing_has_no_such_key(command: str) -> None:
    assert KeyCommands(command + " # {name}", {}).run("acme") is None


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("echo sk-SECRET; exit 3", r"failed \(exit status 3\)"),
        ("echo sk-SECRET; kill -9 $$", r"failed \(signal 9\)"),
        ("true", "printed is empty"),
        ("echo sk-SECRET; echo sk-SECRET", "line break"),
        ("printf 'sk-SECRET\\377'", "HTTP header"),
        ("echo sk-SECRET; exec sleep 30", r"took longer than 0\.3 seconds"),
    ],
)
def test_a_command_for_one_name_that_fails_is_an_error_without_what_it_printed(command: str, why: str) -> None:
    with pytest.raises(ConfigError, match=f"'acme'.*{why}") as caught:
        one(command, timeout=0.3).run("acme")
    assert "SECRET" not in f"{caught.value!r} {caught.value.hint}"
    # subprocess's own errors carry the output along.
    assert caught.value.__context__ is None


def test_a_command_that_hangs_is_stopped() -> None:
    began = time.monotonic()
    with pytest.raises(ConfigError, match="took longer"):
        one("exec sleep 30", timeout=0.2).run("acme")
    assert time.monotonic() - began < 10


def test_what_a_command_complains_of_is_seen(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ConfigError):
        one("echo 'vault is locked' >&2; exit 1").run("acme")
    assert capfd.readouterr().err == "vault is locked\n"


def test_a_command_does_not_eat_our_standard_input() -> None:
    assert one("cat; echo sk-1").run("acme") == "sk-1"


def test_a_command_runs_once_however_many_threads_ask(tmp_path: Path) -> None:
    commands = one(f"echo ran >> {tmp_path}/log; sleep 0.1; echo sk-1")
    found: list[str | None] = []
    threads = [threading.Thread(target=lambda: found.append(commands.run("acme"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["sk-1"] * 4
    assert (tmp_path / "log").read_text() == "ran\n"


def test_no_such_key_is_remembered_too(tmp_path: Path) -> None:
    commands = KeyCommands(f"echo {{name}} >> {tmp_path}/log; exit 1", {})
    assert commands.run("acme") is None
    assert commands.run("acme") is None
    assert (tmp_path / "log").read_text() == "acme\n"


@pytest.mark.parametrize("name", ["a b", "$(touch x)", "`id`", "a'b", 'a"b', "a;b", "-c", "a\nb", "%PATH%", ""])
@pytest.mark.parametrize("template", ["echo {name}", "echo '{name}'", 'echo "{name}"'])
def test_a_name_that_means_something_to_a_shell_reaches_none(name: str, template: str) -> None:
    with pytest.raises(ConfigError, match="key_command cannot be asked"):
        KeyCommands(template, {}).run(name)


def test_any_name_may_have_a_command_of_its_own() -> None:
    assert KeyCommands(None, {"$(my key)": "echo sk-1"}).run("$(my key)") == "sk-1"
