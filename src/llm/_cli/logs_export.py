"""`llm logs export`: turns in a file that `llm logs import` reads."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import TextIOBase
from pathlib import Path
from typing import IO, cast

import click

from ..errors import ConfigError
from .database_option import database_option
from .stderr import say
from .turn_selection import Selection, query_of, selecting
from .visible import visible


@click.command("export")
@selecting
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write to this file, not to standard output.",
)
@database_option
def export(selection: Selection, output: Path | None, database: Path | None) -> None:
    """
    Write turns to a file, with all that belongs to them

    It is JSON, line by line, with nothing left out; llm logs import reads it. Without options, all turns are written,
    and all that is known of their conversations.

    \b
      llm logs export -o history.jsonl
      llm logs export --since 2027-01-01 | gzip > history.jsonl.gz
    """
    from .._storage.query import TurnQuery
    from .history_of import history_of

    with history_of(database) as history:
        all_of_them = replace(selection, count=selection.count or 0)
        query = query_of(history, all_of_them)
        with _opened(output) as file:
            count = history.export(file, TurnQuery(ids=()) if query is None else query)
    if output is not None:
        say(f"{count} turn{'s' if count != 1 else ''} written to {output}")


@contextmanager
def _opened(output: Path | None) -> Iterator[IO[str]]:
    """The file, which others see when it is whole; or standard output. Raises ConfigError."""
    if output is None:
        yield cast(IO[str], _Screen()) if sys.stdout.isatty() else sys.stdout
        return
    try:
        if output.exists() and not output.is_file():  # a pipe, or a device
            with output.open("w", encoding="utf-8", newline="\n") as file:
                yield file
        else:
            with _made_whole(Path(os.path.realpath(output))) as file:
                yield file
    except OSError as error:
        raise ConfigError(f"Cannot write {output}: {error.strerror or error}") from error


@contextmanager
def _made_whole(path: Path) -> Iterator[IO[str]]:
    """A file that takes the name *path* once it is written; nobody but its owner may read what was said."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{os.urandom(6).hex()}.tmp")
    descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            yield file
            file.flush()
            os.fsync(descriptor)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


class _Screen(TextIOBase):
    """The terminal, which gets no control characters."""

    def write(self, text: str) -> int:
        return sys.stdout.write(visible(text))
