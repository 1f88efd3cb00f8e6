"""Secrets are blotted out of what is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

BLOT = "***"


def redact(value: Any, secrets: tuple[str, ...]) -> Any:
    """JSON values like *value*, with every occurrence of a secret in a string replaced by `***`."""
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, BLOT)
        return value
    if isinstance(value, Mapping):
        return {redact(key, secrets): redact(item, secrets) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [redact(item, secrets) for item in value]
    return value
