"""The keys that a user has stored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..errors import ConfigError
from .json_file import read_object, update_object

_NOTE = {"// Note": "This file stores secret API credentials. Do not share!"}


class KeyStore:
    """
    `keys.json` in the user directory: key names and keys, readable by its owner alone.

    Names that start with `//` are comments and no keys. A file that cannot be read is an error and never overwritten.
    """

    def __init__(self, directory: Path) -> None:
        self.path = directory / "keys.json"

    def names(self) -> tuple[str, ...]:
        """The names of the stored keys, sorted. Raises ConfigError."""
        return tuple(sorted(name for name in read_object(self.path) if not _is_comment(name)))

    def get(self, name: str) -> str | None:
        """The key stored under *name*, as it stands in the file, or None. Raises ConfigError."""
        value = None if _is_comment(name) else read_object(self.path).get(name)
        if value is None or isinstance(value, str):
            return value
        raise ConfigError(
            f"{self.path}: the key {name!r} must be text", hint=f"Store it again with: llm keys set {name}"
        )

    def set(self, name: str, value: str) -> None:
        """Store *value* under *name*. Raises ConfigError for a name or a value that cannot be a key."""
        from .key import clean_key

        if not name.strip() or not name.isprintable() or _is_comment(name):
            raise ConfigError(
                f"{name!r} cannot be the name of a key", hint="Use the name of a provider or endpoint, such as openai"
            )
        key = clean_key(value, f"The key {name!r}")

        def change(keys: dict[str, Any]) -> None:
            if not keys:
                keys.update(_NOTE)
            keys[name] = key

        update_object(self.path, change, mode=0o600)

    def remove(self, name: str) -> None:
        """Forget the key stored under *name*. Raises ConfigError where there is none."""

        def change(keys: dict[str, Any]) -> None:
            if _is_comment(name) or name not in keys:
                raise self._unknown(name, keys)
            del keys[name]

        if not self.path.exists():
            raise self._unknown(name, {})
        update_object(self.path, change, mode=0o600)

    def _unknown(self, name: str, keys: dict[str, Any]) -> ConfigError:
        from .suggestion import did_you_mean

        known = [key for key in keys if not _is_comment(key)]
        hint = did_you_mean(name, known) or "llm keys list shows the names that are stored"
        return ConfigError(f"No key is stored under the name {name!r}", hint=hint)


def _is_comment(name: str) -> bool:
    return name.startswith("//")
