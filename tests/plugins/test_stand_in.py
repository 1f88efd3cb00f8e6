"""The command line that plugins fill for a survey."""

from __future__ import annotations

import click
import pytest

from llm._plugins.manifest import CommandRow
from llm._plugins.stand_in import StandIn


def test_commands_are_recorded_however_they_are_added() -> None:
    cli = StandIn()

    @cli.command()
    def one() -> None:
        "First. Second."

    @cli.group(name="two", hidden=True)
    def group() -> None:
        pass

    cli.add_command(click.Command("three", short_help="Short", help="Long"))
    cli.commands["four"] = click.Command("four", deprecated=True, help="Old")
    assert cli.added == (
        CommandRow("four", "Old (DEPRECATED)", False),
        CommandRow("one", "First.", False),
        CommandRow("three", "Short", False),
        CommandRow("two", "", True),
    )
    assert cli.extended == ()


def _subscript(cli: click.Group) -> click.Command | None:
    return cli.commands["models"]


def _get(cli: click.Group) -> click.Command | None:
    return cli.commands.get("models")


def _get_command(cli: click.Group) -> click.Command | None:
    return cli.get_command(click.Context(cli), "models")


def _pop(cli: click.Group) -> click.Command | None:
    return cli.commands.pop("models")


@pytest.mark.parametrize("look_up", [_subscript, _get, _get_command, _pop])
def test_a_command_of_llm_itself_can_be_looked_up_and_extended(look_up) -> None:
    cli = StandIn()
    models = look_up(cli)
    assert isinstance(models, click.Group)
    models.command("mine")(lambda: None)
    deeper = models.commands["list"]
    deeper.params.append(click.Option(["--extra"]))
    assert models.get_command(click.Context(models), "list") is deeper
    assert models.callback is not None
    assert (cli.added, cli.extended) == ((), ("models",))


def test_a_command_of_llm_itself_that_is_replaced_counts_as_extended() -> None:
    cli = StandIn()
    original = cli.commands.pop("prompt")

    @cli.command(name="prompt")
    @click.option("--extra")
    def replaced() -> None:
        "A new prompt"

    cli.commands["prompt"].params.extend(original.params)
    cli.command("chat")(lambda: None)
    assert (cli.added, cli.extended) == ((), ("chat", "prompt"))


def test_a_command_that_nobody_has_is_not_there() -> None:
    cli = StandIn()
    assert "mine" not in cli.commands
    assert "models" in cli.commands
    assert cli.commands.get("mine") is None
    assert cli.get_command(click.Context(cli), "mine") is None
    assert cli.commands.pop("mine", None) is None
    for missing in (lambda: cli.commands["mine"], lambda: cli.commands.pop("mine")):
        with pytest.raises(KeyError):
            missing()
    assert (cli.added, cli.extended) == ((), ())


def test_a_command_that_the_plugin_removes_again_is_not_added() -> None:
    cli = StandIn()
    cli.command("mine")(lambda: None)
    cli.commands.pop("mine")
    assert cli.added == ()
