"""A turn as a row of the table `turns`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias

from .._domain.message import Message
from .._domain.message_json import part_from_dict, part_to_dict
from .._domain.part import Part
from .._domain.turn import Turn
from .._domain.usage import Usage
from ..errors import HistoryError, RequestError

Row: TypeAlias = dict[str, Any]


def asked(turn: Turn) -> Row:
    """The columns of what was asked. Raises HistoryError."""
    with _writable(turn):
        return {
            "id": turn.id,
            "conversation_id": turn.conversation,
            "started": turn.started,
            "model": _text(turn.model),
            "prompt": _text(turn.prompt),
            "system": _text(turn.system),
            "messages": _json([message.to_dict() for message in turn.messages]),
            "options": _json(turn.options),
            "schema": _json_or_null(turn.schema),
            "tools": _json(turn.tools),
        }


def answered(turn: Turn) -> Row:
    """The columns of how it went. Raises HistoryError."""
    with _writable(turn):
        return {
            "status": turn.status,
            "resolved_model": _text(turn.resolved_model),
            "parts": _json(_part_dicts(turn.parts)),
            "input_tokens": turn.usage.input,
            "output_tokens": turn.usage.output,
            "cached_tokens": turn.usage.cached,
            "reasoning_tokens": turn.usage.reasoning,
            "token_details": _json_or_null(turn.usage.details),
            "duration_ms": turn.duration_ms,
            "first_byte_ms": turn.first_byte_ms,
            "finish_reason": _text(turn.finish_reason),
            "request_id": _text(turn.request_id),
            "attempts": _json(turn.attempts),
            "error": _text(turn.error),
            "raw": _json_or_null(turn.raw),
        }


def from_row(row: Mapping[str, Any]) -> Turn:
    """The turn of a row. Raises HistoryError that names the turn where a column cannot be read."""
    try:
        return _turn(row)
    except (KeyError, TypeError, ValueError, AttributeError, RequestError) as error:
        raise HistoryError(f"The turn {row['id']} cannot be read from the history: {error}") from error


def _turn(row: Mapping[str, Any]) -> Turn:
    return Turn(
        row["id"],
        row["conversation_id"],
        started=row["started"],
        model=_string(row["model"]),
        prompt=_string(row["prompt"]),
        system=_string(row["system"]),
        messages=tuple(map(Message.from_dict, json.loads(row["messages"]))),
        options=json.loads(row["options"]),
        schema=_value(row["schema"]),
        tools=tuple(json.loads(row["tools"])),
        status=row["status"],
        resolved_model=_string(row["resolved_model"]),
        parts=tuple(map(part_from_dict, json.loads(row["parts"]))),
        usage=Usage(
            row["input_tokens"],
            row["output_tokens"],
            _value(row["token_details"]),
            row["cached_tokens"],
            row["reasoning_tokens"],
        ),
        duration_ms=row["duration_ms"],
        first_byte_ms=row["first_byte_ms"],
        finish_reason=_string(row["finish_reason"]),
        request_id=_string(row["request_id"]),
        attempts=tuple(json.loads(row["attempts"])),
        error=_string(row["error"]),
        raw=_value(row["raw"]),
    )


def _part_dicts(parts: Iterable[Part]) -> list[dict[str, Any]]:
    return [part_to_dict(part) for part in parts]


def _text(text: str | None) -> str | bytes | None:
    """The text, or its bytes where it has half characters, which SQLite does not take as text."""
    if text is None or _is_utf8(text):
        return text
    return text.encode("utf-8", "surrogatepass")


def _string(value: Any) -> Any:
    """The inverse of `_text`."""
    return value.decode("utf-8", "surrogatepass") if isinstance(value, bytes) else value


def _json(value: Any) -> str:
    """The value as compact JSON; text stays readable, but for half characters, which are escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return text if _is_utf8(text) else json.dumps(value, separators=(",", ":"), default=_plain)


def _json_or_null(value: Any) -> str | None:
    return None if value is None else _json(value)


def _value(text: str | None) -> Any:
    """The inverse of `_json_or_null`."""
    return None if text is None else json.loads(text)


def _plain(value: object) -> Any:
    """What JSON does not know: other mappings as objects, and the rest as what its repr says."""
    return dict(value) if isinstance(value, Mapping) else repr(value)


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


@contextmanager
def _writable(turn: Turn) -> Iterator[None]:
    try:
        yield
    except (TypeError, ValueError, AttributeError, RecursionError) as error:
        raise HistoryError(f"The turn {turn.id} cannot be written to the history: {error}") from error
