"""Which plugins are installed, and which of them are used."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .discovery import Scan, distributions, scan
from .name import normalised
from .selection import Selection, read_selection

if TYPE_CHECKING:
    from .distribution import Distribution


class Installation:
    """
    The packages found in *path* (None: `sys.path` as it is at the time), as LLM_LOAD_PLUGINS in *environ* and the
    list of disabled plugins in *user_dir* choose among them.

    `scan()` and `selection()` look anew each time. The metadata is read once, and again after `refresh()`.
    """

    def __init__(self, user_dir: Path, environ: Mapping[str, str], path: Sequence[str] | None) -> None:
        self._user_dir = user_dir
        self._environ = environ
        self._path = path
        self._found: dict[str, Distribution] | None = None

    def scan(self) -> Scan:
        """What is installed now."""
        return scan(sys.path if self._path is None else self._path)

    def selection(self) -> Selection:
        """Which plugins are used now. Raises ConfigError."""
        return read_selection(self._user_dir, self._environ)

    def refresh(self, found: Scan) -> tuple[Distribution, ...]:
        """The plugins among *found*, which from now on are the installed ones."""
        self._found = {normalised(plugin.name): plugin for plugin in distributions(found)}
        return tuple(self._found.values())

    def used(self) -> tuple[Distribution, ...]:
        """The installed plugins that are used, in the order of `sys.path`."""
        selection = self.selection()
        return tuple(plugin for plugin in self._distributions().values() if selection.takes(plugin.name))

    def missing(self) -> tuple[str, ...]:
        """The names in LLM_LOAD_PLUGINS that no installed plugin has."""
        return self.selection().missing(self._distributions())

    def find(self, name: str) -> Distribution | None:
        """The plugin called *name*, however spelled, if it is used."""
        plugin = self._distributions().get(normalised(name))
        return plugin if plugin is not None and self.selection().takes(plugin.name) else None

    def _distributions(self) -> dict[str, Distribution]:
        if self._found is None:
            self.refresh(self.scan())
            assert self._found is not None
        return self._found
