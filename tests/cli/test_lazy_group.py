"""The commands of `llm logs` are those of its table, and are imported when they are run."""

from __future__ import annotations

import re
from importlib import import_module

import click
import pytest

from llm._cli.logs import COMMANDS, logs

from .command import llm, python


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_says_of_a_command_what_it_says_itself(name: str) -> None:
    module, attribute, summary = COMMANDS[name]
    command = getattr(import_module(f"llm._cli.{module}"), attribute)
    assert command.name == name
    assert command.get_short_help_str(200).rstrip(".") == summary


def test_the_help_shows_every_command_without_importing_any() -> None:
    code = (
        "import sys; from llm.__main__ import main\n"
        "try: main(['logs', '--help'])\n"
        "finally: print([name for name in sys.modules if name.startswith('llm._cli.logs_')])"
    )
    shown = python(code).out
    assert all(f"  {name}" in shown and summary in shown for name, (_, _, summary) in COMMANDS.items())
    assert shown.endswith("[]\n")


def test_a_command_that_is_added_is_one_of_the_group() -> None:
    @logs.command("added")
    def added() -> None:
        """Added by a plugin"""

    try:
        context = click.Context(logs)
        assert logs.get_command(context, "added") is added
        assert re.search(r"\badded +Added by a plugin$", logs.get_help(context), re.MULTILINE)
    finally:
        del logs.commands["added"]


def test_an_unknown_command_is_an_error() -> None:
    done = llm("logs", "rmm")
    assert (done.code, done.out) == (2, "")
    assert "No such command 'rmm'" in done.err
