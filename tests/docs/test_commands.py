"""Every `llm` command that the manual names exists, with its options, also where it cannot be run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .block import blocks, name, pages, prose
from .command_line import commands, unknown

_SPAN = re.compile(r"`(llm(?: [^`]*)?)`")

# What the manual says does not exist: `chat` and its like stand in the page about the older package.
COMMANDS_OF_PLUGINS = {"count"}


@pytest.mark.parametrize("page", pages(), ids=name)
def test_the_commands_of_a_page_exist_with_their_options(page: Path) -> None:
    texts = [block.code for block in blocks(page) if block.language in ("console", "sh", "text")]
    texts += [span.replace("\n", " ") for span in _SPAN.findall(prose(page))]
    found = [arguments for text in texts for arguments in commands(text)]
    wrong = [f"llm {' '.join(arguments)}: {told}" for arguments in found if (told := _wrong(arguments))]
    assert wrong == []


def _wrong(arguments: list[str]) -> str | None:
    return None if set(arguments[:1]) & COMMANDS_OF_PLUGINS else unknown(arguments)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("llm keys forget openai", "no command 'forget' in 'llm keys'"),
        ("$ LLM_MODEL=x llm --loudly hi", "no option '--loudly' in 'llm prompt'"),
        ("cat file | llm -nZ", "no option '-nZ' in 'llm prompt'"),
        ("llm logs -n 1 --json", None),
        ('llm "a | b" -m x', None),
        ("uv tool install llm --with x", None),
    ],
)
def test_a_command_that_does_not_exist_is_noticed(line: str, told: str | None) -> None:
    assert [unknown(arguments) for arguments in commands(line)] == ([] if line.startswith("uv") else [told])
