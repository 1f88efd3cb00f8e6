"""`llm logs list`: the turns that were asked for, in the form that was asked for."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .database_option import database_option
from .stderr import say
from .stdout import show
from .turn_form import Form, forming
from .turn_selection import Selection, query_of, selecting

if TYPE_CHECKING:
    from .._api.history import History
    from .._domain.turn import Turn
    from .._storage.query import Found


@click.command("list")
@selecting
@forming
@database_option
def list_logs(selection: Selection, form: Form, database: Path | None) -> None:
    """Show the last turns, the newest at the end"""
    from .history_of import history_of

    if form.response:
        selection = selection.last()
    with history_of(database) as history:
        query = query_of(history, selection)
        if form.is_code and query is not None:
            block = _last_block(history.turns(query), form)
            if block is not None:
                return show(block)
        found = iter(()) if query is None else history.find(query)
        if form.is_data:
            return _print_data(found, form)
        if form.as_json or form.as_lines:
            return _print_json(history, found, form)
        if not _print(found, selection, form):
            say("Nothing was found" if query is not None and selection.is_narrow else "Nothing has been asked yet")
            if query is not None and query.search and query.search.isalnum():
                say(f"Hint: whole words are found; -q '{query.search}*' finds all that begin like this")
    return None


def _last_block(turns: Iterable[Turn], form: Form) -> str | None:
    """The code of the newest turn that has any."""
    from .extraction import code_block

    blocks = (code_block(turn.text, last=form.extract_last) for turn in turns)
    last = None
    for block in blocks:
        last = last if block is None else block
    return last


def _print_data(found: Iterable[Found], form: Form) -> None:
    from .json_output import print_compact_array, print_lines
    from .schema_data import data_of

    items = data_of((each.turn for each in found), key=form.data_key, ids=form.data_ids)
    (print_compact_array if form.data_array else print_lines)(items)


def _print_json(history: History, found: Iterable[Found], form: Form) -> None:
    from .json_output import print_array, print_lines
    from .turn_value import turn_values

    items = turn_values(history, found, expand=form.expand, truncate=form.truncate)
    (print_lines if form.as_lines else print_array)(items)


def _print(found: Iterable[Found], selection: Selection, form: Form) -> bool:
    """Print for people; whether there was anything."""
    from .turn_markdown import TurnMarkdown

    markdown = TurnMarkdown(
        usage=form.usage,
        expand=form.expand,
        truncate=form.truncate,
        one_conversation=selection.is_of_one_conversation,
    )
    any_found = False
    for each in found:
        any_found = True
        if form.response:
            _print_response(each.turn, form)
        elif form.short:
            from .turn_short import turn_short

            show(turn_short(each.turn, each.snippet, usage=form.usage))
        else:
            show(markdown.text(each.turn, each.snippet))
    return any_found


def _print_response(turn: Turn, form: Form) -> None:
    from .._storage.turn_json import shortened_text

    show(shortened_text(turn.text) if form.truncate else turn.text)
    if turn.status != "done":
        say(f"The answer is not whole: its status is {turn.status}")
