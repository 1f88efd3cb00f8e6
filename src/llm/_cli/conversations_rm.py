"""`llm conversations rm`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from .database_option import database_option
from .stderr import say


@click.command()
@click.argument("conversation")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--with-later", is_flag=True, help="Delete the turns of forks, too, that carry the text of these.")
@click.option("--dry-run", is_flag=True, help="Say what would be deleted, and delete nothing.")
@database_option
def rm(conversation: str, yes: bool, with_later: bool, dry_run: bool, database: Path | None) -> None:
    """
    Delete a conversation

    Its messages go with it, as far as no other conversation has them.
    """
    from .history_of import history_of

    with history_of(database) as history:
        record = history.find_conversation(conversation)
        going = history.rm_conversation(record.id, dry_run=True, with_later=with_later)
        what = f"the conversation {record.title!r} with {_turns(len(going.turns))}"
        if dry_run:
            return say(f"Would delete {what}")
        if not yes:
            _ask(what)
        history.rm_conversation(record.id, with_later=with_later)
    say(f"Deleted {what}")
    return None


def _ask(what: str) -> None:
    """Go on when somebody at the terminal says yes. Raises UsageError where nobody can be asked, and Abort."""
    if not sys.stdin.isatty():
        raise click.UsageError("Nobody is there to confirm it. To delete without asking: -y")
    click.confirm(f"Delete {what}?", abort=True, err=True)


def _turns(count: int) -> str:
    return "1 turn" if count == 1 else f"{count or 'no'} turns"
