"""A command line that plugins fill, to see which commands they add."""

from __future__ import annotations

from typing import Any

import click

from .manifest import CommandRow

# The commands of LLM itself that a plugin may expect to find: those that plugins have been able to count on so far.
OWN_COMMANDS = frozenset(
    {"aliases", "chat", "collections", "embed", "embed-models", "embed-multi", "endpoints", "fragments", "install"}
    | {"keys", "logs", "models", "openai", "plugins", "prompt", "schemas", "similar", "templates", "tools", "uninstall"}
)

_HELP_LENGTH = 200


class StandIn(click.Group):
    """
    A click group as plugins know that of `llm`, in which LLM's own commands are dummies that take whatever comes.

    `added` are the commands of the plugin, `extended` LLM's own that it looked up or replaced.
    """

    def __init__(self) -> None:
        super().__init__("llm")
        self._commands = _OwnCommands()
        self.commands = self._commands

    @property
    def added(self) -> tuple[CommandRow, ...]:
        """The commands that `llm` would not have without the plugin, in order of their names."""
        return tuple(_row(name, self.commands[name]) for name in sorted(self.commands) if name not in OWN_COMMANDS)

    @property
    def extended(self) -> tuple[str, ...]:
        """The names of LLM's own commands that the plugin changes."""
        return tuple(sorted(self._commands.looked_up | (OWN_COMMANDS & set(self.commands))))


class _OwnCommands(dict[str, click.Command]):
    """Commands by name, where LLM's own seem to be there already."""

    def __init__(self) -> None:
        super().__init__()
        self.looked_up: set[str] = set()
        self._dummies = _Dummies()

    def __missing__(self, name: str) -> click.Command:
        if name not in OWN_COMMANDS:
            raise KeyError(name)
        self.looked_up.add(name)
        return self._dummies[name]

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name in OWN_COMMANDS

    def get(self, name: str, default: Any = None) -> Any:
        try:
            return self[name]
        except KeyError:
            return default

    def pop(self, name: str, *default: Any) -> Any:
        if name in OWN_COMMANDS and name not in self.keys():
            return self[name]
        return super().pop(name, *default)


class _Dummies(dict[str, click.Command]):
    """Commands by name, each made when it is looked up: a group, with any subcommand that is asked for."""

    def __missing__(self, name: str) -> click.Command:
        dummy = click.Group(name, callback=lambda **_: None)
        dummy.commands = _Dummies()
        self[name] = dummy
        return dummy

    def get(self, name: str, default: Any = None) -> Any:
        return self[name]


def _row(name: str, command: click.Command) -> CommandRow:
    return CommandRow(name, command.get_short_help_str(_HELP_LENGTH), bool(command.hidden))
