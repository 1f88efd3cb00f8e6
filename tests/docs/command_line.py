"""The `llm` commands in a text, and whether `llm` knows them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click

from llm._cli.root import Root

# `llm` as a command: at the beginning, after a pipe, an operator or an opening parenthesis, or after variables.
_COMMAND = re.compile(r"(?:^|[|;&(]\s*|\s-- )\s*(?:\$ )?(?:[A-Z_]+=\S* )*llm(?= |$)(?P<rest>[^|;&)#\n]*)", re.MULTILINE)


def commands(text: str) -> Iterator[list[str]]:
    """The arguments of each `llm` command in *text*."""
    for match in _COMMAND.finditer(text.replace("\\\n", " ")):
        rest = match["rest"].split(" > ")[0].split(" 2> ")[0].split(" < ")[0]
        try:
            yield shlex.split(rest)
        except ValueError:  # a quotation that goes on in the next line, or holds one of the marks above
            yield rest.split(' "')[0].split(" '")[0].split()


def unknown(arguments: list[str]) -> str | None:
    """What of the arguments `llm` does not know: a command or an option; None where all is known."""
    command: click.Command = Root()
    context = click.Context(command, info_name="llm")
    words = list(arguments)
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(context, words[0])
        if found is None:
            break
        command, context = found, click.Context(found, parent=context, info_name=words.pop(0))
    if isinstance(command, click.Group):
        if words and not words[0].startswith("-") and not isinstance(command, Root) and not words[0].isupper():
            return f"no command {words[0]!r} in {context.command_path!r}"
        if not words or words[0] in _names(command, context):
            return None
        found = command.get_command(context, command.default)  # type: ignore[attr-defined]
        assert found is not None
        command, context = found, click.Context(found, parent=context, info_name=found.name)
    known = _names(command, context)
    for word in words:
        if word.startswith("-") and not set(_spelled(word)) <= known:
            return f"no option {word!r} in {context.command_path!r}"
    return None


def _names(command: click.Command, context: click.Context) -> set[str]:
    return {"-h", "--help"} | {
        name for parameter in command.get_params(context) for name in (*parameter.opts, *parameter.secondary_opts)
    }


def _spelled(word: str) -> Iterator[str]:
    """The options in a word: `--key=x` is one, `-nu` two."""
    if word.startswith("--"):
        yield word.partition("=")[0]
    else:
        yield from (f"-{letter}" for letter in word[1:])
