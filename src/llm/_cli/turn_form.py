"""How turns are to be shown."""

from __future__ import annotations

from dataclasses import dataclass

import click

from .option_group import option_group


@dataclass(frozen=True, slots=True)
class Form:
    """What was said on the command line about the form of the output."""

    response: bool
    extract: bool
    extract_last: bool
    short: bool
    usage: bool
    truncate: bool
    expand: bool
    as_json: bool
    as_lines: bool
    data: bool
    data_array: bool
    data_key: str | None
    data_ids: bool

    def __post_init__(self) -> None:
        others = {"--json": self.as_json, "--jsonl": self.as_lines, "--response": self.response}
        clashing = [name for name, is_asked_for in others.items() if is_asked_for]
        if self.short and clashing:
            raise click.UsageError(f"Cannot use --short and {' or '.join(clashing)} together")

    @property
    def is_code(self) -> bool:
        """Whether only a block of code is wanted."""
        return self.extract or self.extract_last

    @property
    def is_data(self) -> bool:
        """Whether only the data in answers is wanted."""
        return self.data or self.data_array or self.data_ids or self.data_key is not None


forming = option_group(
    "form",
    Form,
    click.option("-r", "--response", is_flag=True, help="Print the last answer, and nothing else."),
    click.option(
        "-x", "--extract", is_flag=True, help="Print the first block of code of the last answer that has one."
    ),
    click.option("--xl", "--extract-last", "extract_last", is_flag=True, help="Print the last block of code of it."),
    click.option("-s", "--short", is_flag=True, help="Print a few lines of YAML for each turn."),
    click.option("-u", "--usage", is_flag=True, help="Show the tokens consumed."),
    click.option("-t", "--truncate", is_flag=True, help="Shorten prompts and answers."),
    click.option("-e", "--expand", is_flag=True, help="Show the text of fragments."),
    click.option("as_json", "--json", is_flag=True, help="Print as JSON."),
    click.option("as_lines", "--jsonl", is_flag=True, help="Print as JSON, each turn in a line."),
    click.option("--data", is_flag=True, help="Print the answers that are JSON, each in a line."),
    click.option("--data-array", is_flag=True, help="Print them as one JSON array."),
    click.option("--data-key", metavar="KEY", help="Print the objects that are listed under this key of answers."),
    click.option("--data-ids", is_flag=True, help="Add the ids of turn and conversation to them."),
)
