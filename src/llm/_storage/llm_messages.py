"""Messages of the newer tables, which keep each once for the chain that leads to it, much as ours do."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._domain.attachment import Attachment
from .._domain.message import Message
from .._domain.message_json import part_from_dict, tool_call
from .._domain.part import Part, TextPart
from ..errors import LLMError
from .llm_chain import Link, extend
from .llm_values import Damaged, Values, text


@dataclass(frozen=True, slots=True)
class Place:
    """A message in its chain: the hash of the one `before`, our `link`, and the `system` prompt outside the chain."""

    role: str
    before: str | None
    message: Message
    link: Link | None
    system: str


class Messages:
    """Reads chains by the hash of their last message, every message once."""

    def __init__(self, values: Values) -> None:
        self.values = values
        self._places: dict[str, Place] = {}

    def place(self, hash: str | None) -> Place | None:
        """Where a message stands; None for no message. Raises Damaged."""
        missing: list[tuple[str, sqlite3.Row]] = []
        seen: set[str] = set()
        wanted = hash
        while wanted is not None and wanted not in self._places:
            row = self.values.tables.row(
                "messages", ("role", "parent_hash", "provider_metadata"), "WHERE hash = ?", (wanted,)
            )
            if row is None or wanted in seen:
                raise Damaged(f"the message {wanted} {'is missing' if row is None else 'follows itself'}")
            seen.add(wanted)
            missing.append((wanted, row))
            wanted = row["parent_hash"]
        for name, row in reversed(missing):
            self._places[name] = self._placed(name, row)
        return None if hash is None else self._places[hash]

    def _placed(self, hash: str, row: sqlite3.Row) -> Place:
        try:
            message = self._message(hash, row)
            before = None if row["parent_hash"] is None else self._places[row["parent_hash"]]
            if before is None and (system := _plain_system(message)) is not None:
                return Place("system", None, message, None, system)
            link = extend(None if before is None else before.link, [message])
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError, LLMError) as error:
            raise Damaged(f"the message {hash} cannot be read: {error!r}") from error
        return Place(row["role"], row["parent_hash"], message, link, "" if before is None else before.system)

    def _message(self, hash: str, row: sqlite3.Row) -> Message:
        rows = self.values.tables.rows(
            "parts", ("type", "text", "payload"), "WHERE message_hash = ? ORDER BY position", (hash,)
        ).fetchall()
        metadata = json.loads(row["provider_metadata"]) if row["provider_metadata"] else None
        return Message(row["role"], tuple(self._part(part, f"The message {hash}") for part in rows), metadata)

    def _part(self, row: sqlite3.Row, where: str) -> Part:
        value: dict[str, Any] = json.loads(row["payload"]) if row["payload"] else {}
        value["type"] = row["type"]
        if row["text"] is not None:
            value["text"] = text(row["text"])
        if "text_ref" in value:
            pieces = value.pop("text_ref")
            value["text"] = "".join(
                piece["literal"] if "literal" in piece else self.values.fragment(piece["fragment"], where)
                for piece in pieces
            )
        if value["type"] == "attachment":
            value.setdefault("attachment", {})
        if value["type"] == "tool_call" and isinstance(value.get("arguments"), str):
            del value["type"]
            return tool_call(value.pop("name"), value.pop("arguments"), value.pop("tool_call_id", None), **value)

        def file(reference: Mapping[str, Any]) -> Attachment:
            return self.values.attachment(reference["id"], where) if "id" in reference else Attachment()

        return part_from_dict(value, file)


def _plain_system(message: Message) -> str | None:
    """The text of a message that is a system prompt and nothing more."""
    if message.role != "system" or message.provider_metadata is not None or len(message.parts) != 1:
        return None
    part = message.parts[0]
    return part.text if isinstance(part, TextPart) and part == TextPart(part.text) else None
