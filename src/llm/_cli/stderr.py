"""What is said to the person at the terminal, beside the data on standard output."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Any

import click

from .visible import visible


def say(text: str, *, nl: bool = True, **style: Any) -> None:
    """
    Write *text* to standard error, in a *style* of `click.style` where that is a terminal that shows styles.

    Control characters in it are made visible, for parts of it may come from a server. Nothing fails because nobody
    listens.
    """
    text = visible(text)
    if style and not os.environ.get("NO_COLOR"):
        text = click.style(text, **style)
    with suppress(OSError, ValueError):
        sys.stdout.flush()  # where both go to one place, what was printed first stands first
    with suppress(OSError, ValueError):
        click.echo(text, err=True, nl=nl)
