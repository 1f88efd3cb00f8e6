"""`llm conversations`: what was said together."""

from __future__ import annotations

import click

from .lazy_group import LazyGroup

# As in table.py: each command with its module, its name there, and what it does in one line.
COMMANDS: dict[str, tuple[str, str, str]] = {
    "list": ("conversations_list", "list_conversations", "List the conversations used last"),
    "search": ("conversations_list", "search", "List the conversations in which words were said"),
    "show": ("conversations_show", "show_conversation", "Show a conversation as a tree, with the ids of its messages"),
    "rename": ("conversations_change", "rename", "Give a conversation a name"),
    "tag": ("conversations_change", "tag", "Give a conversation tags, and take others away"),
    "fork": ("conversations_change", "fork", "Begin a conversation that goes on from any message"),
    "export": ("conversations_export", "export", "Write a conversation as Markdown, JSON or HTML"),
    "rm": ("conversations_rm", "rm", "Delete a conversation"),
}


@click.group("conversations", cls=LazyGroup, default="list", table=COMMANDS)
def conversations() -> None:
    """
    List conversations, read them, name them, fork them

    A conversation is given by its name, its id, or as much of the start of its id as no other one has.
    """
