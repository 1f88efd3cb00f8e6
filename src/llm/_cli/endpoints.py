"""`llm endpoints`: the servers that models are asked at."""

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
    from .._domain.endpoint import Endpoint


@click.group("endpoints", cls=DefaultGroup, default="list")
def endpoints() -> None:
    """Manage the servers that models are asked at"""


@endpoints.command("list")
@click.option("as_json", "--json", is_flag=True, help="Print as JSON.")
def list_endpoints(as_json: bool) -> None:
    """List all servers, the user's own first"""
    app = current_app()
    rows = [_row(app, endpoint) for endpoint in _known(app).values()]
    rows.sort(key=lambda row: not row["own"])
    if as_json:
        return click.echo(json.dumps(rows, indent=2))
    widths = [max(len(row[column]) for row in rows) for column in ("name", "base_url")]
    for row in rows:
        own = " (config.toml)" if row["own"] else ""
        click.echo(f"{row['name']:<{widths[0]}}  {row['base_url']:<{widths[1]}}  {_key_note(row)}{own}")
    return None


@endpoints.command()
@click.argument("name")
@click.argument("url")
@click.option("--key-name", help="The name of the key that it needs, as in `llm keys set NAME`.")
@click.option("--key-env", help="The environment variable that may hold its key.")
@click.option("--wire", help="The format that it speaks: chat (the default), responses, anthropic, gemini, ollama.")
@click.option("--dialect", help="How its wire differs from OpenAI's; see `llm endpoints list --json`.")
def add(name: str, url: str, key_name: str | None, key_env: str | None, wire: str | None, dialect: str | None) -> None:
    """
    Add a server, by default one that speaks OpenAI's Chat Completions

    URL ends before /chat/completions. Without --key-name and --key-env it uses a key stored under NAME, or none.

    \b
      llm endpoints add mine http://localhost:8080/v1
      llm -m mine/MODEL "Hello"
    """
    from .._codecs.dialects import dialect as known_dialect
    from .._codecs.wires import check_wire
    from .._config.settings_file import SettingsFile

    if dialect is not None:
        known_dialect(dialect)
    if wire is not None:
        check_wire(wire)
    SettingsFile(current_app().directory).add_endpoint(
        name, url, key_name=key_name, key_env=key_env, wire=wire, dialect=dialect
    )
    say(f"Ask its models with: llm -m {name}/MODEL")
    say(f"See which it has:    llm endpoints models {name}")


@endpoints.command()
@click.argument("name")
def remove(name: str) -> None:
    """Remove a server of the user's own"""
    from .._config.settings_file import SettingsFile

    SettingsFile(current_app().directory).remove_endpoint(name)


@endpoints.command("models")
@click.argument("name")
@click.option("as_json", "--json", is_flag=True, help="Print as JSON.")
@click.option("--key", help="API key to use, or the name of a stored one.")
def list_models(name: str, as_json: bool, key: str | None) -> None:
    """Ask a server which models it has; what is printed goes after -m"""
    from .._providers.listing import served_models

    app = current_app()
    ids = [f"{name}/{model}" for model in served_models(app, named_endpoint(app, name), key)]
    if as_json:
        return click.echo(json.dumps(ids, indent=2))
    plain = [model_id for model_id in ids if model_id.isprintable()]  # another could forge lines, and steer a terminal
    for model_id in plain:
        click.echo(model_id)
    if len(plain) < len(ids):
        say(f"{len(ids) - len(plain)} more with control characters in the name; --json shows all")
    if not ids:
        say(f"{name} says that it has no models")
    return None


def _known(app: App) -> dict[str, Endpoint]:
    from .._providers.endpoints import ENDPOINTS

    return {**ENDPOINTS, **app.settings.endpoints}


def named_endpoint(app: App, name: str) -> Endpoint:
    """The endpoint of this name. Raises RequestError, with what it may have been meant to be."""
    from .._config.suggestion import did_you_mean

    known = _known(app)
    if name not in known:
        hint = did_you_mean(name, known) or "llm endpoints list shows the endpoints that there are"
        raise RequestError(f"There is no endpoint {name!r}", hint=hint)
    return known[name]


def _row(app: App, endpoint: Endpoint) -> dict[str, Any]:
    from .._providers.address import moved

    return {
        "name": endpoint.name,
        "title": endpoint.title,
        "base_url": moved(endpoint).base_url,
        "key_name": endpoint.key_name,
        "key_env": endpoint.key_env,
        "needs_key": endpoint.needs_key,
        "has_key": app.keys.has(endpoint.key_name, endpoint.key_envs),
        "wire": moved(endpoint).wire,
        "dialect": endpoint.dialect,
        "own": endpoint.name in app.settings.endpoints,
    }


def _key_note(row: dict[str, Any]) -> str:
    if row["has_key"]:
        return f"key: {row['key_name']}"
    return f"needs the key {row['key_name']}" if row["needs_key"] else "no key needed"
