"""Turns of the older tables: `responses`, and `logs` from before there were conversations."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import Any

from .._domain.attachment import Attachment
from .._domain.message import Message
from .._domain.message_json import tool_call
from .._domain.part import AttachmentPart, Part, ReasoningPart, TextPart, ToolResultPart
from .._domain.turn import Turn
from .llm_ids import seconds
from .llm_index import Entry, companions
from .llm_payload import resolve
from .llm_values import Damaged, Values, text, whole

_TIMES = ("datetime_utc", "timestamp_utc", "timestamp")
_COLUMNS = (
    *("model", "resolved_model", "prompt", "system", "prompt_json", "options_json", "response", "response_json"),
    *("reasoning", "duration_ms", "input_tokens", "output_tokens", "token_details", "schema_id", *_TIMES),
)


def read(values: Values, entry: Entry) -> Turn:
    """The turn of an entry, with the system prompt that it names itself, as if it were the first. Raises Damaged."""
    row = values.tables.row(entry.source, _COLUMNS, "WHERE rowid = ?", (entry.row,))
    if row is None:
        raise Damaged(f"{_where(entry)}: the row is missing")
    where = _where(entry)
    turn = Turn(
        entry.id,
        entry.conversation,
        model=text(row["model"]),
        resolved_model=text(row["resolved_model"]) or None,
        input=_user(text(row["prompt"]), ()),
        system=text(row["system"]),
        options=values.mapping(row, "options_json", where) or {},
        schema=values.schema(row, where),
        usage=values.usage(row, where),
        status="done",
        parts=_said(row),
        started=seconds(next((row[name] for name in _TIMES if row[name]), None), entry.id),
        duration_ms=whole(row["duration_ms"]),
        raw=_raw(values, row, where),
    )
    return _with_company(values, entry, turn, text(row["prompt"])) if entry.source == "responses" else turn


def _where(entry: Entry) -> str:
    return f"The response {entry.old}"


def _with_company(values: Values, entry: Entry, turn: Turn, prompt: str) -> Turn:
    """The turn with what other tables say of it."""
    where = _where(entry)
    fragments = _fragments(values, "prompt_fragments", entry.old, where)
    system_fragments = _fragments(values, "system_fragments", entry.old, where)
    files = values.tables.rows(
        "prompt_attachments", ("attachment_id",), 'WHERE response_id = ? ORDER BY "order"', (entry.old,)
    ).fetchall()
    asked = "\n".join([*fragments, *([prompt] if prompt else [])])
    results, boxes = _results(values, entry.old, where)
    return replace(
        turn,
        input=(*results, *_user(asked, [values.attachment(row[0], where) for row in files])),
        system=_system(turn.system, system_fragments),
        fragments=fragments,
        system_fragments=system_fragments,
        tools=_tools(values, entry.old, boxes, where),
        parts=(*turn.parts, *_calls(values, entry.old)),
    )


def _user(prompt: str, files: list[Attachment] | tuple[()]) -> tuple[Message, ...]:
    parts: list[Part] = [TextPart(prompt)] if prompt else []
    parts += map(AttachmentPart, files)
    return (Message("user", tuple(parts)),) if parts else ()


def _system(system: str, fragments: tuple[str, ...]) -> str:
    """What was sent of a system prompt that begins with fragments."""
    return "\n\n".join(filter(None, map(str.strip, (*fragments, system)))) if fragments else system


def _said(row: sqlite3.Row) -> tuple[Part, ...]:
    parts: list[Part] = [ReasoningPart(text(row["reasoning"]))] if row["reasoning"] else []
    return (*parts, TextPart(text(row["response"]))) if row["response"] else tuple(parts)


def _fragments(values: Values, table: str, response: str, where: str) -> tuple[str, ...]:
    rows = values.tables.rows(table, ("fragment_id",), 'WHERE response_id = ? ORDER BY "order"', (response,)).fetchall()
    return tuple(values.fragment(row[0], where) for row in rows)


def _companions(values: Values, table: str, names: tuple[str, ...], response: str) -> list[sqlite3.Row]:
    """The rows of a table that belong to a response."""
    numbers = companions(values.tables.connection, table, response)
    found = (values.tables.row(table, names, "WHERE rowid = ?", (number,)) for number in numbers)
    return [row for row in found if row is not None]


def _calls(values: Values, response: str) -> list[Part]:
    rows = _companions(values, "tool_calls", ("name", "arguments", "tool_call_id"), response)
    return [tool_call(text(row[0]), text(row[1]) or "{}", row[2]) for row in rows]


def _results(values: Values, response: str, where: str) -> tuple[tuple[Message, ...], dict[str, int]]:
    """The results that were sent, and the toolbox that each tool was of."""
    names = ("id", "name", "output", "tool_call_id", "exception", "instance_id")
    parts: list[Part] = []
    boxes: dict[str, int] = {}
    for row in _companions(values, "tool_results", names, response):
        files = values.tables.rows(
            "tool_results_attachments", ("attachment_id",), 'WHERE tool_result_id = ? ORDER BY "order"', (row["id"],)
        ).fetchall()
        found = tuple(values.attachment(file[0], where) for file in files)
        name = text(row["name"])
        result = ToolResultPart(name, text(row["output"]), row["tool_call_id"], attachments=found)
        parts.append(replace(result, exception=row["exception"]) if row["exception"] else result)
        if row["instance_id"] is not None:
            boxes[name] = row["instance_id"]
    return ((Message("tool", tuple(parts)),) if parts else ()), boxes


def _tools(values: Values, response: str, boxes: dict[str, int], where: str) -> tuple[dict[str, Any], ...]:
    rows = _companions(values, "tool_responses", ("tool_id",), response)
    tools = [values.tool(row[0], None, where) for row in rows]
    found = [tool for tool in tools if tool is not None]
    for tool in found:
        if box := values.instance(boxes.get(tool["name"]), where):
            tool["instance"] = box
    return tuple(found)


def _raw(values: Values, row: sqlite3.Row, where: str) -> Any:
    """The reply as the provider sent it; where the request is kept too, an object of both under their old names."""

    def lookup(name: str) -> str:
        # f:1 or f1 is a fragment, r:ID the text of a response.
        table, column, id = (
            ("responses", "response", name[2:]) if name.startswith("r:") else ("fragments", "content", "")
        )
        found = values.tables.row(table, (column,), "WHERE id = ?", (id or name[1:].lstrip(":"),))
        if found is None:
            raise LookupError(name)
        return text(found[0])

    request, reply = (resolve(values.decoded(row, name, where), lookup) for name in ("prompt_json", "response_json"))
    return reply if request is None else {"prompt_json": request, "response_json": reply}
