"""The items of an answer of the Responses API, streamed or whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._domain.event import Event, PartEvent, ReasoningDelta, TextDelta, ToolCallDelta
from .._domain.part import AttachmentPart, ToolResultPart
from .responses_item import (
    call_frame,
    frame,
    is_server_call,
    metadata,
    server_arguments,
    server_error,
    server_output,
    take_files,
    tool_name,
)

_OWN_CALLS = ("function_call", "custom_tool_call")


class OutputReader:
    """
    Reads items, and the pieces in which they are streamed, and writes their events into lists.

    Each entry of a message's content and of a reasoning's summary becomes a part. What the parts do not say of their
    item is kept under *source*, so that the item can be sent back as it came.
    """

    def __init__(self, source: str) -> None:
        self.refused = False
        self._source = source
        self._places: dict[Any, int] = {}
        self._begun: set[tuple[Any, str, Any]] = set()  # the entries of which a piece has come
        self._closed: set[tuple[Any, str, Any]] = set()  # those whose other fields have been kept
        self._calls: dict[Any, int] = {}  # the index of each call by its item
        self._said: set[int] = set()  # the calls of which arguments have come
        self._own_calls = 0
        self._count = 0

    @property
    def called(self) -> bool:
        """Whether the answer asks for tools."""
        return self._own_calls > 0

    def begins(self, document: Mapping[str, Any], entries: str) -> bool:
        """Whether the piece of an entry of *entries* is the first of it."""
        index = document.get("summary_index" if entries == "summary" else "content_index", 0)
        key = (self._place(document), entries, index)
        if key in self._begun:
            return False
        self._begun.add(key)
        return True

    def reasoning_begun(self, document: Mapping[str, Any], entries: str) -> dict[str, Any]:
        """What is kept of an entry of reasoning, which has nothing beside its words."""
        part = {"type": "summary_text" if entries == "summary" else "reasoning_text"}
        return metadata(self._source, id=document.get("item_id"), part=part)

    def added(self, document: Mapping[str, Any], events: list[Event]) -> None:
        """An item has begun; a call is announced."""
        item = document["item"]
        if item.get("type") in _OWN_CALLS:
            self._call(self._place(document), item, events)

    def arguments(self, document: Mapping[str, Any], events: list[Event]) -> None:
        """A piece of the arguments of a call."""
        index = self._calls.get(self._place(document))
        if index is not None and document["delta"]:
            self._said.add(index)
            events.append(ToolCallDelta(index, arguments=document["delta"]))

    def part_done(self, document: Mapping[str, Any], events: list[Event]) -> None:
        """An entry is whole: its fields beside the words are kept."""
        entry = document["part"]
        key = (self._place(document), "content", document.get("content_index", 0))
        if key in self._begun and key not in self._closed and entry.get("type") in ("output_text", "refusal"):
            self._closed.add(key)
            kept = metadata(self._source, id=document.get("item_id"), part=_without_words(entry))
            events.append(TextDelta("", refusal=entry["type"] == "refusal", provider_metadata=kept))

    def item(self, document: Mapping[str, Any], events: list[Event]) -> None:
        """An item is whole."""
        key, item = self._place(document), document["item"]
        kind = str(item["type"])
        if kind == "message" and item.get("role", "assistant") == "assistant":
            self._message(key, item, events)
        elif kind == "reasoning":
            self._reasoning(key, item, events)
        elif kind in _OWN_CALLS:
            self._call_done(key, item, events)
        elif is_server_call(kind):
            self._server_call(dict(item), events)
        else:
            kept = metadata(self._source, id=item.get("id"), item=dict(item))
            events.append(TextDelta("", begins=True, provider_metadata=kept))

    def _message(self, key: Any, item: Mapping[str, Any], events: list[Event]) -> None:
        refusal, identity = False, item.get("id")
        for index, entry in enumerate(item.get("content") or ()):
            place = (key, "content", index)
            refusal = entry.get("type") == "refusal"
            self.refused = self.refused or refusal
            kept = metadata(self._source, id=identity, part=_without_words(entry))
            if place not in self._begun:
                words = entry.get("refusal" if refusal else "text") or ""
                events.append(TextDelta(words, refusal=refusal, provider_metadata=kept, begins=True))
            elif place not in self._closed:
                events.append(TextDelta("", refusal=refusal, provider_metadata=kept))
        kept = metadata(self._source, id=identity, item=frame(item))
        events.append(TextDelta("", refusal=refusal, provider_metadata=kept, begins=not item.get("content")))

    def _reasoning(self, key: Any, item: Mapping[str, Any], events: list[Event]) -> None:
        identity, entries = item.get("id"), 0
        for name in ("summary", "content"):
            for index, entry in enumerate(item.get(name) or ()):
                entries += 1
                kept = metadata(self._source, id=identity, part=_without_words(entry))
                if (key, name, index) not in self._begun:
                    events.append(ReasoningDelta(entry.get("text") or "", provider_metadata=kept, begins=True))
        kept = metadata(self._source, id=identity, item=frame(item))
        redacted = not entries
        events.append(ReasoningDelta("", redacted=redacted, provider_metadata=kept, begins=redacted))

    def _call(self, key: Any, item: Mapping[str, Any], events: list[Event]) -> int:
        index = self._calls[key] = self._next()
        self._own_calls += 1
        events.append(ToolCallDelta(index, str(item["name"]), tool_call_id=item.get("call_id")))
        return index

    def _call_done(self, key: Any, item: Mapping[str, Any], events: list[Event]) -> None:
        index = self._calls.get(key)
        if index is None:
            index = self._call(key, item, events)
        words = item.get("arguments" if item["type"] == "function_call" else "input") or ""
        kept = metadata(self._source, id=item.get("id"), item=call_frame(item))
        events.append(ToolCallDelta(index, arguments="" if index in self._said else words, provider_metadata=kept))

    def _server_call(self, item: dict[str, Any], events: list[Event]) -> None:
        """A call of a tool that the provider runs itself, what came of it, and the files that it made."""
        name, identity = tool_name(item), item.get("id")
        arguments, output, error = server_arguments(item), server_output(item), server_error(item)
        files = take_files(item)
        if files and files[0][1] == ["result"]:
            output = ""  # which is the file in base64
        kept = metadata(self._source, id=identity, item=item)
        events.append(
            ToolCallDelta(self._next(), name, arguments, identity, server_executed=True, provider_metadata=kept)
        )
        if output or error:
            events.append(PartEvent(ToolResultPart(name, output, identity, exception=error, server_executed=True)))
        for attachment, place in files:
            at = metadata(self._source, id=identity, at=place)
            events.append(PartEvent(AttachmentPart(attachment, provider_metadata=at)))

    def _place(self, document: Mapping[str, Any]) -> int:
        """What tells the items of an answer apart: servers name the place, or the item, or now this and now that."""
        identity = document.get("item_id") or (document.get("item") or {}).get("id")
        names = [name for name in (document.get("output_index"), identity) if name is not None]
        found = next((self._places[name] for name in names if name in self._places), len(self._places))
        for name in names:
            self._places.setdefault(name, found)
        return found

    def _next(self) -> int:
        self._count += 1
        return self._count - 1


def _without_words(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name not in ("text", "refusal")}
