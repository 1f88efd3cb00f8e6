"""Tool calls are put together from fragments, in all the ways in which services cut them."""

from __future__ import annotations

from typing import Any

import pytest
from codec_replies import Reply, delta, stream, whole

from llm._domain.part import ToolCallPart, ToolResultPart
from llm.errors import LLMError

Seen = list[tuple[str, dict[str, Any], str | None]]


def fragment(**fields: Any) -> dict[str, Any]:
    """One fragment; `name` and `arguments` go into its function."""
    function = {name: fields.pop(name) for name in ("name", "arguments") if name in fields}
    return {**fields, "function": function}


def streamed(*fragments: dict[str, Any] | list[dict[str, Any]]) -> Reply:
    """The reply to a stream with one chunk per fragment, or per list of these."""
    lists = [item if isinstance(item, list) else [item] for item in fragments]
    return stream(*(delta(tool_calls=item) for item in lists), finish="tool_calls")


def seen(reply: Reply) -> Seen:
    assert reply.error is None
    return [(call.name, dict(call.arguments), call.tool_call_id) for call in reply.calls]


@pytest.mark.parametrize(
    ("fragments", "expected"),
    [
        pytest.param(
            [
                fragment(index=0, id="a", name="f", arguments=""),
                fragment(index=0, arguments='{"x":'),
                fragment(index=0, arguments=" 1}"),
            ],
            [("f", {"x": 1}, "a")],
            id="as OpenAI does",
        ),
        pytest.param(
            [
                fragment(index=0, id="a", name="f", arguments='{"x":'),
                fragment(index=1, id="b", name="g", arguments=""),
                fragment(index=0, arguments="1}"),
                fragment(index=1, arguments="{}"),
            ],
            [("f", {"x": 1}, "a"), ("g", {}, "b")],
            id="two calls, interleaved",
        ),
        pytest.param(
            [
                [
                    fragment(index=0, id="a", name="f", arguments="{}"),
                    fragment(index=1, id="b", name="f", arguments="{}"),
                ]
            ],
            [("f", {}, "a"), ("f", {}, "b")],
            id="two calls in one chunk",
        ),
        pytest.param(
            [
                fragment(id="a", name="f", arguments='{"x":'),
                fragment(arguments="1}"),
                fragment(id="b", name="g", arguments='{"y":'),
                fragment(id="b", arguments="2}"),
            ],
            [("f", {"x": 1}, "a"), ("g", {"y": 2}, "b")],
            id="without an index",
        ),
        pytest.param(
            [fragment(name="f", arguments='{"x":'), fragment(arguments="1}"), fragment(name="f", arguments='{"x":2}')],
            [("f", {"x": 1}, None), ("f", {"x": 2}, None)],
            id="without an index and without ids",
        ),
        pytest.param(
            [fragment(index=0, name="f", arguments='{"x":1}'), fragment(index=1, name="g", arguments="{}")],
            [("f", {"x": 1}, None), ("g", {}, None)],
            id="without ids",
        ),
        pytest.param(
            [
                fragment(index=0, id="a", name="f", arguments='{"x":1}'),
                fragment(index=0, id="b", name="f", arguments='{"x":2}'),
            ],
            [("f", {"x": 1}, "a"), ("f", {"x": 2}, "b")],
            id="two calls with one index",
        ),
        pytest.param(
            [fragment(index=0, name="f", arguments="{}"), fragment(index=0, name="g", arguments="{}")],
            [("f", {}, None), ("g", {}, None)],
            id="two calls with one index and no ids",
        ),
        pytest.param(
            [
                fragment(index=0, id="a", name="get_"),
                fragment(index=0, name="wea"),
                fragment(index=0, name="ther"),
                fragment(index=0, arguments="{}"),
            ],
            [("get_weather", {}, "a")],
            id="a name in pieces",
        ),
        pytest.param(
            [
                fragment(index=0, id="a", name="f", arguments='{"x"'),
                fragment(index=0, id="a", name="f", arguments=":1}"),
            ],
            [("f", {"x": 1}, "a")],
            id="id and name repeated",
        ),
        pytest.param(
            [fragment(index=0, name="f", arguments='{"x"'), fragment(index=0, id="late", arguments=":1}")],
            [("f", {"x": 1}, "late")],
            id="an id that comes late",
        ),
        pytest.param([fragment(index=0, id="a", name="f", arguments=None)], [("f", {}, "a")], id="no arguments"),
        pytest.param([fragment(index=0, id="a", name="f")], [("f", {}, "a")], id="arguments left out"),
        pytest.param([fragment(index=0, id="a", name="f", arguments={"x": 1})], [("f", {"x": 1}, "a")], id="an object"),
        pytest.param([fragment(index=0, id="a", name="f", arguments={})], [("f", {}, "a")], id="an empty object"),
        pytest.param(
            [
                fragment(index=0, id="a", name="f"),
                fragment(index=1, id="b", name="g"),
                fragment(index=2, id="c", name="h"),
            ],
            [("f", {}, "a"), ("g", {}, "b"), ("h", {}, "c")],
            id="several without arguments",
        ),
        pytest.param([fragment(index=0, id=7, name="f", arguments="{}")], [("f", {}, "7")], id="a number as id"),
    ],
)
def test_fragments_become_calls(fragments: list[Any], expected: Seen) -> None:
    """Name, arguments and id of each call, in the order in which they began."""
    reply = streamed(*fragments)
    assert seen(reply) == expected
    assert reply.finish is not None
    assert reply.finish.reason == "tool_calls"


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        ([fragment(id="a", name="f", arguments='{"x": 1}')], [("f", {"x": 1}, "a")]),
        ([fragment(id="a", name="f", arguments={"x": 1})], [("f", {"x": 1}, "a")]),
        ([fragment(id="a", name="f", arguments="null")], [("f", {}, "a")]),
        ([fragment(index=0, name="f", arguments="{}"), fragment(index=0, name="f", arguments="{}")],
         [("f", {}, None), ("f", {}, None)]),
        (fragment(id="a", name="f", arguments=""), [("f", {}, "a")]),
    ],
)  # fmt: skip
def test_whole_calls_are_read(calls: Any, expected: Seen) -> None:
    """In a whole reply every entry is a call, whatever its index."""
    assert seen(whole("tool_calls", content=None, tool_calls=calls)) == expected


def test_arguments_that_are_no_object_are_kept_as_they_came() -> None:
    """What the model wrote can be shown, and sent back."""
    (call,) = streamed(fragment(index=0, id="a", name="f", arguments='{"x": ')).calls
    assert (call.arguments, call.raw) == ({}, '{"x": ')


def test_the_older_field_for_calls_is_read() -> None:
    """`function_call` has no id, and is empty where a service fills it for form's sake."""
    pieces = [{"name": "f", "arguments": ""}, {"arguments": '{"x":'}, {"arguments": "1}"}]
    assert seen(stream(*(delta(function_call=piece) for piece in pieces))) == [("f", {"x": 1}, None)]
    call = {"name": "f", "arguments": '{"x":1}'}
    assert seen(whole("function_call", content=None, function_call=call)) == [("f", {"x": 1}, None)]
    assert seen(whole(content="Hi", function_call={"name": "", "arguments": ""})) == []


def test_a_providers_own_fields_of_a_call_are_kept_under_its_name() -> None:
    """Gemini signs calls in `extra_content`; the signature must go back with the call."""
    signed = {"extra_content": {"google": {"thought_signature": "c2ln"}}}
    for reply in (
        streamed(fragment(index=0, id="a", name="f", arguments="{}") | signed),
        whole("tool_calls", tool_calls=[fragment(id="a", name="f", arguments="{}", type="function") | signed]),
        streamed(fragment(index=0, id="a", name="f", arguments="{"), fragment(index=0, arguments="}") | signed),
    ):
        assert [call.provider_metadata for call in reply.calls] == [{"acme": signed}]


def test_custom_tools_take_text() -> None:
    """A call of a custom tool has its input as it was written, and is known as one."""
    call = {"id": "a", "type": "custom", "custom": {"name": "run", "input": "print(1)"}}
    (part,) = whole("tool_calls", tool_calls=[call]).calls
    assert (part.name, part.raw, part.provider_metadata) == ("run", "print(1)", {"acme": {"type": "custom"}})


def test_tools_that_the_provider_ran_are_marked() -> None:
    """Groq tells a call twice in a stream, first without its output; neither is for us to run."""
    asked = {"index": 0, "type": "search", "arguments": '{"query": "x"}'}
    done = {**asked, "output": "found"}
    for reply in (
        stream(delta(executed_tools=[asked]), delta(executed_tools=[done]), delta(content="Found it")),
        whole(content="Found it", executed_tools=[done]),
    ):
        assert reply.parts[:2] == (
            ToolCallPart("search", {"query": "x"}, server_executed=True),
            ToolResultPart("search", "found", server_executed=True),
        )
        assert reply.text == "Found it"
        assert reply.finish is not None
        assert reply.finish.reason == "stop", "as there is nothing to run"


def test_text_before_a_call_stays_before_it() -> None:
    """White space that could have led to a think tag is not held back past a call."""
    reply = stream(delta(content="\n\n"), delta(tool_calls=[fragment(index=0, id="a", name="f", arguments="{}")]))
    assert [type(part).__name__ for part in reply.parts] == ["TextPart", "ToolCallPart"]


@pytest.mark.parametrize("calls", [[None], [3], "call", [{"function": "f"}], [{"function": None, "index": None}], [[]]])
def test_calls_of_no_known_form_are_no_crash(calls: Any) -> None:
    """The answer's text survives, or the error is one of ours."""
    for reply in (stream(delta(content="Hi", tool_calls=calls)), whole(content="Hi", tool_calls=calls)):
        assert reply.text == "Hi"
        assert reply.error is None or isinstance(reply.error, LLMError)
