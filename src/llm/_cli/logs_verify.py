"""`llm logs verify`."""

from __future__ import annotations

from pathlib import Path

import click

from . import exit_codes
from .database_option import database_option
from .stderr import say
from .stdout import show_line


@click.command("verify")
@database_option
def verify(database: Path | None) -> None:
    """
    Check that everything is as it was written

    All messages and files are hashed again, and all turns read. What is wrong is printed, a line each, and the exit
    code is 11 then.
    """
    from .counted import counted
    from .history_of import history_of

    found = 0
    with history_of(database) as history:
        for damage in history.verify():
            found += 1
            show_line(f"{damage.where}: {damage.what}")
    if found:
        say(f"Error: The history {history.path} is damaged: {counted(found, 'thing')} found")
        say("Hint: A backup may have what is lost; `llm logs export` saves the turns that can still be read")
        raise click.exceptions.Exit(exit_codes.HISTORY)
    say("Everything is as it was written")
