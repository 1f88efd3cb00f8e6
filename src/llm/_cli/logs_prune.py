"""`llm logs prune`."""

from __future__ import annotations

from pathlib import Path

import click

from .count_type import COUNT
from .database_option import database_option
from .moment_type import DURATION
from .size_type import SIZE
from .stderr import say


@click.command("prune")
@click.option("--older-than", type=DURATION, metavar="DURATION", help="Delete turns that are older, as in 90d or 1y.")
@click.option("--keep", type=COUNT, metavar="N", help="Keep the newest N; with nothing else, only them.")
@click.option("--max-size", type=SIZE, metavar="SIZE", help="Delete the oldest until the rest fits, as in 500MB.")
@click.option("--dry-run", is_flag=True, help="Print the ids of what would be deleted, and delete nothing.")
@database_option
def prune(
    older_than: float | None, keep: int | None, max_size: int | None, dry_run: bool, database: Path | None
) -> None:
    """
    Delete old turns

    A turn stays as long as a later one that stays carries its text: a conversation that goes on is kept whole.

    \b
      llm logs prune --older-than 90d
      llm logs prune --older-than 90d --keep 1000
      llm logs prune --max-size 500MB --dry-run
    """
    from .counted import counted
    from .history_of import history_of

    with history_of(database) as history:
        gone = history.prune(older_than=older_than, keep=keep, max_size=max_size, dry_run=dry_run)
    if dry_run:
        for id in gone.turns:
            click.echo(id)
    say(f"{'Would delete' if dry_run else 'Deleted'} {counted(len(gone.turns), 'turn')}")
