"""A number of things, as a value of options."""

from __future__ import annotations

from typing import Any

import click

_MOST = 1 << 62  # no history holds more, and no database counts further


class CountType(click.IntRange):
    """A whole number from 0 up, however large."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return min(super().convert(value, param, ctx), _MOST)


COUNT = CountType(min=0)
