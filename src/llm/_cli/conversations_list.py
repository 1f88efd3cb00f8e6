"""`llm conversations list` and `llm conversations search`: a line for each conversation."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .count_type import COUNT
from .database_option import database_option
from .stderr import say
from .stdout import show_line

if TYPE_CHECKING:
    from .._storage.query import ConversationQuery, ConversationRecord

_COUNT = 20
_NARROWEST_TITLE = 20


def _listing(command: Any) -> Any:
    """The options that both commands have."""
    for option in (
        database_option,
        click.option("as_json", "--json", is_flag=True, help="Print as JSON."),
        click.option("tags", "-t", "--tag", multiple=True, help="Conversations with this tag."),
        click.option("-n", "--count", type=COUNT, default=_COUNT, show_default=True, help="How many; 0 for all."),
    ):
        command = option(command)
    return command


@click.command("list")
@_listing
def list_conversations(count: int, tags: tuple[str, ...], as_json: bool, database: Path | None) -> None:
    """List the conversations used last, the latest at the end"""
    from .._storage.query import ConversationQuery

    _print(ConversationQuery(count or None, tags=tags), as_json, database)


@click.command()
@click.argument("words", nargs=-1, required=True)
@_listing
def search(words: tuple[str, ...], count: int, tags: tuple[str, ...], as_json: bool, database: Path | None) -> None:
    """
    List the conversations in which words were said

    All of the words stand in one turn of the conversation, or in its name.
    """
    from .._storage.query import ConversationQuery

    _print(ConversationQuery(count or None, search=" ".join(words), tags=tags), as_json, database)


def _print(query: ConversationQuery, as_json: bool, database: Path | None) -> None:
    from .history_of import history_of

    with history_of(database) as history:
        found = history.conversations(query)
    if as_json:
        return click.echo(json.dumps(list(map(_value, found)), indent=2))
    if not found:
        return say("There is no conversation yet" if query.search is None and not query.tags else "Nothing was found")
    for text in _lines(found):
        show_line(text)
    return None


def _value(record: ConversationRecord) -> dict[str, Any]:
    from datetime import UTC

    return {
        "id": record.id,
        "name": record.name,
        "title": record.title,
        "model": record.model,
        "tags": list(record.tags),
        "turns": record.turns,
        "last_turn": record.last,
        "last_used_utc": datetime.fromtimestamp(record.used, UTC).isoformat(timespec="milliseconds"),
    }


def _lines(found: list[ConversationRecord]) -> list[str]:
    from .columns import cells, columns

    rows = [_row(record) for record in found]
    if not sys.stdout.isatty():
        return columns(rows, right=(2,))
    from shutil import get_terminal_size

    others = columns([["", *row[1:]] for row in rows], right=(2,))
    room = max(get_terminal_size().columns - max(map(cells, others)), _NARROWEST_TITLE)
    return columns([[_cut(row[0], room), *row[1:]] for row in rows], right=(2,))


def _row(record: ConversationRecord) -> list[str]:
    used = datetime.fromtimestamp(record.used).strftime("%Y-%m-%d %H:%M")
    tags = " ".join(f"#{tag}" for tag in record.tags)
    return [_one_line(record.title), record.id, str(record.turns), used, _one_line(record.model or ""), _one_line(tags)]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _cut(text: str, room: int) -> str:
    """The start of the text, as much as takes so many cells."""
    from .columns import cells

    if cells(text) <= room:
        return text
    while cells(text) >= room:
        text = text[:-1]
    return f"{text}…"
