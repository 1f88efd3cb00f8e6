"""Whether somebody at the terminal agrees to what cannot be undone."""

from __future__ import annotations

import sys

import click


def confirm(question: str, yes: bool) -> None:
    """Go on where somebody at the terminal says yes; *yes* is said already, and a script means it. Raises Abort."""
    if not yes and sys.stdin.isatty():
        click.confirm(question, abort=True, err=True)
