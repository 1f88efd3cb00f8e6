"""What is said on the command line about a prompt: what is asked, of whom, and how."""

from __future__ import annotations

import math
from dataclasses import dataclass

import click

from ..errors import OptionError
from .option_group import option_group


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of `llm prompt`."""

    system: str | None
    models: str | None
    options: tuple[tuple[str, str], ...]
    show_options: bool
    attachments: tuple[str, ...]
    typed_attachments: tuple[tuple[str, str], ...]
    schema: str | None
    no_repair: bool
    output: str | None
    continue_last: bool
    reference: str | None
    name: str | None
    no_stream: bool
    no_log: bool
    log: bool
    hide_reasoning: bool
    key: str | None
    no_retry: bool
    timeout: float | None
    max_cost: float | None
    usage: bool
    as_json: bool

    @property
    def model(self) -> str | None:
        """The model that is asked first."""
        return self._models[0] if self._models else None

    @property
    def fallbacks(self) -> tuple[str, ...]:
        """The models that are asked in turn where the one before fails."""
        return self._models[1:]

    @property
    def _models(self) -> tuple[str, ...]:
        return tuple(name for name in map(str.strip, (self.models or "").split(",")) if name)

    def given(self) -> dict[str, str]:
        """The options of the model. Raises OptionError for one that is given twice."""
        values: dict[str, str] = {}
        for name, value in self.options:
            if name in values:
                raise OptionError(f"The option {name} is given twice", hint=f"Give one -o {name}")
            values[name] = value
        return values


def _above_zero(context: click.Context, parameter: click.Parameter, value: float | None) -> float | None:
    if value is None or (value > 0 and math.isfinite(value)):
        return value
    raise click.BadParameter("must be more than 0", context, parameter)


def _from_zero(context: click.Context, parameter: click.Parameter, value: float | None) -> float | None:
    if value is None or (value >= 0 and math.isfinite(value)):
        return value
    raise click.BadParameter("must be 0 or more", context, parameter)


asking = option_group(
    "asked",
    Asked,
    click.option("-s", "--system", help="System prompt to use."),
    click.option(
        "models",
        "-m",
        "--model",
        metavar="MODEL[,MODEL]",
        help="Model to ask: an id, an alias, or ENDPOINT/MODEL. Of several the next is asked where one fails.",
    ),
    click.option(
        "options", "-o", "--option", nargs=2, multiple=True, metavar="KEY VALUE", help="Set an option of the model."
    ),
    click.option("show_options", "--options", is_flag=True, help="Show the options of the model, and ask nothing."),
    click.option(
        "attachments",
        "-a",
        "--attachment",
        multiple=True,
        metavar="FILE",
        help="Attach a file: a path, a URL, or - for standard input.",
    ),
    click.option(
        "typed_attachments",
        "--at",
        "--attachment-type",
        nargs=2,
        multiple=True,
        metavar="FILE TYPE",
        help="Attach a file of this media type.",
    ),
    click.option("--schema", help="JSON Schema of the answer: as JSON, a file, or in short form."),
    click.option("--no-repair", is_flag=True, help="Do not ask again when an answer does not fit its schema."),
    click.option("--output", metavar="FILE", help="Save the files that the model makes: a file, a directory, or -."),
    click.option("continue_last", "-c", "--continue", is_flag=True, help="Continue the conversation used last."),
    click.option("reference", "--cid", "--conversation", metavar="REF", help="Continue this one: an id, or a name."),
    click.option("--name", help="Name the conversation of this prompt."),
    click.option("--no-stream", is_flag=True, help="Wait for the whole answer."),
    click.option("-n", "--no-log", is_flag=True, help="Do not keep this turn in the history."),
    click.option("--log", is_flag=True, help="Keep this turn, also where a file logs-off says not to."),
    click.option("-R", "--hide-reasoning", is_flag=True, help="Do not show the model's reasoning."),
    click.option("--key", help="API key to use, or the name of a stored one."),
    click.option("--no-retry", is_flag=True, help="Do not ask again when an attempt fails."),
    click.option(
        "--timeout", type=float, callback=_above_zero, metavar="SECONDS", help="Give up after this time in all."
    ),
    click.option(
        "--max-cost", type=float, callback=_from_zero, metavar="DOLLARS", help="Refuse what might cost more than this."
    ),
    click.option("-u", "--usage", is_flag=True, help="Show the tokens consumed and their cost, on standard error."),
    click.option("as_json", "--json", is_flag=True, help="Print the turn as JSON, as `llm logs --json` does."),
)
