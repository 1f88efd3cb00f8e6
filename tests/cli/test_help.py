"""What `llm` says of itself, without loading what it speaks of."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import click
import pytest

from llm import __version__
from llm._cli.root import Root
from llm._cli.table import COMMANDS

from .command import llm


def test_the_version_is_printed() -> None:
    assert llm("--version") == (0, f"llm, version {__version__}\n", "")


def test_the_version_needs_no_click() -> None:
    code = "import sys; from llm.__main__ import main; main(['--version']); print('click' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert ran.stdout.splitlines()[1:] == ["False"]


def test_the_help_shows_every_command_with_what_it_does() -> None:
    done = llm("--help")
    shown = done.out.partition("Commands:\n")[2]
    assert [line.split()[0] for line in shown.splitlines()] == ["prompt*", *list(COMMANDS)[1:]]
    assert all(summary in shown for _, _, summary in COMMANDS.values())
    assert (done.code, done.err) == (0, "")


@pytest.mark.parametrize("command", [(), ("prompt",), ("keys",), ("keys", "set"), ("models", "list"), ("logs",)])
def test_help_is_asked_for_by_either_name(command: tuple[str, ...]) -> None:
    short, long = llm(*command, "-h"), llm(*command, "--help")
    assert short == long
    assert long.out.startswith(f"Usage: {' '.join(['llm', *command])} ")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_says_of_a_command_what_it_says_itself(name: str) -> None:
    module, attribute, summary = COMMANDS[name]
    command = getattr(import_module(f"llm._cli.{module}"), attribute)
    if command.name == name:
        assert command.get_short_help_str(200).rstrip(".") == summary
    else:
        assert COMMANDS[command.name][:2] == (module, attribute), "an alias is another name of a command"
        assert summary == f"Short for {command.name}"


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "prompt"])
def test_a_group_has_a_default_command_and_every_command_a_line_of_help(name: str) -> None:
    root = Root()
    group = root.get_command(click.Context(root), name)
    assert isinstance(group, click.Group)
    assert "list*" in group.get_help(click.Context(group))
    assert all(command.get_short_help_str() for command in group.commands.values())


@pytest.mark.parametrize("group", ["keys", "models", "endpoints", "logs", "plugins", "aliases"])
def test_a_group_alone_is_its_list(group: str) -> None:
    assert llm(group) == llm(group, "list")


def test_options_after_a_group_are_those_of_its_list() -> None:
    assert llm("logs", "-n", "1", "--json").out == "[]\n"


def test_a_misspelt_command_of_a_group_is_an_error_that_offers_the_right_one() -> None:
    done = llm("keys", "remov", "x")
    assert done.code == 2
    assert "No such command 'remov'" in done.err
    assert "remove" in done.err.rpartition("Did you mean")[2]


def test_a_misspelt_command_with_arguments_is_an_error_that_offers_the_right_one() -> None:
    done = llm("modles", "list")
    assert (done.code, done.out) == (2, "")
    assert "No such command 'modles'. Did you mean models?" in done.err


def test_a_misspelt_option_is_an_error_that_offers_the_right_one() -> None:
    done = llm("prompt", "--jsn", "hi")
    assert done.code == 2
    assert "--json" in done.err


def test_several_words_without_quotes_are_an_error() -> None:
    done = llm("ten", "names", "for")
    assert done.code == 2
    assert "unexpected extra arguments" in done.err


def test_commands_can_be_completed_by_the_shell() -> None:
    done = llm(_LLM_COMPLETE="bash_complete", COMP_WORDS="llm ke", COMP_CWORD="1")
    assert done == (0, "plain,keys\n", "")
