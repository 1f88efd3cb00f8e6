"""`llm conversations export`: a conversation as a document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

import click

from .database_option import database_option
from .stdout import show

if TYPE_CHECKING:
    from .._api.transcript import Transcript

Format: TypeAlias = Literal["markdown", "json", "html"]
_BY_SUFFIX: dict[str, Format] = {".html": "html", ".htm": "html", ".json": "json"}


@click.command()
@click.argument("conversation")
@click.option(
    "form",
    "-f",
    "--format",
    type=click.Choice(["markdown", "json", "html"]),
    help="The form.  [default: by the ending of the file, else markdown]",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write to this file, not to standard output.",
)
@database_option
def export(conversation: str, form: Format | None, output: Path | None, database: Path | None) -> None:
    """
    Write a conversation as Markdown, JSON or HTML

    HTML is one page with its images in it, which needs nothing else. JSON has the ids of all messages, and files in
    base64.

    \b
      llm conversations export NAME -o talk.html
    """
    from .history_of import history_of

    form = form or _BY_SUFFIX.get("" if output is None else output.suffix.lower(), "markdown")
    with history_of(database) as history:
        text = _text(history.transcript(conversation), form)
    if output is None:
        return show(text.removesuffix("\n"))
    from .._config.atomic import write_atomically

    write_atomically(output, text)
    return None


def _text(transcript: Transcript, form: Format) -> str:
    match form:
        case "markdown":
            return transcript.to_markdown()
        case "json":
            return json.dumps(transcript.to_dict(), indent=2) + "\n"
        case "html":
            return transcript.to_html()
