"""Turns read from JSON Lines."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import IO, TYPE_CHECKING, Any, get_args

from .._domain.attachment import Attachment
from .._domain.json_text import json_text
from .._domain.message import Message
from .._domain.message_id import hash_of
from .._domain.message_json import part_from_dict
from .._domain.turn import Status, Turn
from .._domain.usage import Usage
from ..errors import HistoryError, RequestError
from .jsonl_format import FORMAT, VERSION, content_id
from .query import ConversationRecord
from .scratch import Scratch

if TYPE_CHECKING:
    from .store import Store


@dataclass(frozen=True, slots=True)
class Imported:
    """
    What an import did: how many `turns` it added, and how many of the file were there already (`known`).

    `conversations` is how many the file tells of; `taken` are the names that belong to other conversations here, and
    that were not given therefore. `whole` is false where the file breaks off.
    """

    turns: int = 0
    known: int = 0
    conversations: int = 0
    taken: tuple[str, ...] = ()
    whole: bool = False


def import_turns(store: Store, file: IO[str]) -> Imported:
    """
    Add what `export_turns` wrote; turns that are there already stay as they are, and a message must fit its hash.

    Of a file that breaks off, what is whole is added. Raises RequestError, which names the line, for a file that is
    damaged otherwise; what stands before that line has been added.
    """
    with closing(Scratch()) as scratch:
        reader = _Import(store, scratch)
        for number, line in enumerate(_lines(file), 1):
            try:
                reader.read(json.loads(line))
            except HistoryError:
                raise
            except (RequestError, LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
                if isinstance(error, json.JSONDecodeError) and not line.endswith("\n"):
                    break
                raise RequestError(
                    f"Line {number} cannot be imported: {_reason(error)}",
                    hint="What stands before it was imported; importing the file again adds nothing twice",
                ) from error
        return reader.done


class _Import:
    """One file that is being read, and what it said so far."""

    def __init__(self, store: Store, scratch: Scratch) -> None:
        self._store = store
        self._scratch = scratch
        self._begun = False
        self.done = Imported()

    def read(self, line: dict[str, Any]) -> None:
        """Do what a line says. Raises RequestError and what else is wrong with it."""
        kind = line.pop("line")
        if not self._begun and kind != "header":
            raise RequestError("The file does not begin as an export of llm does")
        match kind:
            case "header":
                self._header(**line)
            case "content":
                self._content(line)
            case "message":
                self._message(line)
            case "turn":
                self._turn(line)
            case "conversation":
                self._conversation(line)
            case "end":
                self.done = replace(self.done, whole=True)
            case _:
                raise RequestError(f"Nobody knows lines of the kind {kind!r}")

    def _header(self, format: str, version: int) -> None:
        if format != FORMAT:
            raise RequestError(f"{format!r} is not the format of an export of llm")
        if version > VERSION:
            raise RequestError(f"It was written by a newer llm, as version {version} of the format")
        self._begun = True
        self.done = replace(self.done, whole=False)

    def _content(self, line: dict[str, Any]) -> None:
        value = base64.b64decode(line["base64"], validate=True) if "base64" in line else None
        if value is None:
            value = line["text"] if "text" in line else line["json"]
        if content_id(value) != line["id"]:
            raise RequestError(f"The content does not fit its id {line['id']}")
        self._scratch.put(line["id"], json_text(line))

    def _message(self, line: dict[str, Any]) -> None:
        parts = json_text([self._spelled_out(part) for part in line["parts"]])
        metadata = line.get("provider_metadata")
        after = line["after"]
        if hash_of(line["role"], parts, None if metadata is None else json_text(metadata), after) != line["id"]:
            raise RequestError(f"The message does not fit its id {line['id']}")
        if after is not None:
            self._stored(after)
        self._scratch.put(line["id"], json_text(line))

    def _turn(self, line: dict[str, Any]) -> None:
        turn = self._as_turn(line)
        added = self._store.add(turn, _Chain(self, turn.after))
        if added:
            self.done = replace(self.done, turns=self.done.turns + 1)
        else:
            self.done = replace(self.done, known=self.done.known + 1)

    def _conversation(self, line: dict[str, Any]) -> None:
        system = line.get("system")
        record = ConversationRecord(
            line["id"],
            name=line.get("name"),
            tags=tuple(line.get("tags", ())),
            last=line.get("last"),
            head=line.get("head"),
            system="" if system is None else self._value(system),
        )
        got_name = self._store.add_conversation(record, _Chain(self, record.head))
        taken = self.done.taken if got_name else (*self.done.taken, str(record.name))
        self.done = replace(self.done, conversations=self.done.conversations + 1, taken=taken)

    def _as_turn(self, line: Mapping[str, Any]) -> Turn:
        fields = dict(line)
        ids = [*fields.get("input", ()), *([fields["answer"]] if "answer" in fields else [])]
        for before, id in pairwise([fields.get("after"), *ids]):
            if self._stored(id)["after"] != before:
                raise RequestError(f"The message {id} does not follow the one before it in the turn")
        fields["input"] = tuple(map(self.message, fields.get("input", ())))
        if "answer" in fields:
            fields["parts"] = self.message(fields.pop("answer")).parts
        for name in {"system", "tools", "schema"} & fields.keys():
            fields[name] = self._value(fields[name])
        for name in {"fragments", "system_fragments"} & fields.keys():
            fields[name] = tuple(map(self._value, fields[name]))
        for name in {"tools", "attempts"} & fields.keys():
            fields[name] = tuple(fields[name])
        if "usage" in fields:
            fields["usage"] = Usage(**fields["usage"])
        return _checked(Turn(**fields))

    def chain(self, id: str | None) -> list[Message]:
        """The messages up to this one."""
        said = []
        while id is not None:
            said.append(self.message(id))
            id = self._stored(id)["after"]
        return said[::-1]

    def message(self, id: str) -> Message:
        """The message of this id, with its files."""
        line = self._stored(id)
        parts = tuple(part_from_dict(self._spelled_out(part), self._file) for part in line["parts"])
        return Message(line["role"], parts, line.get("provider_metadata"))

    def _file(self, value: Mapping[str, Any]) -> Attachment:
        """A file; of one whose content is not in the export, what it is and its hash."""
        id = value.get("id")
        content = None if id is None or self._scratch.get(id) is None else self._value(id)
        return Attachment(
            value.get("type"), value.get("path"), value.get("url"), content, id if content is None else None
        )

    def _spelled_out(self, part: Mapping[str, Any]) -> Mapping[str, Any]:
        """A part as it was hashed: with the fragments that its text begins with."""
        if "fragments" not in part:
            return part
        texts = [*map(self._value, part["fragments"]), *([part["text"]] if "text" in part else [])]
        rest = {name: value for name, value in part.items() if name not in ("type", "text", "fragments")}
        return {"type": part["type"], "text": "\n".join(texts), **rest}

    def _value(self, id: str) -> Any:
        """The content of this id: bytes, a text, or a JSON value."""
        line = self._stored(id)
        if "base64" in line:
            return base64.b64decode(line["base64"])
        return line["text"] if "text" in line else line["json"]

    def _stored(self, id: str) -> Any:
        """The line of a message or a content, which must have come before. Raises RequestError."""
        text = self._scratch.get(id)
        if text is None:
            raise RequestError(f"It refers to {id}, which does not stand before it")
        return json.loads(text)


class _Chain(Sequence[Message]):
    """The messages up to one, which are put together only where somebody looks at them."""

    def __init__(self, reader: _Import, id: str | None) -> None:
        self._reader = reader
        self._id = id

    @cached_property
    def _messages(self) -> list[Message]:
        return self._reader.chain(self._id)

    def __len__(self) -> int:
        return len(self._messages)

    def __getitem__(self, index: Any) -> Any:
        return self._messages[index]


def _checked(turn: Turn) -> Turn:
    """The turn, whose fields are of the kinds that others rely on. Raises RequestError."""
    texts = (turn.id, turn.conversation, turn.model, turn.system)
    if not all(isinstance(text, str) for text in texts) or not isinstance(turn.started, int | float):
        raise RequestError("What it says is not of the right kinds")
    if turn.status not in get_args(Status):
        raise RequestError(f"{turn.status!r} is not how a turn ends")
    return turn


def _lines(file: IO[str]) -> Iterator[str]:
    """The lines of a file. One that breaks off within a character ends before that line."""
    try:
        for line in file:  # noqa: UP028  # `yield from` would close the file of a reader who stops early
            yield line
    except UnicodeDecodeError as error:
        if error.reason != "unexpected end of data":
            raise RequestError("The file is not text in UTF-8") from error


def _reason(error: Exception) -> str:
    if isinstance(error, RequestError):
        return str(error)
    if isinstance(error, json.JSONDecodeError):
        return f"it is not JSON ({error.msg})"
    return f"what it says cannot be read ({type(error).__name__}: {error})"
