"""The content blocks of an answer, read from whole replies and from streams alike."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from .._domain.event import Event, PartEvent, ReasoningDelta, TextDelta, ToolCallDelta
from .._domain.part import Opaque, ToolResultPart
from .anthropic_opaque import CONTAINER, opaque
from .anthropic_results import result_words

Kind: TypeAlias = Literal["text", "thinking", "redacted", "call", "result", "other"]

# The fields of a block that the part has itself; what is left is kept for the way back.
_IN_PART = {"text": ("text",), "thinking": ("thinking",), "call": ("id", "name", "input")}
_DELTAS = {
    "text_delta": "text", "citations_delta": "text", "thinking_delta": "thinking", "signature_delta": "thinking",
    "input_json_delta": "call",
}  # fmt: skip


_NONE = object()  # is equal to no index that a stream may name


class _Block:
    """A block that has begun: what is kept of it, whether an event has told of it, and the number of its call."""

    __slots__ = ("begun", "call", "input", "kept", "kind")

    def __init__(self, kind: Kind, block: Mapping[str, Any]) -> None:
        self.kind = kind
        self.begun = False
        self.call = -1
        self.input: Any = None  # the arguments of a call, as long as no pieces of them have come
        own = _IN_PART.get(kind, ())
        self.kept = {name: value for name, value in block.items() if value is not None and name not in own}


class BlockReader:
    """
    Reads the blocks of one answer into events.

    What a block holds beside its words is kept under *source*, the endpoint's name. A block of a kind that has no part
    (a compaction, a listing of tools) becomes an empty text that holds it, in its place.
    """

    def __init__(self, source: str) -> None:
        self.called = False
        self.speaking: Any = _NONE  # the block whose text has begun: another piece of it says nothing else
        self._source = source
        self._open: dict[Any, _Block] = {}
        self._calls = 0
        self._names: dict[Any, str] = {}  # of the calls that the provider runs, by id
        self._served = -1  # the last call that the provider ran

    def whole(self, block: Mapping[str, Any], events: list[Event]) -> None:
        """Add the events of a complete block."""
        self.open(0, block, events)
        self.close(0, events)

    def open(self, index: Any, block: Mapping[str, Any], events: list[Event]) -> None:
        """A block begins, with as much of it as is known."""
        kind = _kind(block)
        self.speaking = _NONE
        begun = self._open[index] = _Block(kind, block)
        if kind == "text" and block.get("text"):
            self._say(begun, block["text"], events)
        elif kind == "thinking" and block.get("thinking"):
            self._think(begun, block["thinking"], events)
        elif kind == "call":
            self._announce(begun, block, events)

    def feed(self, index: Any, delta: Mapping[str, Any], events: list[Event]) -> None:
        """A block goes on."""
        kind = delta["type"]
        block = self._open.get(index)
        if block is None:
            self.open(index, {"type": _DELTAS.get(kind) or kind}, events)
            block = self._open[index]
        if kind == "text_delta" and block.kind == "text":
            if text := delta["text"]:
                self._say(block, text, events)
                self.speaking = index
        elif kind == "thinking_delta" and block.kind == "thinking":
            if text := delta["thinking"]:
                self._think(block, text, events)
        elif kind == "input_json_delta" and block.kind == "call":
            if piece := delta["partial_json"]:
                block.input = None
                events.append(ToolCallDelta(block.call, arguments=_string(piece)))
        else:
            _fold(block, kind, delta)

    def close(self, index: Any, events: list[Event]) -> None:
        """A block is complete."""
        self.speaking = _NONE
        block = self._open.pop(index, None)
        if block is None:
            return
        match block.kind:
            case "text":
                self._end_text(block, events)
            case "thinking":
                if block.begun or block.kept.get("signature"):
                    event = ReasoningDelta("", not block.begun, self._metadata(block), begins=not block.begun)
                    events.append(event)
            case "redacted":
                events.append(ReasoningDelta("", True, self._metadata(block), begins=True))
            case "call":
                if block.input:
                    arguments = json.dumps(block.input, ensure_ascii=False)
                    events.append(ToolCallDelta(block.call, arguments=arguments))
            case "result":
                events.append(PartEvent(self._result(block)))
            case "other":
                events.append(TextDelta("", provider_metadata=self._metadata(block), begins=True))

    def finish(self, events: list[Event]) -> None:
        """Close what is still open."""
        for index in list(self._open):
            self.close(index, events)

    def break_off(self, events: list[Event]) -> None:
        """
        The answer ends here, before it was whole.

        Reasoning whose signature has not come, and blocks that nobody can read, cannot go back, and are not kept.
        """
        for index, block in list(self._open.items()):
            if block.kind not in ("thinking", "other"):
                self.close(index, events)
        self._open.clear()

    def sandbox(self, name: str, events: list[Event]) -> None:
        """The calls that the provider ran did so in the container of this name, which the next request asks for."""
        if self._served >= 0:
            events.append(ToolCallDelta(self._served, provider_metadata=opaque(self._source, {CONTAINER: name})))

    def _say(self, block: _Block, text: str, events: list[Event]) -> None:
        events.append(TextDelta(_string(text), begins=not block.begun))
        block.begun = True

    def _think(self, block: _Block, text: str, events: list[Event]) -> None:
        events.append(ReasoningDelta(_string(text), begins=not block.begun))
        block.begun = True

    def _end_text(self, block: _Block, events: list[Event]) -> None:
        if block.kept.get("citations") == []:
            del block.kept["citations"]
        if block.kept.keys() - {"type"}:
            events.append(TextDelta("", provider_metadata=self._metadata(block), begins=not block.begun))

    def _announce(self, block: _Block, call: Mapping[str, Any], events: list[Event]) -> None:
        block.call, block.input = self._calls, call.get("input")
        self._calls += 1
        name, identity = str(call.get("name") or ""), _string(call.get("id") or "") or None
        server = block.kept.get("type") != "tool_use"
        if server:
            self._names[identity] = name
            self._served = block.call
        else:
            self.called = True
        metadata = self._metadata(block) if server or len(block.kept) > 1 else None
        events.append(ToolCallDelta(block.call, name, "", identity, server, metadata))

    def _result(self, block: _Block) -> ToolResultPart:
        identity = _string(block.kept.get("tool_use_id") or "") or None
        name = self._names.get(identity) or str(block.kept["type"]).removesuffix("_result").removesuffix("_tool")
        output, failure = result_words(block.kept.get("content"))
        if block.kept.get("is_error") is True:
            failure = failure or output or "error"
        return ToolResultPart(
            name,
            output,
            identity,
            exception=failure,
            server_executed=True,
            provider_metadata=self._metadata(block),
        )

    def _metadata(self, block: _Block) -> Opaque:
        return opaque(self._source, block.kept)


def _string(value: Any) -> str:
    """A text that must be one. Raises TypeError."""
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _kind(block: Mapping[str, Any]) -> Kind:
    name = block["type"]
    match name:
        case "text" | "thinking":
            return name  # type: ignore[no-any-return]
        case "redacted_thinking":
            return "redacted"
        case "call":  # a call of which only pieces have come
            return "call"
    if name.endswith("tool_use"):
        return "call"
    return "result" if name.endswith("tool_result") else "other"


def _fold(block: _Block, kind: str, delta: Mapping[str, Any]) -> None:
    """Add what comes late to what is kept of a block: signatures, citations, and whatever is not known yet."""
    if kind == "citations_delta" and block.kind == "text":
        block.kept["citations"] = [*(block.kept.get("citations") or ()), delta["citation"]]
        return
    if kind == "signature_delta":
        block.kept["signature"] = delta["signature"]
        return
    for name, value in delta.items():
        before = block.kept.get(name)
        if name == "type" or value is None:
            continue
        joined = (isinstance(before, str) and isinstance(value, str)) or (
            isinstance(before, list) and isinstance(value, list)
        )
        block.kept[name] = before + value if joined else value
