"""`llm logs rm`."""

from __future__ import annotations

from pathlib import Path

import click

from .database_option import database_option
from .stderr import say


@click.command("rm")
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@click.option("--with-later", is_flag=True, help="Delete the later turns, too, that carry the text of these.")
@click.option("--dry-run", is_flag=True, help="Say what would be deleted, and delete nothing.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@database_option
def rm(ids: tuple[str, ...], with_later: bool, dry_run: bool, yes: bool, database: Path | None) -> None:
    """
    Delete turns

    An ID may be cut short as long as it is unique. Messages and files go, too, that no other turn has. A turn whose
    text later turns carry is not deleted without them.
    """
    from .confirmation import confirm
    from .counted import counted
    from .history_of import history_of

    with history_of(database) as history:
        going = history.rm(ids, with_later=with_later, dry_run=True)
        what = counted(len(going.turns), "turn")
        if dry_run:
            for id in going.turns:
                click.echo(id)
            return say(f"Would delete {what} and {counted(going.messages, 'message')}")
        confirm(f"Delete {what}?", yes)
        gone = history.rm(ids, with_later=with_later)
    return say(f"Deleted {counted(len(gone.turns), 'turn')} and {counted(gone.messages, 'message')}")
