"""Turns written as JSON Lines."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import IO, TYPE_CHECKING, Any

from .._domain.json_text import json_text
from .._domain.message import Message
from .._domain.message_id import message_id, named
from .._domain.message_json import part_to_dict
from .._domain.part import AttachmentPart, TextPart, ToolResultPart
from .._domain.turn import Turn
from .._domain.usage import KEPT
from .jsonl_format import FORMAT, PLAIN_TURN, VERSION, content_id
from .query import ConversationQuery, TurnQuery
from .scratch import Scratch

if TYPE_CHECKING:
    from .query import ConversationRecord
    from .store import Store


def export_turns(store: Store, file: IO[str], query: TurnQuery) -> int:
    """
    Write the turns that a query asks for, and what is known of their conversations; how many turns these were.

    Conversations without turns are written with the whole history alone.
    """
    with closing(Scratch()) as written, closing(Scratch()) as conversations:
        return _Export(store, file, written, conversations).write(query)


class _Export:
    """One file that is being written: which messages and contents are in it, and whose conversations they are."""

    def __init__(self, store: Store, file: IO[str], written: Scratch, conversations: Scratch) -> None:
        self._store = store
        self._file = file
        self._written = written
        self._conversations = conversations

    def write(self, query: TurnQuery) -> int:
        self._line("header", format=FORMAT, version=VERSION)
        count = 0
        for found in self._store.find(query):
            count += 1
            self._turn(found.turn)
            self._conversations.put(found.turn.conversation)
        whole = query == TurnQuery(conversation=query.conversation)
        if query == TurnQuery():
            for empty in self._store.find_conversations(ConversationQuery(without_turns=True)):
                self._conversations.put(empty.id)
        for id in self._conversations.ids():
            self._conversation(self._store.find_conversation(id), whole)
        self._line("end", turns=count)
        return count

    def _turn(self, turn: Turn) -> None:
        self._chain(turn.after)
        id, ids = turn.after, []
        for index, message in enumerate(turn.input):
            id = self._message(message, id, turn.fragments if index == len(turn.input) - 1 else ())
            ids.append(id)
        line: dict[str, Any] = {"id": turn.id, "conversation": turn.conversation}
        for name in Turn.__slots__[2:]:
            value = getattr(turn, name)
            if value == getattr(PLAIN_TURN, name):
                continue
            match name:
                case "input":
                    value = ids
                case "parts":
                    name, value = "answer", self._message(turn.answer[0], id)
                case "system" | "tools" | "schema":
                    value = self._content(value)
                case "fragments" | "system_fragments":
                    value = [self._content(text) for text in value]
                case "usage":
                    value = {key: number for key in KEPT if (number := getattr(value, key)) is not None}
            line[name] = value
        self._line("turn", **line)

    def _conversation(self, record: ConversationRecord, whole: bool) -> None:
        """A line for a conversation; where turns were left out, it does not tell of those."""
        line: dict[str, Any] = {"name": record.name, "tags": record.tags}
        if whole:
            self._chain(record.head)
        if whole or (record.head is not None and self._written.get(record.head) is not None):
            system = self._content(record.system) if record.system else None
            line |= {"last": record.last, "head": record.head, "system": system}
        self._line("conversation", id=record.id, **{name: value for name, value in line.items() if value})

    def _chain(self, id: str | None) -> None:
        """Write the messages up to this one, as far as they are not written yet."""
        if id is not None and self._written.get(id) is None:
            after = None
            for message in self._store.chain(id):
                after = self._message(message, after)

    def _message(self, message: Message, after: str | None, fragments: Sequence[str] = ()) -> str:
        id = message_id(message, after)
        if self._written.put(id):
            parts = [part_to_dict(part, named) for part in message.parts]
            for part in message.parts:
                self._files(part)
            if fragments:
                self._refer(message, parts, fragments)
            line: dict[str, Any] = {"id": id, "after": after, "role": message.role, "parts": parts}
            if message.provider_metadata is not None:
                line["provider_metadata"] = message.provider_metadata
            self._line("message", **line)
        return id

    def _files(self, part: object) -> None:
        files = part.attachments if isinstance(part, ToolResultPart) else ()
        for file in (part.attachment,) if isinstance(part, AttachmentPart) else files:
            if file.content is not None:
                self._content(file.content)

    def _refer(self, message: Message, parts: list[dict[str, Any]], fragments: Sequence[str]) -> None:
        """Put references in place of the fragments that the text begins with."""
        first, joined = message.parts[0] if message.parts else None, "\n".join(fragments)
        if not isinstance(first, TextPart) or not f"{first.text}\n".startswith(f"{joined}\n"):
            return
        parts[0]["fragments"] = [self._content(text) for text in fragments]
        del parts[0]["text"]
        if first.text != joined:
            parts[0]["text"] = first.text[len(joined) + 1 :]

    def _content(self, value: Any) -> str:
        """Write a text, a file or a JSON value, unless that is done; its id."""
        if isinstance(value, Mapping):
            value = dict(value)
        id = content_id(value)
        if self._written.put(id):
            if isinstance(value, bytes):
                self._line("content", id=id, base64=base64.b64encode(value).decode("ascii"))
            else:
                self._line("content", id=id, **{"text" if isinstance(value, str) else "json": value})
        return id

    def _line(self, line: str, /, **fields: Any) -> None:
        self._file.write(json_text({"line": line, **fields}) + "\n")
