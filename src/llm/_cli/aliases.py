"""`llm aliases`: other names for models."""

from __future__ import annotations

import click

from .app import current_app
from .default_group import DefaultGroup
from .stderr import say
from .stdout import show_line


@click.group("aliases", cls=DefaultGroup, default="list")
def aliases() -> None:
    """Give models other names"""


@aliases.command("list")
@click.option("as_json", "--json", is_flag=True, help="Print as JSON.")
def list_aliases(as_json: bool) -> None:
    """List all aliases, the user's own first"""
    app = current_app()
    known = app.aliases.read()
    for row in app.rows():
        for alias in row.aliases:
            known.setdefault(alias, row.id)
    if as_json:
        import json

        return click.echo(json.dumps(known, indent=4))
    width = max(map(len, known), default=0)
    for alias, model_id in known.items():
        show_line(f"{alias:<{width}} : {model_id}")
    return None


@aliases.command("set")
@click.argument("alias")
@click.argument("model_id", required=False)
@click.option("queries", "-q", "--query", multiple=True, help="Take the first model that matches these texts.")
def set_alias(alias: str, model_id: str | None, queries: tuple[str, ...]) -> None:
    """
    Let ALIAS stand for a model

    \b
      llm aliases set luna gpt-5.6-luna
      llm aliases set luna -q gpt -q luna
    """
    from ..errors import UnknownModelError
    from .model_list import matches

    app = current_app()
    if model_id is None:
        if not queries:
            raise click.UsageError("Give a MODEL_ID, or -q with a text to search for")
        model_id = next((row.id for row in app.rows() if matches(row, queries)), None)
        if model_id is None:
            raise UnknownModelError(f"No model matches {', '.join(queries)}", hint="llm models --all lists them")
        say(f"{alias} stands for {model_id} now")
    app.get_model(model_id)
    app.aliases.set(alias, model_id)


@aliases.command()
@click.argument("alias")
def remove(alias: str) -> None:
    """Forget an alias of the user's own"""
    current_app().aliases.remove(alias)


@aliases.command()
def path() -> None:
    """Print the path of the file aliases.json"""
    click.echo(current_app().aliases.path)
