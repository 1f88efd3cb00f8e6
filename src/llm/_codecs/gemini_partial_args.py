"""Arguments of a function call that are streamed value by value, as Vertex AI does on demand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

# The part of JSONPath (RFC 9535) that names one place: $.name, $['name'], $[0].
_STEP = re.compile(r"""\.([^.\[\]]+)|\[(\d{1,6})\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]""")
_LONGEST = 10_000  # the largest index: a wrong one must not fill the memory
_VALUES = ("stringValue", "numberValue", "boolValue", "nullValue")


class PartialArguments:
    """The arguments as far as they have come: `value` is a JSON object."""

    def __init__(self) -> None:
        self.value: dict[str, Any] = {}
        self._open: str | None = None  # the path of a text that goes on

    def feed(self, pieces: Iterable[Mapping[str, Any]]) -> None:
        """Add values. Raises ValueError for a path that names no place, or one inside of what is no object."""
        for piece in pieces:
            path = str(piece.get("jsonPath") or "")
            name = next((name for name in _VALUES if name in piece), "nullValue")
            value = None if name == "nullValue" else piece[name]
            if name == "numberValue" and isinstance(value, float) and value.is_integer():
                value = int(value)
            self._set(path, value, isinstance(value, str) and path == self._open)
            self._open = path if piece.get("willContinue") else None

    def _set(self, path: str, value: Any, goes_on: bool) -> None:
        steps = _steps(path)
        holder: Any = self.value
        for step, following in pairwise(steps):
            _reserve(holder, step)
            if holder[step] is None:
                holder[step] = [] if isinstance(following, int) else {}
            holder = holder[step]
        _reserve(holder, steps[-1])
        holder[steps[-1]] = holder[steps[-1]] + value if goes_on else value


def _steps(path: str) -> list[str | int]:
    steps: list[str | int] = []
    at = 1
    while path.startswith("$") and at < len(path) and (found := _STEP.match(path, at)):
        name = next(group for group in (found[1], found[3], found[4], found[2]) if group is not None)
        steps.append(int(name) if found[2] is not None else re.sub(r"\\(.)", r"\1", name))
        at = found.end()
    if not steps or at < len(path):
        raise ValueError(f"{path!r} names no argument")
    return steps


def _reserve(holder: Any, step: str | int) -> None:
    """Make the place exist, holding None."""
    if isinstance(step, int) and isinstance(holder, list) and step < _LONGEST:
        holder.extend([None] * (step + 1 - len(holder)))
    elif isinstance(step, str) and isinstance(holder, dict):
        holder.setdefault(step, None)
    else:
        raise ValueError(f"{step!r} is no place in {type(holder).__name__}")
