"""The plugins that the user switched off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .._config.text_file import read_text
from ..errors import ConfigError
from .name import normalised

_KEY = "disabled"


class DisabledPlugins:
    """`disabled-plugins.json` in the user directory: `{"disabled": ["llm-echo"]}`. Any spelling of a name will do."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "disabled-plugins.json"

    def read(self) -> frozenset[str]:
        """The normalised names. Raises ConfigError."""
        if read_text(self.path) is None:
            return frozenset()  # as it is for nearly everybody, who need not pay for JSON
        from .._config.json_file import read_object

        return frozenset(self._names(read_object(self.path)))

    def add(self, name: str) -> None:
        """Switch *name* off. Raises ConfigError."""
        self._update(normalised(name), present=True)

    def remove(self, name: str) -> None:
        """Switch *name* on again. Raises ConfigError."""
        if self.path.exists():
            self._update(normalised(name), present=False)

    def _update(self, name: str, *, present: bool) -> None:
        from .._config.json_file import update_object

        def change(values: dict[str, Any]) -> None:
            names = self._names(values)
            values[_KEY] = sorted(names | {name} if present else names - {name})

        update_object(self.path, change)

    def _names(self, values: dict[str, Any]) -> set[str]:
        names = values.get(_KEY, [])
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise ConfigError(f"{self.path} must name plugins as text", hint=f'Write it as {{"{_KEY}": ["llm-echo"]}}')
        return set(map(normalised, names))
