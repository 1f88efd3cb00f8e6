"""JSON on standard output, while it is made: no more of it than one item is in memory."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable
from typing import Any

import click


def print_array(items: Iterable[Any]) -> None:
    """Print an array, indented as `json.dumps` does."""
    _print_between(items, "[\n", ",\n", "\n]", lambda item: textwrap.indent(json.dumps(item, indent=2), "  "))


def print_compact_array(items: Iterable[Any]) -> None:
    """Print an array, each item in a line."""
    _print_between(items, "[", ",\n ", "]", json.dumps)


def print_lines(items: Iterable[Any]) -> None:
    """Print each item in a line of its own."""
    for item in items:
        click.echo(json.dumps(item))


def _print_between(items: Iterable[Any], start: str, between: str, end: str, text: Any) -> None:
    lead = start
    for item in items:
        click.echo(lead + text(item), nl=False)
        lead = between
    click.echo("[]" if lead == start else end)
