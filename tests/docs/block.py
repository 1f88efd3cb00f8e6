"""A fenced code block of a page of the manual."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

_FENCE = re.compile(r"^(?P<indent> *)(?P<marks>`{3,})(?P<info>[^`\n]*)$")


def pages() -> list[Path]:
    """Every page with blocks or links: the manual, and the pages at the top of the repository."""
    top = [ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CHANGELOG.md")]
    return [*top, *sorted(DOCS.rglob("*.md"))]


def name(page: Path) -> str:
    """What a test calls a page: `docs/howto/keys.md`."""
    return page.relative_to(ROOT).as_posix()


@dataclass(frozen=True, slots=True)
class Block:
    """The `code` of a block, whose first line is the *line*-th of *page* (from 1), and the words after its fence."""

    page: Path
    line: int
    info: str
    code: str

    @property
    def language(self) -> str:
        """The first word after the fence."""
        return self.info.partition(" ")[0]

    @property
    def argument(self) -> str:
        """What follows it: `pyproject`, `pytest`, or the name of the file that the block is."""
        return self.info.partition(" ")[2].strip()

    def __str__(self) -> str:
        return f"{name(self.page)}:{self.line}"


def blocks(page: Path) -> Iterator[Block]:
    """The blocks of a page, in order. A fence that is never closed is an error."""
    opened: re.Match[str] | None = None
    start, code = 0, []
    for number, line in enumerate(page.read_text("utf-8").splitlines(), 1):
        fence = _FENCE.match(line)
        if opened is None:
            if fence:
                opened, start, code = fence, number + 1, []
        elif fence and fence["marks"] == opened["marks"] and not fence["info"].strip():
            yield Block(page, start, opened["info"].strip(), textwrap.dedent("\n".join(code)) + "\n")
            opened = None
        else:
            code.append(line)
    assert opened is None, f"{name(page)}:{start - 1}: this code block is never closed"


def prose(page: Path) -> str:
    """The page without its code blocks, line by line as it was."""
    kept, inside = [], ""
    for line in page.read_text("utf-8").splitlines():
        fence = _FENCE.match(line)
        if fence:
            inside = "" if inside == fence["marks"] else inside or fence["marks"]
            line = ""
        kept.append("" if inside else line)
    return "\n".join(kept)
