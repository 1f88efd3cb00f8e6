"""`llm plugins`: what is installed beside LLM."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from ..errors import RequestError
from .app import current_app
from .default_group import DefaultGroup
from .stderr import say

if TYPE_CHECKING:
    from .._api.app import App
    from .._plugins.manifest import PluginRow


@click.group("plugins", cls=DefaultGroup, default="list")
def plugins() -> None:
    """List installed plugins, and switch them off and on"""


@plugins.command("list")
@click.option("all_", "--all", is_flag=True, help="List what is built in too, and what LLM_LOAD_PLUGINS leaves out.")
@click.option("hooks", "--hook", multiple=True, help="List plugins that implement this hook.")
def list_plugins(all_: bool, hooks: tuple[str, ...]) -> None:
    """List installed plugins as JSON"""
    app = current_app()
    left_out_too = all_ or "LLM_LOAD_PLUGINS" not in app.environ
    found = [row for row in app.plugins.manifest().plugins if row.enabled or left_out_too]
    rows = [_row(row, app.plugins.errors.get(row.name)) for row in found]
    if all_:
        rows += _built_in(app)
    shown = [row for row in rows if not hooks or {*hooks} & {*row["hooks"]}]
    click.echo(json.dumps(shown, indent=2))


@plugins.command()
@click.argument("name")
def disable(name: str) -> None:
    """Switch a plugin off: its models and commands are gone, and it is not imported"""
    from .._plugins.disabled import DisabledPlugins

    app = current_app()
    plugin = _installed(app, name)
    DisabledPlugins(app.directory).add(plugin)
    say(f"{plugin} is switched off. To use it again: llm plugins enable {plugin}")


@plugins.command()
@click.argument("name")
def enable(name: str) -> None:
    """Switch a plugin on again"""
    from .._plugins.disabled import DisabledPlugins
    from .._plugins.name import normalised

    app = current_app()
    disabled = DisabledPlugins(app.directory)
    if normalised(name) not in disabled.read():
        name = _installed(app, name)
    disabled.remove(name)


def _installed(app: App, name: str) -> str:
    """The plugin of that name, however spelled, as it spells itself. Raises RequestError."""
    from .._config.suggestion import did_you_mean
    from .._plugins.name import normalised

    names = {normalised(row.name): row.name for row in app.plugins.manifest().plugins}
    found = names.get(normalised(name))
    if found is None:
        raise RequestError(
            f"No plugin {name!r} is installed",
            hint=did_you_mean(normalised(name), names) or "llm plugins lists what is installed",
        )
    return found


def _row(plugin: PluginRow, error: str | None) -> dict[str, Any]:
    row: dict[str, Any] = {"name": plugin.name, "hooks": list(plugin.hooks), "version": plugin.version}
    row["enabled"] = plugin.enabled
    row["models"] = [model.model_id for model in plugin.models]
    row["commands"] = [command.name for command in plugin.commands]
    return {**row, "error": error} if error else row


def _built_in(app: App) -> list[dict[str, Any]]:
    from .._domain.version import __version__

    models: dict[str, list[str]] = {}
    for row in app.builtin.rows():
        models.setdefault(row.served_by, []).append(row.id)
    return [
        {"name": name, "hooks": ["register_models"], "version": __version__, "enabled": True, "models": ids}
        for name, ids in models.items()
    ]
