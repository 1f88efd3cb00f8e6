"""Messages as the items of a request for the Responses API."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from .._domain.attachment import Attachment
from .._domain.message import Message
from .._domain.part import AttachmentPart, Part, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from .chat_messages import CallIds
from .http_form import json_text
from .opaque import own_fields
from .responses_item import WIRE, put_file

Item: TypeAlias = dict[str, Any]
_FORMS: dict[str, type] = {"id": str, "item": Mapping, "part": Mapping, "at": list}
_EMPTY = {"type": "input_text", "text": ""}
_NAMES = {"developer": "developer", "system": "system"}


class InputWriter:
    """
    Writes messages for one endpoint, whose name is *source*; *carry* makes a content part of a file.

    An item that came from this endpoint goes back as it came. Of what other providers said the text and the calls go
    on, and their reasoning, their own tools and the files that they made are left out. Without *stored* items, the
    provider knows none by its id: reasoning that is not encrypted is left out then.
    """

    def __init__(self, source: str, carry: Callable[[Attachment], Item], *, stored: bool) -> None:
        self._source = source
        self._carry = carry
        self._stored = stored
        self._calls = CallIds()
        self._custom: set[str] = set()

    def write(self, messages: Iterable[Message]) -> list[Item]:
        """The items on the wire."""
        items: list[Item] = []
        for message in messages:
            items += self._assistant(message) if message.role == "assistant" else self._other(message)
        return items

    def _other(self, message: Message) -> Iterator[Item]:
        results = [part for part in message.parts if isinstance(part, ToolResultPart)]
        for part in results:
            if not part.server_executed:
                yield self._result(part)
        content = [self._content(part) for part in message.parts if isinstance(part, TextPart | AttachmentPart)]
        if content or not results:
            role = _NAMES.get(message.role, "user")
            said = [entry for entry in content if entry != _EMPTY]
            plain = len(said) == 1 and said[0].keys() == {"type", "text"}
            yield {"role": role, "content": said[0]["text"] if plain else said or ""}

    def _content(self, part: TextPart | AttachmentPart) -> Item:
        if isinstance(part, AttachmentPart):
            return self._carry(part.attachment)
        return {"type": "input_text", "text": part.text}

    def _result(self, part: ToolResultPart) -> Item:
        identity = self._calls.of_result(part)
        output: Any = part.output or (f"Error: {part.exception}" if part.exception else "")
        if part.attachments:
            words = [{"type": "input_text", "text": output}] if output else []
            output = [*words, *map(self._carry, part.attachments)]
        kind = "custom_tool_call_output" if identity in self._custom else "function_call_output"
        return {"type": kind, "call_id": identity, "output": output}

    def _assistant(self, message: Message) -> Iterator[Item]:
        whole = {own["id"] for part in message.parts if (own := self._own(part)) and "item" in own and "id" in own}
        entries: dict[str, list[tuple[Part, Item]]] = {}
        texts: list[str] = []  # of parts that no item of this endpoint holds
        for part in message.parts:
            own = self._own(part)
            identity = own.get("id", "")
            is_whole = "item" in own or identity in whole
            if isinstance(part, TextPart) and not is_whole:
                texts.append(part.text)
                continue
            if (texts or part is message.parts[-1]) and any(texts):
                yield {"role": "assistant", "content": "".join(texts)}
                texts = []
            if isinstance(part, TextPart | ReasoningPart) and is_whole:
                entries.setdefault(identity, []).append((part, own.get("part") or {}))
                if "item" in own:
                    yield from self._item(own["item"], entries.pop(identity))
            elif isinstance(part, ToolCallPart):
                yield from self._call(part, own, message)
        if any(texts):
            yield {"role": "assistant", "content": "".join(texts)}

    def _item(self, kept: Item, entries: list[tuple[Part, Item]]) -> Iterator[Item]:
        """An item of text or of reasoning, put together again."""
        item = dict(kept)
        for part, fields in entries:
            if fields:
                words = "refusal" if isinstance(part, TextPart) and part.refusal else "text"
                entry = {**fields, words: getattr(part, "text", "")}
                name = "summary" if fields.get("type") == "summary_text" else "content"
                item[name] = [*(item.get(name) or ()), entry]
        if item.get("type") == "reasoning":
            if not (self._stored or item.get("encrypted_content") or item.get("content")):
                return
            item.setdefault("summary", [])
        yield item

    def _call(self, part: ToolCallPart, own: Item, message: Message) -> Iterator[Item]:
        if part.server_executed:
            if "item" in own:
                yield self._with_files(own["item"], own.get("id"), message)
            return
        identity = self._calls.of_call(part)
        kept = {"type": "function_call", **own.get("item", {})}
        words = "arguments" if kept["type"] == "function_call" else "input"
        if words == "input":
            self._custom.add(identity)
        said = part.raw if part.raw is not None else json_text(dict(part.arguments))
        yield {"call_id": identity, "name": part.name, words: said, **kept}

    def _with_files(self, item: Item, identity: Any, message: Message) -> Item:
        """An item of a tool that the provider ran, with the files that it made back in their places."""
        import copy

        item = copy.deepcopy(item)
        for part in message.parts:
            own = self._own(part)
            if isinstance(part, AttachmentPart) and "at" in own and own.get("id") == identity:
                put_file(item, own["at"], part.attachment)
        return item

    def _own(self, part: Part) -> Item:
        """What this endpoint has said of a part."""
        own = own_fields(part.provider_metadata, self._source).get(WIRE)
        fields = own.items() if isinstance(own, Mapping) else ()
        return {name: value for name, value in fields if isinstance(value, _FORMS.get(name, object))}
