"""Secrets are blotted out of what is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

BLOT = "***"

# The keys that people give to local servers (`x`, `none`, `test`) are words, and no secrets.
SHORTEST = 5
SHORTEST_IN_ANSWERS = 16


def redact(value: Any, secrets: tuple[str, ...], shortest: int = SHORTEST) -> Any:
    """
    JSON values like *value*, with every occurrence of a secret in a string replaced by `***`.

    Names in objects are values of the other side too. Secrets of less than *shortest* characters are left alone.
    """
    secrets = tuple(secret for secret in secrets if len(secret) >= shortest)
    return _without(value, secrets) if secrets else value


def _without(value: Any, secrets: tuple[str, ...]) -> Any:
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, BLOT)
        return value
    if isinstance(value, Mapping):
        return {_without(key, secrets): _without(item, secrets) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without(item, secrets) for item in value]
    return value
