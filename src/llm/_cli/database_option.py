"""The option that names another history."""

from __future__ import annotations

from pathlib import Path

import click

database_option = click.option(
    "-d",
    "--database",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Read this history; it may be a logs.db of the older llm package.",
)
