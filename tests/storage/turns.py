"""Turns to keep."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from llm._domain.attachment import Attachment
from llm._domain.message import Message, assistant, tool_message, user
from llm._domain.message_id import chain_id
from llm._domain.part import AttachmentPart, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from llm._domain.turn import Turn
from llm._domain.usage import Usage
from llm._storage import Store, new_id
from llm._storage.query import TurnQuery

_ASKED = ("model", "input", "after", "system", "fragments", "system_fragments", "template", "options", "schema",
          "tools", "started")  # fmt: skip
FILE = Attachment("image/png", content=bytes(range(256)))


def running(prompt: str = "Ten names for a pelican", **fields: Any) -> Turn:
    """A turn as it is when it is about to be asked."""
    return Turn(
        new_id(),
        new_id(),
        **{"model": "test/one", "input": (user(prompt),), "started": 1800000000.125, **fields},
    )


def done(turn: Turn, text: str = "Percy", **fields: Any) -> Turn:
    """The same turn once it has been answered."""
    return replace(turn, **{"status": "done", "parts": (TextPart(text),), "duration_ms": 12, **fields})


def everything() -> tuple[Turn, tuple[Message, ...]]:
    """A turn in which no field is empty, and the messages before its input."""
    call = ToolCallPart("add", {"a": 1, "b": [2, {"c": None}]}, "call_1", provider_metadata={"x": {"sig": "öß"}})
    broken = ToolCallPart("add", {}, "call_2", raw="{not json")
    result = ToolResultPart("add", "3", "call_1", attachments=(FILE,), exception="ValueError: no")
    before = (
        user("What is 1+2? 🐦"),
        assistant(ReasoningPart("hm", provider_metadata={"x": {"id": 1}}), call, broken),
    )
    turn = Turn(
        new_id(),
        new_id(),
        model="test/one",
        input=(
            tool_message(result),
            Message("user", (TextPart("A page\nAnd this?"), AttachmentPart(FILE)), {"x": {"cache": True}}),
        ),
        after=chain_id(before),
        system="Be very\n\nbrief",
        fragments=("A page",),
        system_fragments=("Be very",),
        template="brief",
        price_key="test/one",
        options={"temperature": 0.5, "stop": ["a", "b"], "extra_body": {"seed": 1}},
        schema={"type": "object", "properties": {"name": {"type": "string"}}},
        tools=({"name": "add", "description": "Adds", "input_schema": {"type": "object"}},),
        status="partial",
        parts=(ReasoningPart("so", redacted=True), TextPart("Three", refusal=True), call, AttachmentPart(FILE)),
        resolved_model="one-2027-01-01",
        usage=Usage(11, 7, {"prompt_tokens_details": {"cached_tokens": 3}}, 3, 2, 4),
        started=1800000000.123456,
        duration_ms=1234,
        first_byte_ms=56,
        finish_reason="tool_calls",
        request_id="req_1",
        attempts=({"error": "RateLimitError", "status": 429, "waited": 0.5},),
        error="The connection broke",
        raw={"id": "chatcmpl-1", "choices": [{"index": 0}], "größe": 1.5},
    )
    return turn, before


def asked(turn: Turn) -> Turn:
    """The same turn as it was when it was about to be asked."""
    asked = {name: getattr(turn, name) for name in _ASKED}
    return Turn(turn.id, turn.conversation, **asked)


def kept(store: Store, count: int | None = None) -> list[Turn]:
    """The newest *count* turns of a store (None: all of them), oldest first."""
    return [found.turn for found in store.find(TurnQuery(count))]
