"""A package that is installed, as its `*.dist-info` or `*.egg-info` directory describes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from .name import normalised


class EntryPoint(NamedTuple):
    """One line of `entry_points.txt`: `name = module:attribute`, where the attribute may be empty."""

    name: str
    module: str
    attribute: str = ""


class Distribution(NamedTuple):
    """An installed package that offers plugins: `directory` is where its metadata lies, changed at `mtime_ns`."""

    name: str
    version: str
    entry_points: tuple[EntryPoint, ...]
    directory: str
    mtime_ns: int


def read_distribution(directory: str, mtime_ns: int, group: str = "llm") -> Distribution | None:
    """The package described in *directory*, or None where it offers no entry point in *group*."""
    entry_points = tuple(_entry_points(_text(directory, "entry_points.txt"), group))
    if not entry_points:
        return None
    facts = _headers(_text(directory, "METADATA") or _text(directory, "PKG-INFO"))
    name, _, version = Path(directory).stem.partition("-")
    return Distribution(
        facts.get("name") or normalised(name), facts.get("version") or version, entry_points, directory, mtime_ns
    )


def _text(directory: str, name: str) -> str:
    try:
        return (Path(directory) / name).read_text("utf-8-sig", errors="replace")
    except OSError:
        return ""


def _entry_points(text: str, group: str) -> Iterator[EntryPoint]:
    """The entry points of *group*; a line that cannot be one is passed over, as it is somebody else's mistake."""
    section = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1].strip()
        elif section == group and not line.startswith(("#", ";")):
            name, _, value = line.partition("=")
            module, _, attribute = value.partition("[")[0].partition(":")
            if name.strip() and module.strip():
                yield EntryPoint(name.strip(), module.strip(), attribute.strip())


def _headers(text: str) -> dict[str, str]:
    """The one-line headers at the top, names in lower case; the first of a name counts."""
    headers: dict[str, str] = {}
    for line in text.splitlines():
        if not line.strip():
            break
        name, colon, value = line.partition(":")
        if colon and not line[0].isspace():
            headers.setdefault(name.strip().lower(), value.strip())
    return headers
