"""`llm conversations show`: a conversation as a tree."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from .database_option import database_option
from .stdout import show_line

_WIDTH = 100


@click.command("show")
@click.argument("conversation")
@click.option("as_json", "--json", is_flag=True, help="Print as JSON, with all that was said.")
@database_option
def show_conversation(conversation: str, as_json: bool, database: Path | None) -> None:
    """
    Show a conversation as a tree

    Each turn stands with its id, and each message with the start of its own. To go on from any of them:

    \b
      llm conversations fork ID
    """
    from .history_of import history_of

    with history_of(database) as history:
        transcript = history.transcript(conversation)
    if as_json:
        return click.echo(json.dumps(transcript.to_dict(), indent=2))
    from .conversation_lines import conversation_lines

    for text in conversation_lines(transcript, _width()):
        show_line(text)
    return None


def _width() -> int:
    if not sys.stdout.isatty():
        return _WIDTH
    from shutil import get_terminal_size

    return get_terminal_size().columns
