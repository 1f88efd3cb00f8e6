"""The command `llm` itself: a group whose commands are imported when they are run."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING

import click

from .._domain.version import __version__
from ..errors import ConfigError
from .default_group import DefaultGroup
from .stderr import say
from .table import COMMANDS

if TYPE_CHECKING:
    from .._plugins.manifest import PluginCommand
    from .._plugins.plugins import Plugins

_HELP = """\
Ask language models, and keep what was said.

\b
  llm "Ten names for a pelican"            ask the default model
  llm -m gpt-5.6-luna "..."                ask another one
  cat notes.txt | llm "Summarize this"     what is piped in goes before the prompt

To connect a model, store a key or name a server:

\b
  llm keys set openai
  llm endpoints add mine http://localhost:8080/v1

`llm prompt --help` shows all options for asking. `llm -m manual "How do I ...?"` answers questions about LLM offline.
"""


class Root(DefaultGroup):
    """
    `llm`: the commands of the table, then those of plugins, and `prompt` for all else.

    Whatever does not begin with a command's name is a prompt: `llm "text"`, and `llm -m x "text"`. The plugin that adds
    a command is loaded when the command is run; one that changes a command of the table, when that is.
    """

    def __init__(self) -> None:
        version = click.Option(
            ["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version."
        )
        settings = {"help_option_names": ["-h", "--help"], "terminal_width": _width()}
        super().__init__("llm", default="prompt", help=_HELP, params=[version], context_settings=settings)
        self._asked: set[str] = set()

    @cached_property
    def plugins(self) -> Plugins:
        """What is installed beside LLM."""
        from .._plugins.plugins import default_plugins

        return default_plugins()

    def means_default(self, ctx: click.Context, args: list[str]) -> bool:
        if not args:
            return not _at_terminal()
        return args[0] not in self.own_options(ctx) and not self._is_command(args[0])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args and not ctx.resilient_parsing and _at_terminal():
            args = ["--help"]
        elif args and self.means_default(ctx, args):
            self._note_likeness(ctx, args)
        return super().parse_args(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        wanted = [plugin for plugin in self._plugins_for(cmd_name) if plugin not in self._asked]
        if wanted:
            self._load_own()  # a plugin may look at any of them, and may do so by `cli.commands`
        elif cmd_name in COMMANDS:
            self._load(cmd_name)
        for plugin in wanted:
            self._asked.add(plugin)
            self.plugins.add_commands(plugin, self)
        return self.commands.get(cmd_name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*COMMANDS, *sorted({*self.commands, *self._of_plugins()} - set(COMMANDS))]

    def summaries(self, ctx: click.Context) -> dict[str, str]:
        own = {name: summary for name, (_, _, summary) in COMMANDS.items()}
        try:
            added = self._of_plugins()
        except ConfigError as error:
            say(f"The commands of plugins are not shown: {error}")
            return own
        shown = {name: f"{row.help} ({row.plugin})".strip() for name, row in sorted(added.items()) if not row.hidden}
        return {**own, **{name: text for name, text in shown.items() if name not in own}}

    def _is_command(self, word: str) -> bool:
        if word in COMMANDS or word in self.commands:
            return True
        return _can_be_name(word) and bool(self._plugins_for(word))

    def _plugins_for(self, name: str) -> tuple[str, ...]:
        """The plugins to load before the command *name* is run."""
        manifest = self.plugins.manifest()
        added = manifest.commands().get(name)
        return (*([added.plugin] if added and name not in COMMANDS else []), *manifest.extending(name))

    def _of_plugins(self) -> dict[str, PluginCommand]:
        return self.plugins.manifest().commands()

    def _load_own(self) -> None:
        for name in COMMANDS:
            self._load(name)

    def _load(self, name: str) -> None:
        if name not in self.commands:
            module, attribute, _ = COMMANDS[name]
            self.commands[name] = getattr(import_module(f"{__package__}.{module}"), attribute)

    def _note_likeness(self, ctx: click.Context, args: list[str]) -> None:
        """
        Point to the command that a misspelt word is much like. Raises UsageError where it cannot be a prompt.

        A single word can be one, and is asked. That is said only where somebody is there to read it.
        """
        word, *more = args
        if not _can_be_name(word) or (more and more[0].startswith("-")):
            return
        if not more and not (_at_terminal() and sys.stderr.isatty()):
            return
        from difflib import get_close_matches

        like = get_close_matches(word, {*COMMANDS, *self._of_plugins()}, n=1, cutoff=0.75)
        if like and more:
            raise click.UsageError(f"No such command {word!r}. Did you mean {like[0]}?", ctx)
        if like:
            say(f"{word!r} is asked as a prompt. For the command: llm {like[0]}")


def _version(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value:
        click.echo(f"llm, version {__version__}")
        context.exit()


def _can_be_name(word: str) -> bool:
    """Whether *word* can be a command, as an option or a prompt of several words cannot."""
    return not word.startswith("-") and len(word.split()) == 1


def _width() -> int:
    """How wide help may be. The rule is click's own, which would import shutil for it, and that every compression."""
    named = os.environ.get("COLUMNS", "")
    columns = int(named) if named.isdecimal() else 0
    if not columns:
        with suppress(OSError):
            columns = os.get_terminal_size(1).columns
    return max(min(columns or 80, 80) - 2, 50)


def _at_terminal() -> bool:
    """Whether standard input is a terminal, so that nothing comes from there unasked."""
    return sys.stdin.isatty()
