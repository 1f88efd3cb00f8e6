"""Numbers of bytes as values of options, and for people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    Bytes = click.ParamType[int]
else:
    Bytes = click.ParamType  # which takes no arguments at run time before click 8.5

_UNITS = ("B", "KB", "MB", "GB", "TB")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?", re.IGNORECASE)


class SizeType(Bytes):
    """A number of bytes, such as `500MB`, `1.5 GB` or `4096`; 1 KB is 1,024 bytes."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        found = _SIZE.fullmatch(str(value).strip())
        if found is None:
            self.fail(f"{value!r} is not a size. As in 500MB, 1.5GB or 4096", param, ctx)
        unit = "kmgt".find(found[2].lower()) + 1 if found[2] else 0
        return round(float(found[1]) * float(1024**unit))


SIZE = SizeType()


def human_size(size: float) -> str:
    """As in `512 B` and `17.5 MB`."""
    unit = 0
    while size >= 1024 and unit < len(_UNITS) - 1:
        size, unit = size / 1024, unit + 1
    return f"{size:.1f} {_UNITS[unit]}" if unit else f"{size:.0f} B"
