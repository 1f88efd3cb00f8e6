"""The manual as a list of sections: Markdown pages, cut at their headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_HEADING = re.compile(r"(#{1,6})[ \t]+(.+?)[ \t]*#*[ \t]*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->[ \t]*\n?", re.DOTALL)
_LABEL = re.compile(r"^\([\w-]+\)=[ \t]*\n", re.MULTILINE)

# What a line that is a heading or a fence begins with: most lines need no closer look.
_MARKS = ("#", "`", "~", " ")

# Headings below this level stay inside the section: what they divide is too short to be an answer of its own.
_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Section:
    """A passage under one heading: its page, the headings above and over it (the page's title first), its Markdown."""

    page: str
    headings: tuple[str, ...]
    text: str

    @property
    def heading(self) -> str:
        """The heading that this passage stands under."""
        return self.headings[-1]

    @property
    def source(self) -> str:
        """Where to read on: `docs/howto/keys.md § Store a key`."""
        return f"docs/{self.page} § {self.heading}"


def manual_root() -> Path | None:
    """The folder of the manual's pages: packaged beside the code, else the checkout's `docs`; None where neither is."""
    package = Path(__file__).resolve().parents[2]
    packaged = package / "_manual"
    if packaged.is_dir():
        return packaged
    docs = package.parent.parent / "docs"
    return docs if package.parent.name == "src" and docs.is_dir() else None


def read_sections(root: Path) -> list[Section]:
    """Every section of the pages below *root*, by page name, less tables of contents and what cannot be read."""
    sections: list[Section] = []
    for path in sorted(root.rglob("*.md")):
        if path.name == "index.md":  # a table of contents answers nothing by itself
            continue
        try:
            markdown = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        sections += split_page(path.relative_to(root).as_posix(), markdown)
    return sections


def split_page(page: str, markdown: str) -> Iterator[Section]:
    """The sections of one page. Text before the first heading belongs to a section named after the page."""
    headings: list[tuple[int, str]] = []
    lines: list[str] = []
    for level, line in _headed(clean(markdown)):
        if not level:
            lines.append(line)
            continue
        yield from _section(page, headings, lines)
        headings = [above for above in headings if above[0] < level] + [(level, line)]
        lines = []
    yield from _section(page, headings, lines)


def clean(markdown: str) -> str:
    """The page without what is not for readers: front matter, comments (generators put their marks there), labels."""
    text = markdown.replace("\r\n", "\n").removeprefix("\ufeff")
    return _LABEL.sub("", _COMMENT.sub("", _FRONT_MATTER.sub("", text)))


def _headed(markdown: str) -> Iterator[tuple[int, str]]:
    """Each line with its level: that of a heading, as bare text, or 0. A `#` inside a code block is no heading."""
    fence = ""
    for line in markdown.split("\n"):
        if line[:1] not in _MARKS:
            yield 0, line
            continue
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence) and not line[mark.end() :].strip():
            fence = ""
        heading = None if fence or mark else _HEADING.fullmatch(line)
        if heading and len(heading[1]) <= _DEEPEST:
            yield len(heading[1]), heading[2]
        else:
            yield 0, line


def _section(page: str, headings: list[tuple[int, str]], lines: list[str]) -> Iterator[Section]:
    text = "\n".join(lines).strip("\n")
    if text.strip():
        name = page.rpartition("/")[2].removesuffix(".md")
        yield Section(page, tuple(heading for _, heading in headings) or (name,), text)
