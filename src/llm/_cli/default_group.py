"""A group of commands, one of which is meant when none is named."""

from __future__ import annotations

from typing import Any

import click


class DefaultGroup(click.Group):
    """
    A click group with a *default* command, which its help marks with a star.

    The default is meant where nothing follows the group's name, or an option that is not for help: `llm logs -n 1` is
    `llm logs list -n 1`. Another word must be a command.
    """

    def __init__(self, *args: Any, default: str, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.default = default

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not ctx.resilient_parsing and self.means_default(ctx, args):
            args = [self.default, *args]
        return super().parse_args(ctx, args)

    def means_default(self, ctx: click.Context, args: list[str]) -> bool:
        """Whether *args* are arguments of the default command."""
        return not args or (args[0].startswith("-") and args[0] not in self.own_options(ctx))

    def own_options(self, ctx: click.Context) -> set[str]:
        """The options of the group itself, by all their names."""
        return {*ctx.help_option_names, *(name for param in self.params for name in param.opts)}

    def summaries(self, ctx: click.Context) -> dict[str, str]:
        """The commands that the help shows, each with what it does."""
        commands = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        return {name: command.get_short_help_str(200) for name, command in commands.items() if command is not None}

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(f"{name}*" if name == self.default else name, text) for name, text in self.summaries(ctx).items()]
        with formatter.section("Commands"):
            formatter.write_dl(rows)
