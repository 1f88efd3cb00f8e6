"""What tools returned, as responses to Gemini's function calls, which may have no ids."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from .._domain.part import ToolCallPart, ToolResultPart

_EXACT = 1 << 53  # Google's JSON values have no integers: a larger number would become another one


class _Waiting(NamedTuple):
    name: str
    identity: str | None


class OpenCalls:
    """The calls that wait for a result."""

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []

    def add(self, part: ToolCallPart) -> None:
        """A call was made."""
        self._waiting.append(_Waiting(part.name, part.tool_call_id))

    def answer(self, part: ToolResultPart) -> dict[str, Any]:
        """
        The name and the id of the call that a result answers: the one with its id, else the first of its name, else
        the first. A call without an id gets a response without one.
        """
        found = self._found(part)
        if found is None:
            found = _Waiting(part.name, part.tool_call_id)
        else:
            self._waiting.remove(found)
        return ({"id": found.identity} if found.identity else {}) | {"name": found.name or part.name}

    def _found(self, part: ToolResultPart) -> _Waiting | None:
        waiting = self._waiting
        if part.tool_call_id and (same := [call for call in waiting if call.identity == part.tool_call_id]):
            return same[0]
        if part.tool_call_id:
            waiting = [call for call in waiting if not call.identity]
        named = [call for call in waiting if call.name == part.name] if part.name else waiting
        return next(iter(named), None)


def response(part: ToolResultPart) -> dict[str, Any]:
    """
    The object that says what a tool returned: a JSON object as it is, else the text as `output`.

    Source of `output` and `error`: the type FunctionResponse of https://ai.google.dev/api/caching.
    """
    if part.exception:
        return {"error": part.output or part.exception}
    if not part.output and part.attachments:
        return {}
    found = _object(part.output)
    return {"output": part.output} if found is None else found


def _object(text: str) -> dict[str, Any] | None:
    """The JSON object that a text is, where nothing of it would be lost."""
    if not text.startswith("{"):
        return None
    try:
        value = json.loads(text, parse_int=_exact, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _exact(digits: str) -> int:
    number = int(digits)
    if abs(number) > _EXACT:
        raise ValueError(digits)
    return number


def _refuse(constant: str) -> None:
    raise ValueError(constant)
