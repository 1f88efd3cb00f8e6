"""A table of a settings file, read with care."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..errors import ConfigError

_BARE = re.compile(r"[A-Za-z0-9_-]+")


class Table:
    """
    The keys and values of one table; every complaint names the file, the dotted key and what is allowed there.

    *prefix* is what stands before a key in complaints: `timeouts.` or `entry 2: `. A `secret` value may be a key and
    is not shown.
    """

    def __init__(self, file: Path, values: Mapping[str, Any], prefix: str = "") -> None:
        self.file = file
        self.values = values
        self._prefix = prefix

    def where(self, key: str) -> str:
        """The place of *key*, for messages."""
        return f"{self.file}: {self._prefix}{_quoted(key)}"

    def wrong(self, key: str, allowed: str, *, secret: bool = False, hint: str | None = None) -> ConfigError:
        """The complaint that the value of *key* is not what is *allowed*."""
        found = "" if secret else f", not {_shown(self.values.get(key))}"
        return ConfigError(f"{self.where(key)} must be {allowed}{found}", hint=hint)

    def allow(self, known: Iterable[str]) -> None:
        """Raise ConfigError for a key that is not *known*."""
        known = tuple(known)
        for key in self.values:
            if key not in known:
                from .suggestion import did_you_mean

                hint = did_you_mean(key, known) or f"The settings here are: {', '.join(sorted(known))}"
                raise ConfigError(f"{self.where(key)} is not a setting", hint=hint)

    def text(self, key: str, *, secret: bool = False) -> str | None:
        """The text under *key*, without the blanks around it, or None where it is not set."""
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            hint = "Put its value in quotes" if isinstance(value, int | float) else None
            raise self.wrong(key, "a text that is not empty", secret=secret, hint=hint)
        return value.strip()

    def flag(self, key: str, default: bool) -> bool:
        """The true or false under *key*."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            raise self.wrong(key, "true or false")
        return value

    def whole(self, key: str, default: int, *, minimum: int) -> int:
        """The whole number under *key*."""
        value = self.values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < minimum:
            raise self.wrong(key, f"a whole number of at least {minimum}")
        return value

    def seconds(self, key: str, default: float) -> float:
        """The number of seconds under *key*."""
        value = self.values.get(key, default)
        if not _is_duration(value):
            raise self.wrong(key, "a number of seconds, 0 or more")
        return float(value)

    def limit(self, key: str, default: float | None) -> float | None:
        """The number of seconds under *key*, where 0 and "none" mean that there is no limit: None."""
        value = self.values.get(key, default)
        if value is None or (isinstance(value, str) and value.lower() == "none"):
            return None
        if not _is_duration(value):
            raise self.wrong(key, 'a number of seconds (0 or "none": no limit)')
        return float(value) or None

    def table(self, key: str) -> Table:
        """The table under *key*, empty where it is not set."""
        value = self.values.get(key)
        if value is None:
            value = {}
        if not isinstance(value, dict):
            raise self.wrong(key, "a table", secret=True)
        return Table(self.file, value, f"{self._prefix}{_quoted(key)}.")


def _is_duration(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0


def _quoted(key: str) -> str:
    return key if _BARE.fullmatch(key) else f'"{key}"'


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    text = repr(value) if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= 60 else f"{text[:60]}..."
