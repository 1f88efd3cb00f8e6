"""Times and lengths of time as values of options."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Any

import click

from ..errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Callable

    Seconds = click.ParamType[float]
else:
    Seconds = click.ParamType  # which takes no arguments at run time before click 8.5


class MomentType(Seconds):
    """A time, as `moment` reads it: in seconds since the epoch. What names no zone is in *zone* (None: here)."""

    name = "time"

    def __init__(self, zone: tzinfo | None = None) -> None:
        self.zone = zone

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        import time

        from .._domain.moment import moment

        return _read(lambda text: moment(text, time.time(), self.zone), value, param, ctx)


class DurationType(Seconds):
    """A length of time, as `duration` reads it: in seconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        from .._domain.moment import duration

        return _read(duration, value, param, ctx)


MOMENT = MomentType()
UTC_MOMENT = MomentType(UTC)
DURATION = DurationType()


def _read(read: Callable[[str], float], value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
    """The value of an option, or of its default, which may be the number already. Raises BadParameter."""
    if isinstance(value, int | float):
        return float(value)
    try:
        return read(value)
    except RequestError as error:
        raise click.BadParameter(f"{error}. {error.hint}", ctx, param) from error
