"""The App that a command works with."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from .root import Root

if TYPE_CHECKING:
    from .._api.app import App
    from .._api.choice import Choice


def current_app() -> App:
    """The App of the process, which knows the plugins as `llm` has looked at them already."""
    from .._api.app import default_app

    app = default_app()
    root = click.get_current_context().find_root().command
    if isinstance(root, Root):
        app.plugins = root.plugins
    return app


def chosen_model(app: App) -> Choice:
    """The model for a prompt that names none. Raises NoModelError."""
    from .._api.choice import choose_model

    return choose_model(app, interactive=sys.stdin.isatty() and sys.stdout.isatty())
