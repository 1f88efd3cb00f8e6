"""Text for people on standard output."""

from __future__ import annotations

import sys

import click

from .visible import visible


def show(text: str) -> None:
    """Print *text*, in which a terminal gets no control characters; a file or another program gets it as it is."""
    click.echo(visible(text) if sys.stdout.isatty() else text)
