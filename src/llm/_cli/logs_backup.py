"""`llm logs backup`."""

from __future__ import annotations

from pathlib import Path

import click

from ..errors import HistoryError
from .database_option import database_option
from .stderr import say


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@database_option
def backup(file: Path, database: Path | None) -> None:
    """
    Write a copy of the history

    FILE must not exist. It is a history itself, for -d; or put it in the place of the other one, while nothing uses
    that. Prompts may go on meanwhile.
    """
    from .history_of import history_of
    from .size_type import human_size

    with history_of(database) as history:
        history.recover()
        if not history.path.exists():
            raise HistoryError(f"There is no history at {history.path}", hint="It begins with the first prompt")
        history.backup(file)
    say(f"Wrote {file} ({human_size(file.stat().st_size)})")
