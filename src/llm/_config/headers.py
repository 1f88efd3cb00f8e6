"""HTTP headers that a user adds to the requests of an endpoint."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..errors import ConfigError

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def check_headers(headers: Mapping[str, Any], where: str) -> dict[str, str]:
    """
    *headers* as they can be sent (RFC 9110, section 5). Raises ConfigError that begins with *where*.

    No value is shown, as it may be a key.
    """
    return {_name(name, where): _value(value, f"{where}: the header {name}") for name, value in headers.items()}


def _name(name: Any, where: str) -> str:
    if isinstance(name, str) and _NAME.fullmatch(name):
        return name
    raise ConfigError(f"{where}: {name!r} cannot be the name of an HTTP header", hint="Names look like X-Title")


def _value(value: Any, what: str) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise ConfigError(f"{what} must be text", hint="Put its value in quotes")
    if not (value.isascii() and value.isprintable()):
        raise ConfigError(f"{what} must be printable ASCII characters on one line")
    return value.strip()
