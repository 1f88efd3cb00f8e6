"""`llm conversations rename`, `tag` and `fork`."""

from __future__ import annotations

from pathlib import Path

import click

from .database_option import database_option
from .stderr import say
from .stdout import show_line


@click.command()
@click.argument("conversation")
@click.argument("name")
@database_option
def rename(conversation: str, name: str, database: Path | None) -> None:
    """
    Give a conversation a name

    Where a conversation is to be given, its name will do: llm --cid NAME. An empty NAME takes the name away.
    """
    from .history_of import history_of

    with history_of(database) as history:
        history.rename(conversation, name if name.strip() else None)


@click.command()
@click.argument("conversation")
@click.argument("tags", metavar="[TAG]...", nargs=-1)
@click.option("-r", "--remove", metavar="TAG", multiple=True, help="Take this tag away.")
@database_option
def tag(conversation: str, tags: tuple[str, ...], remove: tuple[str, ...], database: Path | None) -> None:
    """
    Give a conversation tags, and take others away

    The tags that it has then are printed, each in a line.
    """
    from .history_of import history_of

    with history_of(database) as history:
        if tags or remove:
            history.tag(conversation, tags, remove)
        for each in history.find_conversation(conversation).tags:
            show_line(each)


@click.command()
@click.argument("id")
@click.option("--name", help="The name of the new conversation.")
@database_option
def fork(id: str, name: str | None, database: Path | None) -> None:
    """
    Begin a conversation that goes on from any message

    ID is that of a message or of a turn, or enough of its start; llm conversations show has them. A conversation may be
    named too: it is forked at its end. The id of the new conversation is printed. Nothing is copied, and the other
    conversation stays as it is.
    """
    from .history_of import history_of

    with history_of(database) as history:
        made = history.fork(id, name)
    click.echo(made)
    say(f'To go on there: llm --cid {made} "..."')
