"""The files that a plugin is made of, so that an author who edits one is not shown what it registered before."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .distribution import EntryPoint

Stamp = list[int] | None
"""When a file changed, in nanoseconds, and its size; None where there is none."""


def stamp(path: str) -> Stamp:
    """What changes when the file does."""
    try:
        found = os.stat(path)  # noqa: PTH116  a Path is slower, and this is done at every start
    except OSError:
        return None
    return [found.st_mtime_ns, found.st_size]


def stamps(entry_points: Iterable[EntryPoint]) -> dict[str, Stamp]:
    """The stamp of every file whose change may change what is registered through *entry_points*."""
    return {path: stamp(path) for entry_point in entry_points for path in _files(entry_point.module)}


def _files(module: str) -> Iterator[str]:
    """The imported modules of the package that *module* is or lies in; all that it has, where it failed to import."""
    if module not in sys.modules:
        yield from _unimported(module.partition(".")[0])
        return
    package = module if hasattr(sys.modules[module], "__path__") else module.rpartition(".")[0] or module
    for name, loaded in list(sys.modules.items()):
        if name == package or name.startswith(f"{package}."):
            file = getattr(loaded, "__file__", None)
            if isinstance(file, str):
                yield file


def _unimported(package: str) -> Iterator[str]:
    import importlib.util

    try:
        spec = importlib.util.find_spec(package)
    except Exception:
        return  # whoever finds modules may fail in any way; then there is nothing to watch
    if spec is None:
        return
    if spec.origin:
        yield spec.origin
    for directory in spec.submodule_search_locations or ():
        yield from map(str, sorted(Path(directory).glob("*.py")))
