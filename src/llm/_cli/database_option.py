"""The option that names another history."""

from __future__ import annotations

from pathlib import Path

import click


def _plain(context: click.Context, parameter: click.Parameter, path: Path | None) -> Path | None:
    if path is not None and not path.is_file():
        raise click.BadParameter(f"{click.format_filename(path)} is no plain file", context, parameter)
    return path


database_option = click.option(
    "-d",
    "--database",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    callback=_plain,
    metavar="FILE",
    help="Read this history; it may be a logs.db of the older llm package.",
)
