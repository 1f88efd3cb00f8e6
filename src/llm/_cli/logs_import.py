"""`llm logs import`: turns from a file that `llm logs export` wrote."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from . import exit_codes
from .database_option import database_option
from .stderr import say

if TYPE_CHECKING:
    from .._storage.jsonl import Imported

_STDIN = "-"


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@database_option
@click.pass_context
def import_(context: click.Context, file: str, database: Path | None) -> None:
    """
    Add the turns of a file that export wrote

    FILE may be - for standard input. What is there already stays as it is, so a file can be imported again. Of a file
    that breaks off, what is whole is added, and the command ends with an error.

    \b
      llm logs import history.jsonl
      ssh server llm logs export | llm logs import -
    """
    from .history_of import history_of

    with history_of(database) as history, _opened(file) as lines:
        imported = history.import_(lines)
    _report(imported)
    if not imported.whole:
        say("Error: The file breaks off; what is whole of it was added")
        context.exit(exit_codes.FAILURE)


@contextmanager
def _opened(file: str) -> Iterator[IO[str]]:
    """The file's lines, of which only a line feed is the end."""
    if file != _STDIN:
        with Path(file).open(encoding="utf-8", newline="\n") as text:
            yield text
        return
    text = TextIOWrapper(sys.stdin.buffer, "utf-8", newline="\n")
    try:
        yield text
    finally:
        text.detach()  # the stream is Python's to close


def _report(imported: Imported) -> None:
    known = f"; there already: {imported.known:,}" if imported.known else ""
    say(f"{imported.turns:,} turn{'s' if imported.turns != 1 else ''} added{known}")
    for name in imported.taken:
        say(f"The name {name!r} belongs to another conversation here, so the one of the file has none")
