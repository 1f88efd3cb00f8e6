"""`llm logs`: what was asked and answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .default_group import DefaultGroup
from .stderr import say
from .stdout import show

if TYPE_CHECKING:
    from .._domain.turn import Turn


@click.group("logs", cls=DefaultGroup, default="list")
def logs() -> None:
    """Show what was asked and answered"""


@logs.command("list")
@click.option("-n", "--count", type=click.IntRange(min=0), default=3, show_default=True, help="How many; 0 for all.")
@click.option("as_json", "--json", is_flag=True, help="Print as JSON.")
@click.option("-r", "--response", is_flag=True, help="Print the last answer, and nothing else.")
@click.option("-u", "--usage", is_flag=True, help="Show the tokens consumed.")
def list_logs(count: int, as_json: bool, response: bool, usage: bool) -> None:
    """Show the last turns, the newest at the end"""
    turns = _turns(1 if response else count or None)
    if as_json:
        import json

        from .._storage.turn_json import turn_to_json

        return click.echo(json.dumps(list(map(turn_to_json, turns)), indent=2))
    if not turns:
        return say("Nothing has been asked yet")
    from .turn_markdown import turn_markdown

    for turn in turns:
        show(turn.text if response else turn_markdown(turn, usage=usage))
    return None


@logs.command()
def path() -> None:
    """Print the path of the history's file"""
    from .._storage.history import history_path

    click.echo(history_path())


def _turns(count: int | None) -> list[Turn]:
    from .._storage.history import open_history

    store = open_history()
    try:
        return store.last(count)
    finally:
        store.close()
