"""
What is installed, from a look at the directories of `sys.path`.

`importlib.metadata` gives the same answers for 50 ms; a scan of the directories takes one.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from .name import normalised

if TYPE_CHECKING:
    from .distribution import Distribution

_SUFFIXES = (".dist-info", ".egg-info")


class Installed(NamedTuple):
    """One metadata directory: when it changed, and when its `entry_points.txt` did (0: it has none)."""

    directory: str
    mtime_ns: int
    entry_points_ns: int


Scan = tuple[Installed, ...]


def scan(path: Iterable[str]) -> Scan:
    """
    Every package installed in the directories of *path*, in that order, and by name within one.

    Two scans are equal as long as nothing was installed, removed, upgraded or installed anew. Only directories are
    searched: what lies in zip files is not found.
    """
    return tuple(row for directory in dict.fromkeys(map(_absolute, path)) for row in _rows(directory))


def distributions(found: Scan) -> tuple[Distribution, ...]:
    """The packages among *found* that offer plugins. Of two with one name the first counts, as it does for imports."""
    from .distribution import read_distribution

    first: dict[str, Installed] = {}
    for row in found:
        first.setdefault(_key(row.directory), row)
    read = (read_distribution(row.directory, row.mtime_ns) for row in first.values() if row.entry_points_ns)
    return tuple(distribution for distribution in read if distribution is not None)


def _absolute(entry: str) -> str:
    """The directory that *entry* of `sys.path` stands for: an empty one is where the process is."""
    try:
        return str(entry) if entry else str(Path.cwd())
    except OSError:
        return "."  # the process is nowhere: its directory was removed


def _rows(directory: str) -> list[Installed]:
    try:
        with os.scandir(directory) as entries:
            return sorted(row for entry in entries if _is_metadata(entry.name) for row in _row(entry))
    except OSError:
        return []  # as the import system does: not there, not a directory, or not ours to read


def _is_metadata(name: str) -> bool:
    # What begins with a tilde is what pip leaves of a package that it could not wholly remove.
    return name.endswith(_SUFFIXES) and not name.startswith("~")


def _row(entry: os.DirEntry[str]) -> Iterator[Installed]:
    try:
        changed = entry.stat().st_mtime_ns
    except OSError:
        return
    try:
        entry_points = os.stat(f"{entry.path}{os.sep}entry_points.txt").st_mtime_ns  # noqa: PTH116  a Path is slower
    except OSError:
        entry_points = 0
    yield Installed(entry.path, changed, entry_points)


def _key(directory: str) -> str:
    stem = directory.rpartition(os.sep)[2].rpartition(".")[0]
    return normalised(stem.partition("-")[0])
