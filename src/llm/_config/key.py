"""A key that authenticates requests."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..errors import ConfigError


@dataclass(frozen=True, slots=True)
class Key:
    """
    A key, and where it was found: `--key`, `keys.json`, `key_command`, or `$NAME` of an environment variable.

    The value stays out of its repr. Where `source` is `--key`, the value was taken literally, as no key is stored
    under that name.
    """

    value: str = field(repr=False)
    source: str


def clean_key(value: str, what: str) -> str:
    """
    *value* without the blanks around it. Raises ConfigError that calls it *what*, and does not show it.

    A key travels in an HTTP header, which has no place for line breaks or for anything but ASCII.
    """
    stripped = value.strip()
    if not stripped:
        raise ConfigError(f"{what} is empty")
    if not (stripped.isascii() and stripped.isprintable()):
        raise ConfigError(
            f"{what} has a line break, or another character that cannot go into an HTTP header",
            hint="Check that the key was copied whole and alone: keys are printable ASCII characters on one line",
        )
    return stripped
