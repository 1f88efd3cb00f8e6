"""`llm logs show`: turns, whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .database_option import database_option
from .stderr import say
from .stdout import show

if TYPE_CHECKING:
    from .._api.history import History
    from .._domain.turn import Turn


@click.command("show")
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@click.option("as_json", "--json", is_flag=True, help="Print as JSON.")
@click.option("--messages", is_flag=True, help="Print exactly what was sent, as JSON.")
@click.option("--raw", is_flag=True, help="Print what the provider sent, as JSON.")
@database_option
def show_turns(ids: tuple[str, ...], as_json: bool, messages: bool, raw: bool, database: Path | None) -> None:
    """
    Show turns whole

    ID is the id of a turn, or as much of its start as no other id has.
    """
    if as_json + messages + raw > 1:
        raise click.UsageError("Use one of --json, --messages and --raw")
    from .history_of import history_of

    with history_of(database) as history:
        turns = [history.turn(id) for id in ids]
        if messages:
            return _print_messages(history, turns)
        if raw:
            return _print_raw(turns)
        if as_json:
            return _print_json(history, turns)
        for text in _markdown(turns):
            show(text)
    return None


def _markdown(turns: list[Turn]) -> Iterator[str]:
    from .turn_markdown import TurnMarkdown

    for turn in turns:
        yield TurnMarkdown(usage=True, expand=True).text(turn)


def _print_json(history: History, turns: list[Turn]) -> None:
    from .._storage.query import Found
    from .json_output import print_array
    from .turn_value import turn_values

    print_array(turn_values(history, map(Found, turns), expand=True))


def _print_messages(history: History, turns: list[Turn]) -> None:
    for turn in turns:
        click.echo(json.dumps([message.to_dict() for message in history.messages(turn.id)], indent=2))


def _print_raw(turns: list[Turn]) -> None:
    for turn in turns:
        if turn.raw is None:
            say(f"The provider's payload of {turn.id} is not known")
        click.echo(json.dumps(turn.raw, indent=2))
