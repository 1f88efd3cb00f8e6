"""`llm logs`: what was asked and answered."""

from __future__ import annotations

import click

from .lazy_group import LazyGroup

# As in table.py: each command with its module, its name there, and what it does in one line.
COMMANDS: dict[str, tuple[str, str, str]] = {
    "list": ("logs_list", "list_logs", "Show the last turns, the newest at the end"),
    "show": ("logs_show", "show_turns", "Show turns whole"),
    "stats": ("logs_stats", "stats", "Show turns, tokens and costs, by day, model or template"),
    "status": ("logs_status", "status", "Show whether prompts are logged, and how much is"),
    "on": ("logs_status", "on", "Log prompts from now on"),
    "off": ("logs_status", "off", "Log no prompts from now on"),
    "path": ("logs", "path", "Print the path of the history's file"),
    "rm": ("logs_rm", "rm", "Delete turns"),
    "prune": ("logs_prune", "prune", "Delete old turns"),
    "redact": ("logs_redact", "redact", "Put something else in place of a text, everywhere"),
    "export": ("logs_export", "export", "Write turns to a file, with all that belongs to them"),
    "import": ("logs_import", "import_", "Add the turns of a file that export wrote"),
    "import-llm": ("logs_import_llm", "import_llm", "Add the turns of the older llm package"),
    "backup": ("logs_backup", "backup", "Write a copy of the history"),
    "verify": ("logs_verify", "verify", "Check that everything is as it was written"),
    "vacuum": ("logs_vacuum", "vacuum", "Give back the space of what was deleted"),
}


@click.group("logs", cls=LazyGroup, default="list", table=COMMANDS)
def logs() -> None:
    """Show what was asked and answered"""


@click.command()
def path() -> None:
    """Print the path of the history's file"""
    from .._storage.history import history_path

    click.echo(history_path())
