"""`llm logs redact`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .database_option import database_option
from .stderr import say

if TYPE_CHECKING:
    from .._storage.query import Redacted


@click.command("redact")
@click.argument("text")
@click.option("--regex", is_flag=True, help="TEXT is a pattern, in the syntax of Python's module re.")
@click.option("--replace", default="[redacted]", show_default=True, metavar="TEXT", help="What is put in its place.")
@click.option("--dry-run", is_flag=True, help="Say what would be rewritten, and rewrite nothing.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@database_option
def redact(text: str, regex: bool, replace: str, dry_run: bool, yes: bool, database: Path | None) -> None:
    """
    Put something else in place of a text, everywhere

    TEXT is looked for in all that is kept: messages, files, names, errors, payloads; also where it is escaped. What
    is rewritten leaves no trace in the history's files. With - in its place TEXT is read from standard input, where
    other programs do not see it:

    \b
      pass show openai | llm logs redact -
    """
    from .confirmation import confirm
    from .history_of import history_of

    if text == "-":
        text = _read()
    with history_of(database) as history:
        if dry_run:
            return say(f"Would rewrite {_told(history.redact(text, regex, replace, dry_run=True))}")
        if not yes and sys.stdin.isatty():
            confirm(f"Rewrite {_told(history.redact(text, regex, replace, dry_run=True))}?", yes)
        done = history.redact(text, regex, replace)
    return say(f"Rewrote {_told(done)}")


def _read() -> str:
    """The text from standard input, without the end of its last line; at a terminal it is not shown."""
    if sys.stdin.isatty():
        from getpass import getpass

        return getpass("Text to redact: ")
    from .stdin import read_prompt

    return read_prompt(None).removesuffix("\n")


def _told(redacted: Redacted) -> str:
    from .counted import counted

    return f"{counted(redacted.places, 'place')} in {counted(redacted.turns, 'turn')}"
