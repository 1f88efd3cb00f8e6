"""`llm logs import-llm`: the turns of the older `llm` package."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import click

from .database_option import database_option
from .stderr import say

_SECONDS = 0.1  # between two looks at how far it is
_LINE_START = "\r"
_REST_OF_LINE = "\x1b[K"


@click.command("import-llm")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path), required=False)
@database_option
def import_llm(path: Path | None, database: Path | None) -> None:
    """
    Add the turns of the older llm package

    PATH is its logs.db; without it, the one in the user directory. It is only read. What was added before stays as it
    is, so this can be done again when the older package has logged more.
    """
    from .._config.paths import user_dir
    from .history_of import history_of

    with history_of(database) as history:
        imported = history.import_llm(path or user_dir() / "logs.db", _progress())
    known = f"; there already: {imported.already_there:,}" if imported.already_there else ""
    say(f"{imported.turns_added:,} turn{'s' if imported.turns_added != 1 else ''} added{known}")
    for problem in imported.problems:
        say(f"Warning: {problem}")


def _progress() -> Callable[[int, int], None]:
    """Tells how far it is, in a line of the terminal; nowhere else."""
    if not sys.stderr.isatty():
        return lambda done, total: None
    told, ended = -1.0, False

    def tell(done: int, total: int) -> None:
        nonlocal told, ended
        if ended or (done < total and time.monotonic() - told < _SECONDS):
            return
        told, ended = time.monotonic(), done >= total
        # Not by say(), which lets no control characters through.
        click.echo(f"{_LINE_START}{done:,} of {total:,} turns{_REST_OF_LINE}", err=True, nl=ended)

    return tell
