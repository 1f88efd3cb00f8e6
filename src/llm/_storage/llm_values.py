"""What columns of a `logs.db` hold: text, numbers, JSON, files, schemas and tools, some of it damaged."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from .._domain.attachment import Attachment
from .._domain.usage import Usage
from .llm_index import Report
from .llm_tables import Tables

_TOOL = ("name", "description", "input_schema", "plugin")


class Damaged(Exception):
    """A row cannot be read; the message says why."""


class Values:
    """Reads values, and reports those that are damaged; in their place is None."""

    def __init__(self, tables: Tables, report: Report) -> None:
        self.tables = tables
        self.report = report

    def decoded(self, row: sqlite3.Row, name: str, where: str) -> Any:
        """The value of a column of JSON text; None where it is NULL."""
        text = row[name]
        if text in (None, ""):
            return None
        try:
            return json.loads(text)
        except (ValueError, TypeError, RecursionError) as error:
            self.report(f"{where}: {name} is not JSON: {error}")
            return None

    def mapping(self, row: sqlite3.Row, name: str, where: str) -> dict[str, Any] | None:
        """The object in a column of JSON text."""
        value = self.decoded(row, name, where)
        if value is not None and not isinstance(value, dict):
            self.report(f"{where}: {name} is not a JSON object")
            return None
        return value

    def usage(self, row: sqlite3.Row, where: str) -> Usage:
        """The tokens that the provider counted."""
        details = self.mapping(row, "token_details", where)
        return Usage(whole(row["input_tokens"]), whole(row["output_tokens"]), details or None)

    def schema(self, row: sqlite3.Row, where: str) -> dict[str, Any] | None:
        """The schema that the row names by its `schema_id`."""
        if row["schema_id"] is None:
            return None
        found = self.tables.row("schemas", ("content",), "WHERE id = ?", (row["schema_id"],))
        if found is None:
            self.report(f"{where}: its schema {row['schema_id']} is missing")
            return None
        return self.mapping(found, "content", where)

    def fragment(self, id: object, where: str) -> str:
        """The text of a fragment; an empty one where it is missing."""
        found = self.tables.row("fragments", ("content",), "WHERE id = ?", (id,))
        if found is None:
            self.report(f"{where}: its fragment {id} is missing")
        return "" if found is None else text(found["content"])

    def attachment(self, id: object, where: str) -> Attachment:
        """The file with this id. Raises Damaged where it is missing."""
        row = self.tables.row("attachments", ("type", "path", "url", "content"), "WHERE id = ?", (id,))
        if row is None:
            raise Damaged(f"{where}: its attachment {id} is missing")
        content = row["content"]
        content = content.encode() if isinstance(content, str) else content
        # A file that was only named may have changed, or be gone: the id that it had says which it was.
        known = str(id) if not content and row["path"] else None
        return Attachment(row["type"], row["path"], row["url"], content or None, known)

    def tool(self, id: object, instance: object, where: str) -> dict[str, Any] | None:
        """A tool as it was offered, and the toolbox it was of; None where it is missing."""
        row = self.tables.row("tools", _TOOL, "WHERE id = ?", (id,))
        if row is None:
            self.report(f"{where}: its tool {id} is missing")
            return None
        tool: dict[str, Any] = {"name": text(row["name"]), "description": row["description"]}
        tool["input_schema"] = self.mapping(row, "input_schema", where) or {}
        if row["plugin"]:
            tool["plugin"] = row["plugin"]
        if box := self.instance(instance, where):
            tool["instance"] = box
        return tool

    def instance(self, id: object, where: str) -> Mapping[str, Any] | None:
        """The toolbox with this id: its name, plugin and arguments."""
        names = ("plugin", "name", "arguments")
        row = None if id is None else self.tables.row("tool_instances", names, "WHERE id = ?", (id,))
        return None if row is None else {"name": row["name"], "plugin": row["plugin"], "arguments": row["arguments"]}


def text(value: object) -> str:
    """A value as text; an empty one for NULL."""
    if value is None:
        return ""
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def whole(value: object) -> int | None:
    """A value as a number; None where it is none."""
    return int(value) if isinstance(value, int | float) else None
