"""What older plugins yield becomes events."""

from __future__ import annotations

from typing import Any

import pytest

import llm
from api.colour import Colour
from llm._compat.translation import Translation
from llm.parts import StreamEvent

from .older import older

OPAQUE = {"x": {"signature": "s"}}


@pytest.mark.parametrize(
    ("item", "event"),
    [
        ("text", llm.TextDelta("text")),
        (StreamEvent("text", "a"), llm.TextDelta("a")),
        (StreamEvent("text", "a", provider_metadata=OPAQUE), llm.TextDelta("a", provider_metadata=OPAQUE)),
        (StreamEvent("reasoning", "r"), llm.ReasoningDelta("r")),
        (StreamEvent("reasoning", redacted=True, provider_metadata=OPAQUE), llm.ReasoningDelta("", True, OPAQUE)),
        (StreamEvent("tool_call_name", "f", 1, "c"), llm.ToolCallDelta(0, "f", "", "c")),
        (StreamEvent("tool_call_name", tool_name="f"), llm.ToolCallDelta(0, "f")),
        (StreamEvent("tool_call_args", '{"a"', 1, "c"), llm.ToolCallDelta(0, "", '{"a"', "c")),
        (StreamEvent("tool_call_name", "f", server_executed=True, provider_metadata=OPAQUE),
         llm.ToolCallDelta(0, "f", server_executed=True, provider_metadata=OPAQUE)),
        (StreamEvent("tool_result", "out", None, "c", True, "web", provider_metadata=OPAQUE),
         llm.PartEvent(llm.ToolResultPart("web", "out", "c", server_executed=True, provider_metadata=OPAQUE))),
        (StreamEvent("tool_result"), llm.PartEvent(llm.ToolResultPart())),
        (llm.Finish("length", "max"), llm.Finish("length", "max")),
    ],
)  # fmt: skip
def test_each_kind_of_item_is_one_event(item: Any, event: llm.Event) -> None:
    assert Translation().event(item) == event


def test_an_unknown_type_is_an_error_that_names_it(colour: Colour) -> None:
    def execute(self: Any, prompt: Any, stream: Any, response: Any, conversation: Any) -> Any:
        yield StreamEvent("song", "la")

    with pytest.raises(llm.ModelError, match="an event of an unknown type: 'song'"):
        colour.run(older(colour, execute).prompt("x").text())


def test_what_is_no_item_is_an_error_that_names_it(colour: Colour) -> None:
    def execute(self: Any, prompt: Any, stream: Any, response: Any, conversation: Any) -> Any:
        yield 5

    with pytest.raises(llm.ModelError, match="older generated int"):
        colour.run(older(colour, execute).prompt("x").text())


def name(chunk: str, part: int | None = None, call: str | None = None) -> StreamEvent:
    return StreamEvent("tool_call_name", chunk, part, call)


def args(chunk: str, part: int | None = None, call: str | None = None) -> StreamEvent:
    return StreamEvent("tool_call_args", chunk, part, call)


CALLS = [llm.ToolCall("f", {"a": 1}, "c1"), llm.ToolCall("g", {"b": 2}, "c2")]
UNNAMED = [llm.ToolCall(call.name, call.arguments) for call in CALLS]


@pytest.mark.parametrize(
    ("items", "calls"),
    [
        ([name("f", 0, "c1"), args('{"a":', 0), args("1}", 0), name("g", 1, "c2"), args('{"b":2}', 1)], CALLS),
        ([name("f", 0, "c1"), name("g", 1, "c2"), args('{"a":', 0), args('{"b":2}', 1), args("1}", 0)], CALLS),
        ([name("f", None, "c1"), name("g", None, "c2"), args('{"b":2}', None, "c2"), args('{"a":1}', None, "c1")],
         CALLS),
        ([name("f", 0, "c1"), args('{"a":1}', None, "c1"), name("g", 5, "c2"), args('{"b":2}', 5)], CALLS),
        ([name("f"), args('{"a":'), args("1}"), name("g"), args('{"b":2}')], UNNAMED),
        ([args('{"a":1}', 0, "c1"), name("f", 0), name("g", 1, "c2"), args('{"b":2}', 1, "c2")], CALLS),
    ],
    ids=["in-order", "in-turns-by-part", "in-turns-by-id", "part-then-id", "neither", "arguments-first"],
)  # fmt: skip
def test_fragments_of_calls_are_told_apart_by_part_or_id(colour: Colour, items: Any, calls: Any) -> None:
    def execute(self: Any, prompt: Any, stream: Any, response: Any, conversation: Any) -> Any:
        yield "first "
        yield from items

    response = older(colour, execute).prompt("x")
    assert colour.run(response.tool_calls()) == calls
    assert colour.run(response.text()) == "first "


def test_a_call_that_is_also_added_counts_once(colour: Colour) -> None:
    def execute(self: Any, prompt: Any, stream: Any, response: Any, conversation: Any) -> Any:
        response.add_tool_call(CALLS[0])
        response.add_tool_call(CALLS[1])
        yield name("f", 0, "c1")
        yield args('{"a": 1}', 0)

    assert colour.run(older(colour, execute).prompt("x").tool_calls()) == CALLS
