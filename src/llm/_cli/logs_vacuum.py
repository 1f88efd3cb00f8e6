"""`llm logs vacuum`."""

from __future__ import annotations

from pathlib import Path

import click

from .database_option import database_option
from .stderr import say


@click.command("vacuum")
@database_option
def vacuum(database: Path | None) -> None:
    """
    Give back the space of what was deleted

    The file is written anew, so that nothing of what was deleted is left in it.
    """
    from .history_of import history_of
    from .size_type import human_size

    with history_of(database) as history:
        before = history.size()
        history.vacuum()
        after = history.size()
    say(f"The history takes {human_size(after)} now, and took {human_size(before)}")
