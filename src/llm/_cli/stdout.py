"""Text for people on standard output."""

from __future__ import annotations

import sys

from .visible import in_one_line, visible


def show(text: str) -> None:
    """Print *text*, in which a terminal gets no control characters; a file or another program gets it as it is."""
    # Not click.echo, which takes escape sequences out of what goes to a file.
    sys.stdout.write(f"{visible(text) if sys.stdout.isatty() else text}\n")


def show_line(text: str) -> None:
    """Print *text*, parts of which are from elsewhere, so that it is one line on a terminal."""
    show(in_one_line(text) if sys.stdout.isatty() else text)
