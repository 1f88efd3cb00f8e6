"""`llm models`: which models there are, and which one is asked when none is named."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from ..errors import LLMError, NoModelError
from .app import chosen_model, current_app
from .default_group import DefaultGroup
from .stderr import say
from .stdout import show_line

if TYPE_CHECKING:
    from .._api.app import App
    from .._api.catalogue import Row


@click.group("models", cls=DefaultGroup, default="list")
def models() -> None:
    """List models, and choose the default one"""


@models.command("list")
@click.option("--options", is_flag=True, help="Show the options of each model too; this loads the plugins.")
@click.option("async_", "--async", is_flag=True, help="List models that can be awaited.")
@click.option("--schemas", is_flag=True, help="List models that support schemas.")
@click.option("--tools", is_flag=True, help="List models that support tools.")
@click.option("as_json", "--json", is_flag=True, help="Print as JSON.")
@click.option("queries", "-q", "--query", multiple=True, help="List models that match this text.")
@click.option("names", "-m", "--model", multiple=True, help="List the model with this id or alias.")
@click.option("all_", "--all", is_flag=True, help="List models without a key too.")
def list_models(
    options: bool,
    async_: bool,
    schemas: bool,
    tools: bool,
    as_json: bool,
    queries: tuple[str, ...],
    names: tuple[str, ...],
    all_: bool,
) -> None:
    """
    List the models that can be asked now

    Servers have models that are not listed here; `llm endpoints models NAME` asks one which it has.
    """
    from .model_list import hidden_note, listed, matches, named

    app = current_app()
    abilities = {"async": async_, "supports_schema": schemas, "supports_tools": tools}
    wanted = [name for name, is_wanted in abilities.items() if is_wanted]
    rows = named(app, listed(app), names) if names else listed(app)
    rows = [row for row in rows if matches(row, queries) and all(row.details.get(name) for name in wanted)]
    shown = [row for row in rows if row.usable or all_ or names]
    if as_json:
        _print_json(app, shown, options)
    else:
        _print_lines(app, shown, options)
        if not (queries or options or wanted or names):
            show_line(f"Default: {_default(app)}")
    for note in hidden_note([row for row in rows if row not in shown]):
        say(note)


@models.command()
@click.argument("provider", required=False)
@click.option("--key", help="API key to use, or the name of a stored one.")
def refresh(provider: str | None, key: str | None) -> None:
    """
    Ask providers which models they have, and list these too

    Without PROVIDER all are asked whose key is there, and the user's own endpoints.
    """
    from .._providers.refresh import refresh as ask
    from .._providers.refresh import refreshable
    from .endpoints import named_endpoint

    app = current_app()
    if key is not None and provider is None:
        raise click.UsageError("--key needs a PROVIDER, whose key it is")
    names = refreshable(app) if provider is None else [provider]
    if not names:
        say("There is nobody to ask: no key is stored, and no endpoint was added (llm keys set NAME)")
    failure: LLMError | None = None
    for name in names:
        try:
            found = ask(app, named_endpoint(app, name), key)
        except LLMError as error:
            if len(names) == 1:
                raise
            say(f"{name}: {error}")
            failure = failure or error
        else:
            show_line(f"{name}: {len(found)} model{'s' if len(found) != 1 else ''}")
    if failure is not None:
        raise failure


@models.command()
@click.argument("model", required=False)
@click.option("--clear", is_flag=True, help="Have no default model any more.")
def default(model: str | None, clear: bool) -> None:
    """Show, set or clear the model that is asked when none is named"""
    app = current_app()
    if clear:
        if model is not None:
            raise click.UsageError("--clear takes no MODEL")
        app.default_model.clear()
    elif model is None:
        show_line(chosen_model(app).name)
    else:
        app.default_model.set(app.get_model(model).model_id)


def _print_lines(app: App, rows: list[Row], options: bool) -> None:
    from .model_list import line

    plugins = app.plugins.names()
    for row in rows:
        show_line(line(row, plugins))
        if options:
            _print_facts(app, row)


def _print_facts(app: App, row: Row) -> None:
    from .model_options import facts

    try:
        for text in facts(app.get_model(row.id)):
            show_line(text)
    except LLMError as error:
        say(_not_known(row.id, error))


def _print_json(app: App, rows: list[Row], options: bool) -> None:
    from .model_list import as_json

    values = [as_json(row) for row in rows]
    if options:
        for value in values:
            value["options"] = _options(app, value["model_id"])
    click.echo(json.dumps(values, indent=2))


def _options(app: App, model_id: str) -> dict[str, Any] | None:
    """The options of a model as JSON has them; None, which is told, where they are not known."""
    from .model_options import properties

    try:
        return properties(app.get_model(model_id))
    except LLMError as error:
        say(_not_known(model_id, error))
        return None


def _not_known(model_id: str, error: LLMError) -> str:
    return " ".join(f"The options of {model_id} are not known: {error}".split())


def _default(app: App) -> str:
    try:
        return chosen_model(app).name
    except NoModelError:
        return "none"
