"""`llm logs stats`: what was consumed, and what it cost."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .database_option import database_option
from .moment_type import UTC_MOMENT
from .stderr import say

if TYPE_CHECKING:
    from .._api.usage_report import UsageBy, UsageLine

_DAYS = 30


@click.command("stats")
@click.option(
    "--by", type=click.Choice(["day", "model", "template"]), default="day", show_default=True, help="What a line is of."
)
@click.option("--since", type=UTC_MOMENT, metavar="TIME", help=f"From this day on.  [default: {_DAYS} days ago]")
@click.option("--until", type=UTC_MOMENT, metavar="TIME", help="Until before this day.")
@click.option("as_json", "--json", is_flag=True, help="Print as JSON.")
@click.option("--plot/--no-plot", default=None, help="Draw the tokens.  [default: at a terminal]")
@database_option
def stats(
    by: UsageBy, since: float | None, until: float | None, as_json: bool, plot: bool | None, database: Path | None
) -> None:
    """
    Show turns, tokens and costs, by day, model or template

    Days are those of UTC, and times such as 2027-01-31, yesterday or "2 weeks ago". Costs are in US dollars, by list
    prices; ? is the cost of turns whose price is not known.
    """
    from .history_of import history_of

    if since is None and until is None:
        import time

        since = time.time() - _DAYS * 86400
    with history_of(database) as history:
        lines = history.stats(by=by, since=since, until=until)
    if as_json:
        return _print_json(lines)
    if not lines:
        return say("Nothing was asked in that time")
    return _print(lines, by, sys.stdout.isatty() if plot is None else plot)


def _print_json(lines: list[UsageLine]) -> None:
    import json

    click.echo(json.dumps([line.to_dict() for line in lines], indent=2))


def _print(lines: list[UsageLine], by: UsageBy, plot: bool) -> None:
    from . import usage_table
    from .stdout import show_line

    for text in usage_table.table(lines, by):
        show_line(text)
    for text in usage_table.notes(lines):
        say(text)
    if plot:
        from shutil import get_terminal_size

        from .plot import bars

        show_line("")
        for text in bars(usage_table.sizes(lines, by), get_terminal_size().columns):
            show_line(text)
