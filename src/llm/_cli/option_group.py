"""Options that belong together, as one value."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeAlias

Command: TypeAlias = Callable[..., Any]


def option_group(name: str, kind: type[Any], *options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """A decorator that gives a command these options, and hands their values over as *name*: the dataclass *kind*."""
    fields = [field.name for field in dataclasses.fields(kind)]

    def decorate(function: Command) -> Command:
        @wraps(function)
        def grouped(**values: Any) -> Any:
            return function(**{name: kind(**{field: values.pop(field) for field in fields})}, **values)

        command: Command = grouped
        for option in reversed(options):
            command = option(command)
        return command

    return decorate
