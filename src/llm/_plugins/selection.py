"""Which of the installed plugins are used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from .disabled import DisabledPlugins
from .name import normalised


class Selection(NamedTuple):
    """
    `only` is what LLM_LOAD_PLUGINS names, None where it is not set; `disabled` what the user switched off.

    The variable speaks about this one run, so it has the last word: a plugin that it names is used though disabled.
    """

    only: tuple[str, ...] | None = None
    disabled: frozenset[str] = frozenset()

    def takes(self, name: str) -> bool:
        """Whether the plugin *name* is used."""
        wanted = normalised(name)
        if self.only is None:
            return wanted not in self.disabled
        return wanted in map(normalised, self.only)

    def missing(self, installed: Iterable[str]) -> tuple[str, ...]:
        """The names, as the user wrote them, that are asked for and not among *installed*."""
        known = set(map(normalised, installed))
        return tuple(name for name in self.only or () if normalised(name) not in known)


def read_selection(user_dir: Path, environ: Mapping[str, str]) -> Selection:
    """The selection made by LLM_LOAD_PLUGINS (a list with commas, empty for none) or the user directory."""
    named = environ.get("LLM_LOAD_PLUGINS")
    if named is None:
        return Selection(None, DisabledPlugins(user_dir).read())
    return Selection(tuple(dict.fromkeys(name.strip() for name in named.split(",") if name.strip())))
