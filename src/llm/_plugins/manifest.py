"""
What every installed plugin registers, known without importing any.

These are named tuples, not dataclasses: `llm --help` reads them, and importing dataclasses costs more than the reading.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class ModelRow(NamedTuple):
    """A registered model, and what is needed to list it; `title` is how it shows itself."""

    model_id: str
    aliases: tuple[str, ...]
    has_async: bool
    can_stream: bool
    supports_tools: bool
    supports_schema: bool
    attachment_types: tuple[str, ...]
    title: str

    @property
    def details(self) -> dict[str, Any]:
        """What it can do, as JSON values."""
        facts = ("has_async", "can_stream", "supports_tools", "supports_schema")
        return {**{fact: getattr(self, fact) for fact in facts}, "attachment_types": list(self.attachment_types)}


class CommandRow(NamedTuple):
    """A command that is added to `llm`, with its help in one line."""

    name: str
    help: str
    hidden: bool


class PluginRow(NamedTuple):
    """
    An installed plugin. `hooks` are those it implements, also those that LLM does not know.

    `extends` are the commands of LLM itself that it looks up or replaces: load the plugin before running one of them.
    `amends` says that it changes models which others registered. `error` is the first thing that failed in it, in one
    line. A plugin that is not `enabled` has never been imported, so nothing else is known of it.
    """

    name: str
    version: str
    enabled: bool = True
    hooks: tuple[str, ...] = ()
    models: tuple[ModelRow, ...] = ()
    commands: tuple[CommandRow, ...] = ()
    extends: tuple[str, ...] = ()
    amends: bool = False
    error: str | None = None


class PluginCommand(NamedTuple):
    """A command and the plugin that adds it."""

    plugin: str
    help: str
    hidden: bool


class Manifest(NamedTuple):
    """Every installed plugin, in the order of `sys.path`; `missing` are names in LLM_LOAD_PLUGINS without a plugin."""

    plugins: tuple[PluginRow, ...] = ()
    missing: tuple[str, ...] = ()

    def find_model(self, name: str) -> tuple[str, str] | None:
        """The plugin that serves *name*, an id or an alias, and the model's id. Ids go before aliases."""
        models = [(plugin.name, model) for plugin in self.plugins for model in plugin.models]
        for plugin, model in models:
            if model.model_id == name:
                return plugin, model.model_id
        for plugin, model in models:
            if name in model.aliases:
                return plugin, model.model_id
        return None

    def commands(self) -> dict[str, PluginCommand]:
        """The commands that plugins add; of two with one name the first counts."""
        found: dict[str, PluginCommand] = {}
        for plugin in self.plugins:
            for command in plugin.commands:
                found.setdefault(command.name, PluginCommand(plugin.name, command.help, command.hidden))
        return found

    def extending(self, command: str) -> tuple[str, ...]:
        """The plugins to load before LLM's own *command* is run."""
        return tuple(plugin.name for plugin in self.plugins if command in plugin.extends)

    def errors(self) -> dict[str, str]:
        """The plugins that failed, each with its error in one line."""
        return {plugin.name: plugin.error for plugin in self.plugins if plugin.error}


def manifest_from_json(value: Any) -> Manifest:
    """The manifest that was written as *value* (a named tuple is a list in JSON). Raises TypeError or ValueError."""
    plugins, missing = value
    return Manifest(tuple(_plugin(*row) for row in plugins), tuple(missing))


def _plugin(*fields: Any) -> PluginRow:
    row = PluginRow(*fields)
    return row._replace(
        hooks=tuple(row.hooks),
        models=tuple(_model(*model) for model in row.models),
        commands=tuple(CommandRow(*command) for command in row.commands),
        extends=tuple(row.extends),
    )


def _model(*fields: Any) -> ModelRow:
    row = ModelRow(*fields)
    return row._replace(aliases=tuple(row.aliases), attachment_types=tuple(row.attachment_types))
