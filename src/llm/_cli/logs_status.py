"""`llm logs status`, `on` and `off`: whether prompts are logged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ..errors import HistoryError
from .stderr import say

if TYPE_CHECKING:
    from .._api.history import History

_UNITS = ("B", "KB", "MB", "GB", "TB")


@click.command()
def on() -> None:
    """Log prompts from now on"""
    from .history_of import history_of

    history_of(None).on()


@click.command()
def off() -> None:
    """Log no prompts from now on"""
    from .history_of import history_of

    history_of(None).off()


@click.command()
def status() -> None:
    """Show whether prompts are logged, and how much is"""
    from .._storage.history import spool_of
    from .history_of import history_of

    with history_of(None) as history:
        click.echo("Logging is ON for all prompts" if history.recording else "Logging is OFF")
        _print_counts(history)
        left = len(spool_of(history.path).paths())
        if left:
            click.echo(f"Turns that still run, or could not be added yet:\t{left}")


def _print_counts(history: History) -> None:
    try:
        history.recover()
    except HistoryError as error:  # what is there can be told all the same
        say(str(error))
    if not history.path.exists():
        return click.echo(f"No log database found at {history.path}")
    turns, conversations = history.count()
    click.echo(f"Found log database at {history.path}")
    click.echo(f"Number of conversations logged:\t{conversations}")
    click.echo(f"Number of turns logged:\t\t{turns}")
    return click.echo(f"Database file size: \t\t{_human(history.size())}")


def _human(size: float) -> str:
    for unit in _UNITS:
        if size < 1024 or unit == _UNITS[-1]:
            break
        size /= 1024
    return f"{size:.2f}{unit}" if unit != "B" else f"{size:.0f}B"
