"""
A table put into the text of a TOML file, or taken out of it, with everything else left as it was typed.

TOML has many ways to write a table, and none of these functions knows them all: each offers texts, best first, and
whoever asks takes the first that means what it should.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def with_table(text: str, path: tuple[str, ...], values: dict[str, Any]) -> Iterator[str]:
    """Texts that may be *text* with the table *values* at *path*."""
    import tomlkit

    table: dict[str, Any] = values
    for name in reversed(path):
        table = {name: table}
    newline = _newline(text)
    before = text.rstrip()
    added = tomlkit.dumps(table).strip().replace("\n", newline) + newline
    yield before + newline * 2 + added if before else added

    document = tomlkit.parse(text)
    _inside(document, path)[path[-1]] = values
    yield tomlkit.dumps(document)


def without_table(text: str, path: tuple[str, ...]) -> Iterator[str]:
    """Texts that may be *text* without the table at *path*."""
    before = "".join(_without_blocks(text.splitlines(keepends=True), path)).rstrip()
    yield before + _newline(text) if before else ""

    import tomlkit

    document = tomlkit.parse(text)
    del _inside(document, path)[path[-1]]
    yield tomlkit.dumps(document)


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _inside(document: Any, path: tuple[str, ...]) -> Any:
    for name in path[:-1]:
        document = document[name]
    return document


def _without_blocks(lines: list[str], path: tuple[str, ...]) -> list[str]:
    # tomlkit counts the comments above the next header to the table before it, and would take them out with it.
    kept: list[str] = []
    start = 0
    for end in [index for index, line in enumerate(lines) if _header(line)] + [len(lines)]:
        block = lines[start:end]
        if block and _header(block[0])[: len(path)] == path:
            block = _comments_of_next(block)
            if not "".join(kept[-1:]).strip():
                block = _without_leading_blanks(block)
        kept += block
        start = end
    return kept


def _comments_of_next(block: list[str]) -> list[str]:
    """The blank lines and comments at the end of a block, which speak of what comes after it."""
    last = max(index for index, line in enumerate(block) if line.strip() and not line.lstrip().startswith("#"))
    return block[last + 1 :]


def _without_leading_blanks(block: list[str]) -> list[str]:
    first = next((index for index, line in enumerate(block) if line.strip()), len(block))
    return block[first:]


def _header(line: str) -> tuple[str, ...]:
    """The path that a line such as `[endpoints."a.b"]` opens, empty for any other line."""
    if not line.lstrip().startswith("["):
        return ()
    import tomllib

    try:
        opened: Any = tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return ()
    path: list[str] = []
    while isinstance(opened, dict) and opened:
        [(name, opened)] = opened.items()
        path.append(name)
    return tuple(path)
