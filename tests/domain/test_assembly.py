"""Events become parts, in the order in which the parts began."""

from __future__ import annotations

from typing import Any

import pytest

import llm
from llm import Finish, PartEvent, ReasoningDelta, TextDelta, ToolCallDelta, UsageEvent
from llm._domain.assembly import assemble, merge

FILE = llm.AttachmentPart(llm.Attachment("image/png", content=b"x"))


def test_pieces_of_one_kind_are_one_part_until_another_begins() -> None:
    events = [TextDelta("a"), TextDelta("b"), ReasoningDelta("c"), ReasoningDelta("d"), TextDelta("e")]
    assert assemble(events) == (llm.TextPart("ab"), llm.ReasoningPart("cd"), llm.TextPart("e"))


def test_no_events_and_empty_ones_are_no_parts() -> None:
    assert assemble([]) == ()
    assert assemble([TextDelta(""), ReasoningDelta(), UsageEvent(llm.Usage(1)), Finish("stop")]) == ()


def test_usage_and_finish_between_pieces_part_nothing() -> None:
    assert assemble([TextDelta("a"), UsageEvent(llm.Usage(1)), TextDelta("b"), Finish("stop")]) == (llm.TextPart("ab"),)


def test_tool_calls_grow_by_index_also_in_turns() -> None:
    events = [
        ToolCallDelta(0, "f", "", "c0"),
        ToolCallDelta(1, "g", '{"b"', "c1"),
        ToolCallDelta(0, arguments='{"a": '),
        ToolCallDelta(1, arguments=": 2}"),
        ToolCallDelta(0, arguments="1}"),
    ]
    assert assemble(events) == (llm.ToolCallPart("f", {"a": 1}, "c0"), llm.ToolCallPart("g", {"b": 2}, "c1"))


def test_the_first_name_and_id_of_a_call_count() -> None:
    events = [ToolCallDelta(3, "", "{}"), ToolCallDelta(3, "f", "", "c1"), ToolCallDelta(3, "other", "", "c2")]
    assert assemble(events) == (llm.ToolCallPart("f", {}, "c1"),)


def test_text_before_between_and_after_calls_keeps_its_place() -> None:
    events = [
        TextDelta("a"),
        ToolCallDelta(0, "f", "{}"),
        TextDelta("b"),
        ToolCallDelta(0, arguments=" "),
        TextDelta("c"),
    ]
    assert assemble(events) == (llm.TextPart("a"), llm.ToolCallPart("f"), llm.TextPart("bc"))


@pytest.mark.parametrize(
    ("pieces", "arguments", "raw"),
    [([], {}, None), (["null"], {}, None), (['{"a"', ":1}"], {"a": 1}, None), (['{"a"'], {}, '{"a"'),
     (["[1]"], {}, "[1]")],
)  # fmt: skip
def test_arguments_that_are_no_object_are_kept_as_they_came(pieces: list[str], arguments: Any, raw: str | None) -> None:
    events = [ToolCallDelta(0, "f", tool_call_id="c"), *(ToolCallDelta(0, arguments=piece) for piece in pieces)]
    assert assemble(events) == (llm.ToolCallPart("f", arguments, "c", raw=raw),)


def test_a_call_that_the_provider_runs_and_its_result_are_marked() -> None:
    result = llm.ToolResultPart("web", "found", "c", server_executed=True)
    events = [ToolCallDelta(0, "web", "{}", "c", server_executed=True), PartEvent(result), TextDelta("so")]
    assert assemble(events) == (llm.ToolCallPart("web", {}, "c", server_executed=True), result, llm.TextPart("so"))


def test_whole_parts_stand_where_they_came() -> None:
    assert assemble([TextDelta("a"), PartEvent(FILE), TextDelta("b")]) == (llm.TextPart("a"), FILE, llm.TextPart("b"))


def test_late_metadata_finds_the_last_part_of_its_kind() -> None:
    events = [
        ReasoningDelta("first"),
        TextDelta("a"),
        ReasoningDelta("second"),
        TextDelta("b"),
        ReasoningDelta(provider_metadata={"x": {"signature": "s"}}),
        TextDelta("", provider_metadata={"x": {"cited": True}}),
    ]
    assert assemble(events) == (
        llm.ReasoningPart("first"),
        llm.TextPart("a"),
        llm.ReasoningPart("second", provider_metadata={"x": {"signature": "s"}}),
        llm.TextPart("b", provider_metadata={"x": {"cited": True}}),
    )


def test_metadata_without_a_part_makes_one() -> None:
    metadata = {"x": {"encrypted": "e"}}
    assert assemble([ReasoningDelta(provider_metadata=metadata), TextDelta("a")]) == (
        llm.ReasoningPart("", provider_metadata=metadata),
        llm.TextPart("a"),
    )


def test_each_piece_of_redacted_reasoning_is_a_part_of_its_own() -> None:
    events = [
        ReasoningDelta("seen"),
        ReasoningDelta(redacted=True, provider_metadata={"x": {"data": "1"}}),
        ReasoningDelta(redacted=True),
        ReasoningDelta("seen again"),
    ]
    assert assemble(events) == (
        llm.ReasoningPart("seen"),
        llm.ReasoningPart("", redacted=True, provider_metadata={"x": {"data": "1"}}),
        llm.ReasoningPart("", redacted=True),
        llm.ReasoningPart("seen again"),
    )


def test_a_refusal_is_apart_from_other_text() -> None:
    events = [TextDelta("I "), TextDelta("can", refusal=True), TextDelta("not", refusal=True), TextDelta("!")]
    assert assemble(events) == (llm.TextPart("I "), llm.TextPart("cannot", refusal=True), llm.TextPart("!"))


def test_the_metadata_of_pieces_is_merged() -> None:
    events = [
        ToolCallDelta(0, "f", provider_metadata={"x": {"a": 1, "list": [1]}}),
        ToolCallDelta(0, arguments="{}", provider_metadata={"x": {"b": 2, "list": [2]}, "y": {"c": 3}}),
    ]
    (part,) = assemble(events)
    assert part.provider_metadata == {"x": {"a": 1, "b": 2, "list": [1, 2]}, "y": {"c": 3}}
    assert events[0].provider_metadata == {"x": {"a": 1, "list": [1]}}


@pytest.mark.parametrize(
    ("old", "new", "merged"),
    [(None, None, None), (None, {"a": 1}, {"a": 1}), ({"a": 1}, None, {"a": 1}), ({"a": 1}, {}, {"a": 1}),
     ({"a": 1}, {"a": 2}, {"a": 2}), ({"a": {"b": 1}}, {"a": 5}, {"a": 5}), ({"a": [1]}, {"a": "x"}, {"a": "x"})],
)  # fmt: skip
def test_what_cannot_be_joined_is_replaced_by_the_later(old: Any, new: Any, merged: Any) -> None:
    assert merge(old, new) == merged
