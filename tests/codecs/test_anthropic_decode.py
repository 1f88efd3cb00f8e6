"""Replies of Anthropic Messages become events: what no recording has."""

from __future__ import annotations

import json
from typing import Any

import pytest
from anthropic_replies import block, decode, decode_whole, end, sse, start, stream, text, whole

from llm._domain.event import Finish, ReasoningDelta, TextDelta, ToolCallDelta, UsageEvent
from llm._domain.part import ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from llm.errors import BadReplyError, NetworkError, ProviderError, RateLimitError

USAGE = {"input_tokens": 5, "output_tokens": 7}


def kept(part: Any) -> Any:
    """What a part keeps of its block."""
    return part.provider_metadata["acme"]["anthropic"]


def test_blocks_of_text_stay_apart() -> None:
    """Two blocks are two parts, also where nothing is between them."""
    reply = stream(text(0, "One, ", "two."), text(1, "Three."))
    assert reply.parts == (TextPart("One, two."), TextPart("Three."))
    assert [event.begins for event in reply.events if isinstance(event, TextDelta)] == [True, False, True]


def test_an_empty_block_of_text_is_no_part() -> None:
    """Whether it is streamed or whole."""
    assert stream(text(0), text(1, "x")).parts == (TextPart("x"),)
    assert whole({"type": "text", "text": ""}, {"type": "text", "text": "x"}).parts == (TextPart("x"),)


def test_citations_belong_to_their_text_whenever_they_come() -> None:
    """Before the words, between them, or at once; an empty list is none."""
    cited = {"type": "char_location", "cited_text": "a"}
    deltas = (
        {"type": "citations_delta", "citation": cited},
        {"type": "text_delta", "text": "A."},
        {"type": "citations_delta", "citation": cited | {"cited_text": "b"}},
    )
    reply = stream(text(0, "Before."), block(1, {"type": "text", "text": "", "citations": []}, *deltas))
    first, second = reply.parts
    assert first == TextPart("Before.")
    assert kept(second) == {"type": "text", "citations": [cited, cited | {"cited_text": "b"}]}
    same = whole({"type": "text", "text": "A.", "citations": [cited]}, {"type": "text", "text": "B", "citations": []})
    assert kept(same.parts[0]) == {"type": "text", "citations": [cited]}
    assert same.parts[1] == TextPart("B")


def test_reasoning_keeps_its_signature() -> None:
    """Beside the words, which are not kept twice."""
    deltas = ({"type": "thinking_delta", "thinking": "Hm."}, {"type": "signature_delta", "signature": "s1"})
    reply = stream(block(0, {"type": "thinking", "thinking": "", "signature": ""}, *deltas), text(1, "Yes."))
    assert reply.reasoning == "Hm."
    assert kept(reply.parts[0]) == {"type": "thinking", "signature": "s1"}


def test_two_blocks_of_reasoning_keep_their_own_signatures() -> None:
    """A block that follows another at once is a part of its own."""
    parts = whole(
        {"type": "thinking", "thinking": "a", "signature": "s1"},
        {"type": "thinking", "thinking": "b", "signature": "s2"},
    ).parts
    assert [(part.text, kept(part)["signature"]) for part in parts if isinstance(part, ReasoningPart)] == [
        ("a", "s1"),
        ("b", "s2"),
    ]


def test_reasoning_without_words_is_redacted() -> None:
    """A signature alone, and encrypted reasoning, say that there was reasoning."""
    reply = whole({"type": "thinking", "thinking": "", "signature": "s1"}, {"type": "redacted_thinking", "data": "xyz"})
    first, second = reply.parts
    assert isinstance(first, ReasoningPart)
    assert isinstance(second, ReasoningPart)
    assert (first.redacted, second.redacted) == (True, True)
    assert kept(first) == {"type": "thinking", "signature": "s1"}
    assert kept(second) == {"type": "redacted_thinking", "data": "xyz"}
    assert ReasoningDelta() not in reply.events


def test_the_arguments_of_a_tool_come_piece_by_piece() -> None:
    """The call is announced at once, before its arguments."""
    pieces = ('{"ci', 'ty": ', '"Paris"}')
    call = {"type": "tool_use", "id": "t1", "name": "weather", "input": {}}
    reply = stream(block(0, call, *({"type": "input_json_delta", "partial_json": piece} for piece in ("", *pieces))))
    assert reply.events[:4] == [
        ToolCallDelta(0, "weather", "", "t1"),
        *(ToolCallDelta(0, arguments=piece) for piece in pieces),
    ]
    assert reply.calls == [ToolCallPart("weather", {"city": "Paris"}, "t1")]
    assert reply.finish == Finish("tool_calls", "end_turn")


def test_arguments_may_be_broken_or_come_all_at_once() -> None:
    """Unchecked arguments that are no JSON are kept as they are; a server may send an object in the first event."""
    call = {"type": "tool_use", "id": "t1", "name": "f", "input": {}}
    broken = stream(block(0, call, {"type": "input_json_delta", "partial_json": '{"a": '})).calls
    assert broken == [ToolCallPart("f", {}, "t1", raw='{"a": ')]
    assert stream(block(0, call | {"input": {"a": 1}})).calls == [ToolCallPart("f", {"a": 1}, "t1")]
    assert stream(block(0, {"type": "tool_use", "id": "t1", "name": "f"})).calls == [ToolCallPart("f", {}, "t1")]


def test_parallel_calls_may_be_interleaved() -> None:
    """Each delta names its block."""
    calls = [block(n, {"type": "tool_use", "id": f"t{n}", "name": "f", "input": {}}, stop=False) for n in (0, 1)]
    pieces = [
        {"type": "content_block_delta", "index": n, "delta": {"type": "input_json_delta", "partial_json": piece}}
        for n, piece in ((0, '{"a"'), (1, '{"b"'), (0, ": 0}"), (1, ": 1}"))
    ]
    reply = stream(*calls, pieces, reason="tool_use")
    assert [dict(call.arguments) for call in reply.calls] == [{"a": 0}, {"b": 1}]


def test_who_called_a_tool_is_kept() -> None:
    """Fields of a call that its part does not have stand beside it."""
    (part,) = whole({"type": "tool_use", "id": "t", "name": "f", "input": {}, "caller": {"type": "direct"}}).parts
    assert kept(part) == {"type": "tool_use", "caller": {"type": "direct"}}


RESULTS = [
    ("web_search", [{"type": "web_search_result", "title": "T", "url": "https://a.test", "encrypted_content": "x"}],
     "T: https://a.test", None),
    ("web_search", {"type": "web_search_tool_result_error", "error_code": "max_uses_exceeded"}, "",
     "max_uses_exceeded"),
    ("web_fetch", {"type": "web_fetch_result", "url": "https://a.test", "content": {"type": "document", "title": "D"}},
     "D: https://a.test", None),
    ("code_execution", {"type": "code_execution_result", "stdout": "1\n", "stderr": "w", "return_code": 0}, "1\nw",
     None),
    ("bash_code_execution", {"type": "bash_code_execution_result", "stdout": "", "stderr": "", "content": []}, "",
     None),
    ("text_editor_code_execution", {"type": "text_editor_code_execution_view_result", "content": "line"}, "line", None),
    ("text_editor_code_execution", {"type": "text_editor_code_execution_create_result", "is_file_update": False},
     '{"is_file_update": false}', None),
    ("tool_search", {"type": "tool_search_tool_search_result",
                     "tool_references": [{"type": "tool_reference", "tool_name": "a"}]}, "a", None),
    ("advisor", {"type": "advisor_result", "text": "Ship it."}, "Ship it.", None),
    ("advisor", {"type": "advisor_redacted_result", "encrypted_content": "x"}, "", None),
    ("mcp", [{"type": "text", "text": "one"}, {"type": "text", "text": "two"}], "one\ntwo", None),
]  # fmt: skip


@pytest.mark.parametrize(("tool", "content", "output", "failure"), RESULTS)
def test_what_the_provider_ran_itself_is_a_call_and_a_result(
    tool: str, content: Any, output: str, failure: str | None
) -> None:
    """The result says in words what came of it, and keeps its block whole."""
    kind = "mcp_tool_use" if tool == "mcp" else "server_tool_use"
    call = {"type": kind, "id": "s1", "name": tool, "input": {"q": 1}, "caller": {"type": "direct"}}
    result = {"type": f"{tool}_tool_result", "tool_use_id": "s1", "content": content}
    reply = whole(call, result)
    first, second = reply.parts
    assert isinstance(first, ToolCallPart)
    assert isinstance(second, ToolResultPart)
    assert (first.name, dict(first.arguments), first.server_executed) == (tool, {"q": 1}, True)
    assert kept(first) == {"type": kind, "caller": {"type": "direct"}}
    assert (second.name, second.output, second.exception) == (tool, output, failure)
    assert (second.tool_call_id, second.server_executed) == ("s1", True)
    assert kept(second) == result
    assert reply.finish == Finish("stop", "end_turn")
    assert stream(block(0, call), block(1, result)).parts == reply.parts


def test_a_result_may_come_without_its_call_and_may_be_an_error() -> None:
    """As after a paused turn: the call was in the answer before."""
    (part,) = whole({"type": "mcp_tool_result", "tool_use_id": "s", "is_error": True, "content": "no such page"}).parts
    assert isinstance(part, ToolResultPart)
    assert (part.name, part.exception) == ("mcp", "no such page")


@pytest.mark.parametrize(
    "content",
    [
        {"type": "compaction", "content": "So far.", "encrypted_content": "x"},
        {"type": "container_upload", "file_id": "file_1"},
        {"type": "mcp_tool_listing", "mcp_server_name": "m", "tools": []},
        {"type": "something_new", "anything": [1, {"a": 2}]},
    ],
)
def test_a_block_that_has_no_part_keeps_its_place(content: dict[str, Any]) -> None:
    """As a text without words, which holds it whole."""
    reply = whole({"type": "text", "text": "a"}, content, {"type": "text", "text": "b"})
    assert [getattr(part, "text", None) for part in reply.parts] == ["a", "", "b"]
    assert kept(reply.parts[1]) == content
    assert stream(text(0, "a"), block(1, content), text(2, "b")).parts == reply.parts


def test_a_compaction_is_streamed() -> None:
    """Its text comes as a delta, and more of an unknown block is joined alike."""
    deltas = ({"type": "compaction_delta", "content": "So ", "encrypted_content": None},
              {"type": "compaction_delta", "content": "far.", "encrypted_content": "x"})  # fmt: skip
    (part,) = stream(block(0, {"type": "compaction", "content": None}, *deltas)).parts
    assert kept(part) == {"type": "compaction", "content": "So far.", "encrypted_content": "x"}


def test_a_model_that_takes_over_is_the_one_that_answered() -> None:
    """The block that says so is kept."""
    handed = {"type": "fallback", "from": {"model": "a"}, "to": {"model": "acme-2"}, "trigger": {"type": "refusal"}}
    for reply in (whole(handed), stream(block(0, handed))):
        assert reply.trace.model == "acme-2"
        assert kept(reply.parts[0]) == handed


def test_the_container_is_noted_with_the_last_call_that_ran_there() -> None:
    """Streamed, it comes at the end; without such a call it is of no use."""
    call = {"type": "server_tool_use", "id": "s1", "name": "bash_code_execution", "input": {}}
    for reply in (whole(call, container={"id": "c1"}), stream(block(0, call), container={"id": "c1"})):
        assert kept(reply.parts[0]) == {"type": "server_tool_use", "message_container": "c1"}
    assert whole({"type": "text", "text": "a"}, container={"id": "c1"}).parts == (TextPart("a"),)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("end_turn", "stop"),
        ("stop_sequence", "stop"),
        ("max_tokens", "length"),
        ("model_context_window_exceeded", "length"),
        ("tool_use", "tool_calls"),
        ("refusal", "refusal"),
        ("pause_turn", "other"),
        ("compaction", "other"),
        ("something_new", "other"),
    ],
)
def test_the_reason_of_the_end(raw: str, reason: str) -> None:
    """In one vocabulary, with the provider's word beside it."""
    assert stream(text(0, "a"), reason=raw).finish == Finish(reason, raw)  # type: ignore[arg-type]
    assert whole({"type": "text", "text": "a"}, reason=raw).finish == Finish(reason, raw)  # type: ignore[arg-type]


def test_why_an_answer_was_refused_is_in_the_payload() -> None:
    """Streamed as well as whole."""
    details = {"type": "refusal", "category": "bio", "explanation": "No."}
    events = [start(), {"type": "message_delta", "delta": {"stop_reason": "refusal", "stop_details": details}}]
    for reply in (decode([sse(*events, {"type": "message_stop"})]), whole(reason="refusal", stop_details=details)):
        assert reply.trace.raw["stop_details"] == details
        assert reply.parts == ()


def test_usage_is_counted_at_both_ends_of_a_stream() -> None:
    """Later counts replace earlier ones; what is not counted again holds."""
    first = {"input_tokens": 5, "cache_read_input_tokens": 10, "output_tokens": 1, "service_tier": "standard"}
    last = {"output_tokens": 9, "output_tokens_details": {"thinking_tokens": 4}, "input_tokens": None}
    reply = decode([sse(start(usage=first), *text(0, "a"), *end(usage=last))])
    counted = [event.usage for event in reply.events if isinstance(event, UsageEvent)]
    assert [(usage.input, usage.output, usage.reasoning) for usage in counted] == [(15, 1, None), (15, 9, 4)]
    assert counted[-1].details == {"service_tier": "standard"}
    assert reply.trace.raw["usage"] == first | {"output_tokens": 9, "output_tokens_details": {"thinking_tokens": 4}}


@pytest.mark.parametrize(
    ("kind", "status", "retryable"),
    [
        ("overloaded_error", 529, True),
        ("api_error", 500, True),
        ("timeout_error", 504, True),
        ("rate_limit_error", 429, True),
        ("invalid_request_error", 200, False),
    ],
)
def test_an_error_in_the_stream_comes_after_what_was_said(kind: str, status: int, retryable: bool) -> None:
    """One that may pass has the status that it has outside of a stream."""
    failure = {"type": "error", "error": {"type": kind, "message": "Overloaded"}, "request_id": "req_1"}
    reply = decode([sse(start(), *text(0, "Half an ans", stop=False), failure, *text(1, "never"))])
    assert reply.text == "Half an ans"
    assert reply.finish is None
    assert isinstance(reply.error, ProviderError)
    assert (reply.error.status, reply.error.type, reply.error.request_id) == (status, kind, "req_1")
    assert reply.error.retryable is retryable
    assert isinstance(reply.error, RateLimitError) is (status == 429)
    assert str(reply.error) == "Acme reported an error: Overloaded"


def test_an_error_may_be_the_whole_reply() -> None:
    """With status 200, as compatible servers send it."""
    reply = decode_whole({"type": "error", "error": {"type": "overloaded_error", "message": "Busy"}})
    assert isinstance(reply.error, ProviderError)
    assert reply.error.status == 529
    first = decode([b'event: error\ndata: "out of order"\n\n'])
    assert isinstance(first.error, ProviderError)
    assert "out of order" in str(first.error)


def test_a_stream_that_breaks_off_is_an_error_after_what_came() -> None:
    """Text and calls as far as they came; reasoning without its signature cannot go back, and keeps no data."""
    thought = block(0, {"type": "thinking", "thinking": "", "signature": ""},
                    {"type": "thinking_delta", "thinking": "Hm"}, stop=False)  # fmt: skip
    reply = decode([sse(start(), *thought)])
    assert isinstance(reply.error, NetworkError)
    assert reply.parts == (ReasoningPart("Hm"),)
    found = {"type": "web_search_tool_result", "tool_use_id": "s", "content": []}
    reply = decode([sse(start(), *text(0, "a"), *block(1, found, stop=False))])
    assert [type(part) for part in reply.parts] == [TextPart, ToolResultPart]


def test_a_stream_with_a_stop_reason_is_whole_without_its_last_event() -> None:
    """A proxy may swallow `message_stop`, and blocks may lack their ends."""
    events = [start(), *text(0, "a", stop=False), end()[0]]
    assert decode([sse(*events)]).finish == Finish("stop", "end_turn")
    assert decode([sse(*events) + b"data: [DONE]\n\n"]).finish == Finish("stop", "end_turn")


def test_what_comes_after_the_end_is_not_read() -> None:
    """The decoder knows that it is done."""
    assert decode([sse(start(), *text(0, "a"), *end(), *text(1, "b"))]).text == "a"


def test_pings_comments_and_unknown_events_say_nothing() -> None:
    """Names of events may be missing, too: the documents have types of their own."""
    events = [start(), {"type": "ping"}, {"type": "something_new", "index": 3}, *text(0, "a"), *end()]
    body = b"".join(b": keep-alive\n\ndata: " + json.dumps(event).encode() + b"\n\n" for event in events)
    reply = decode([body])
    assert reply.text == "a"
    assert reply.error is None


def test_a_delta_without_the_beginning_of_its_block_is_read() -> None:
    """The kind of the delta tells what block it is of."""
    piece = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "a"}}
    assert stream([piece]).parts == (TextPart("a"),)


def test_halves_of_characters_are_joined() -> None:
    """An emoji that was cut in two between deltas is whole again."""
    deltas = [
        b'{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"\\ud83d"}}',
        b'{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"\\ude00!"}}',
    ]
    body = sse(start(), text(0, stop=False)[0]) + b"".join(b"data: " + delta + b"\n\n" for delta in deltas)
    assert decode([body + sse(*end())]).text == "\U0001f600!"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><title>Gateway</title></html>",
        b"[]",
        b"{}",
        b'{"content": "text"}',
        b'{"content": [{"text": "no type"}]}',
        b'{"content": [{"type": "text", "text": 5}]}',
        b'{"content": [{"type": 7}]}',
        b'{"content": [{"type": "tool_use", "id": 5, "name": "f"}]}',
        b'{"choices": []}',
    ],
)
def test_what_is_no_answer_is_a_bad_reply(body: bytes) -> None:
    """Whatever its form."""
    assert isinstance(decode_whole(body).error, BadReplyError)


@pytest.mark.parametrize(
    "event",
    [
        b"5",
        b"{}",
        b'{"choices": []}',
        b'{"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": 5}}',
        b'{"type": "content_block_delta", "index": [], "delta": {"type": "text_delta", "text": "a"}}',
        b'{"type": "content_block_delta", "delta": {}}',
        b'{"type": "content_block_start", "index": 0, "content_block": null}',
        b'{"type": "message_start", "message": 5}',
        b'{"type": "message_stop"}',
        b"not json",
    ],
)
def test_what_is_no_event_is_a_bad_reply(event: bytes) -> None:
    """And shows how it begins."""
    reply = decode([b"data: " + event + b"\n\n"])
    assert isinstance(reply.error, BadReplyError)
    assert reply.finish is None


def test_a_key_that_is_repeated_is_in_no_error() -> None:
    """Neither in the message nor in the code."""
    failure = {"error": {"type": "api_error", "message": "key hush-123456 ?", "details": {"error_code": "hush-123456"}}}
    reply = decode([sse({"type": "error", **failure})], secrets=("hush-123456",))
    assert isinstance(reply.error, ProviderError)
    assert "hush-123456" not in f"{reply.error!r} {reply.error.code}"
