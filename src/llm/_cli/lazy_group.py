"""A group whose commands are imported when they are run."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from .default_group import DefaultGroup


class LazyGroup(DefaultGroup):
    """
    A group with a *table*: each command with its module in this package, its name there, and what it does in a line.

    The help is printed from the table. Commands may be added as to any group, and win over those of the table.
    """

    def __init__(self, *args: Any, table: Mapping[str, tuple[str, str, str]], **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.table = table

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self.table and cmd_name not in self.commands:
            module, attribute, _ = self.table[cmd_name]
            self.commands[cmd_name] = getattr(import_module(f"{__package__}.{module}"), attribute)
        return self.commands.get(cmd_name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self.table, *sorted(set(self.commands) - set(self.table))]

    def summaries(self, ctx: click.Context) -> dict[str, str]:
        added = {name: self.commands[name] for name in self.list_commands(ctx) if name in self.commands}
        shown = {name: command.get_short_help_str(200) for name, command in added.items() if not command.hidden}
        return {**{name: summary for name, (_, _, summary) in self.table.items()}, **shown}
