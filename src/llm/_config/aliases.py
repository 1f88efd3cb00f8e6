"""Other names for models, as the user gave them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..errors import ConfigError
from .json_file import read_object, update_object


class Aliases:
    """`aliases.json` in the user directory: alias -> model id."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "aliases.json"

    def read(self) -> dict[str, str]:
        """Every alias with its model id, in the order of the file. Raises ConfigError."""
        aliases = read_object(self.path)
        for alias, model_id in aliases.items():
            if not isinstance(model_id, str):
                raise ConfigError(
                    f"{self.path}: the alias {alias!r} must stand for a model id, which is text, not {model_id!r}",
                    hint=f'Write it as "{alias}": "MODEL_ID"',
                )
        return aliases

    def set(self, alias: str, model_id: str) -> None:
        """Let *alias* stand for *model_id*. Raises ConfigError."""
        if not alias.strip() or not alias.isprintable():
            raise ConfigError(f"{alias!r} cannot be an alias", hint="An alias is one line of text")

        def change(aliases: dict[str, Any]) -> None:
            aliases[alias] = model_id

        update_object(self.path, change, indent=4)

    def remove(self, alias: str) -> None:
        """Forget *alias*. Raises ConfigError where there is no such alias."""

        def change(aliases: dict[str, Any]) -> None:
            if alias not in aliases:
                raise _unknown(alias, aliases)
            del aliases[alias]

        if not self.path.exists():
            raise _unknown(alias, {})
        update_object(self.path, change, indent=4)


def _unknown(alias: str, known: dict[str, Any]) -> ConfigError:
    from .suggestion import did_you_mean

    return ConfigError(f"There is no alias {alias!r}", hint=did_you_mean(alias, known))
