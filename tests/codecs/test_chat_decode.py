"""Replies of Chat Completions become events, and whatever is wrong with them becomes an error that says so."""

from __future__ import annotations

import json
import time
import traceback
from typing import Any

import pytest
from codec_replies import ENDPOINT, decode, decode_whole, delta, sse, stream, whole

from llm._codecs import chat
from llm._domain.call import Trace
from llm._domain.event import Finish, ReasoningDelta, TextDelta, UsageEvent
from llm._domain.usage import Usage
from llm.errors import AuthenticationError, BadReplyError, NetworkError, ProviderError, RateLimitError

FIRST = delta(role="assistant", content="")
USAGE = {"id": "chatcmpl-1", "choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 4}}
RICH = b"".join(
    [
        b"\xef\xbb\xbf: keep-alive\n\n",
        sse(FIRST, delta(reasoning="Hm. "), delta(reasoning_content="Ü🐦"), done=False),
        b": keep-alive\r\n\r\n",
        'data: {"id":"chatcmpl-1",\ndata: "choices":[{"index":0,"delta":{"content":"Zü🐦"}}]}\n\n'.encode(),
        sse(delta(content="rich"), delta(index=1, content="another choice"), done=False),
        sse(delta(tool_calls=[{"index": 0, "id": "c", "function": {"name": "f", "arguments": ""}}]), done=False),
        sse(delta(tool_calls=[{"index": 0, "function": {"arguments": '{"a":'}}]), done=False),
        sse(delta(tool_calls=[{"index": 0, "function": {"arguments": "1}"}}]), done=False),
        sse(delta(finish="tool_calls"), USAGE),
        b"data: ignored, as the end mark has come\n\n",
    ]
)


def test_any_cut_gives_the_same_events() -> None:
    """Cut in two anywhere, or into single bytes, a stream with everything in it gives the same events and payload."""
    at_once = decode([RICH])
    assert at_once.error is None
    assert at_once.text == "Zü🐦rich"
    assert at_once.reasoning == "Hm. Ü🐦"
    assert [(call.name, call.arguments, call.tool_call_id) for call in at_once.calls] == [("f", {"a": 1}, "c")]
    assert at_once.usage == Usage(3, 4)
    assert at_once.finish == Finish("tool_calls", "tool_calls")
    for cut in range(len(RICH) + 1):
        reply = decode([RICH[:cut], RICH[cut:]])
        assert (reply.events, reply.trace) == (at_once.events, at_once.trace)
    assert decode(bytes([byte]) for byte in RICH).events == at_once.events


def test_text_is_given_out_with_its_chunk() -> None:
    """Nothing but what may still change its meaning waits for more."""
    decoder = chat.decoder(Trace(), ENDPOINT)
    assert list(decoder.feed(sse(FIRST, done=False))) == []
    assert list(decoder.feed(sse(delta(content="One"), done=False))) == [TextDelta("One")]
    assert list(decoder.feed(sse(delta(content=" two"), done=False))) == [TextDelta(" two")]
    assert list(decoder.feed(sse(delta(reasoning="why"), done=False))) == [ReasoningDelta("why")]
    assert list(decoder.feed(sse(delta(finish="stop"), done=False))) == []
    assert not decoder.done
    assert list(decoder.feed(b"data: [DONE]\n\n")) == [Finish("stop", "stop")]
    assert decoder.done
    assert list(decoder.close()) == []


def test_whole_and_streamed_replies_give_the_same_answer() -> None:
    """The same message in one piece and in several is the same parts, usage and finish."""
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}
    fields = {"content": "<think>Hm</think>Hello", "reasoning_content": "First. ", "tool_calls": [call]}
    usage = {"prompt_tokens": 3, "completion_tokens": 4}
    choice = {"index": 0, "message": fields, "finish_reason": "tool_calls"}
    at_once = decode_whole({"model": "acme-1", "id": "x", "choices": [choice], "usage": usage})
    pieces = stream(
        delta(reasoning_content="First. "),
        delta(content="<think>Hm</th"),
        delta(content="ink>Hello"),
        delta(tool_calls=[{"index": 0, "id": "c1", "function": {"name": "f", "arguments": '{"a": '}}]),
        delta(tool_calls=[{"index": 0, "function": {"arguments": "1}"}}]) | {"usage": usage},
        finish="tool_calls",
    )
    assert at_once.parts == pieces.parts
    assert at_once.usage == pieces.usage
    assert at_once.finish == pieces.finish


@pytest.mark.parametrize("done", [True, False])
def test_the_end_mark_may_be_missing(done: bool) -> None:
    """A finish reason is end enough: some services send no [DONE]."""
    reply = stream(delta(content="Hi"), done=done)
    assert reply.events == [TextDelta("Hi"), Finish("stop", "stop")]


def test_the_last_blank_line_may_be_missing() -> None:
    """The event that the end of the stream leaves open counts."""
    body = sse(delta(content="Hi"), delta(finish="stop"), done=False) + b"data: [DONE]"
    assert decode([body]).finish == Finish("stop", "stop")
    body = sse(delta(content="Hi"), done=False) + sse(delta(finish="stop"), done=False).rstrip()
    assert decode([body]).finish == Finish("stop", "stop")


def test_the_end_mark_is_end_enough() -> None:
    """An answer without a finish reason is whole where the provider says that it is."""
    reply = decode([sse(delta(content="Hi"))])
    assert reply.events == [TextDelta("Hi"), Finish("stop", None)]


def test_a_stream_that_breaks_off_is_an_error_after_its_text() -> None:
    """Neither a finish reason nor an end mark: the connection was cut, and another try may help."""
    body = sse(FIRST, delta(content="Half an ans"), delta(content="wer"), done=False)
    for cut in (b"", b'data: {"choices": [{"del', b"data: "):
        reply = decode([body + cut])
        assert reply.text == "Half an answer"
        assert isinstance(reply.error, NetworkError)
        assert reply.error.retryable
        assert reply.error.host == "api.acme.test:443"
        assert "early" in str(reply.error)


def test_what_was_held_back_is_given_out_before_an_error() -> None:
    """Text that could still have become a tag, and a call without arguments, are not lost with the rest."""
    call = {"index": 0, "id": "c", "function": {"name": "f", "arguments": ""}}
    reply = decode([sse(delta(tool_calls=[call]), done=False)])
    assert [call.name for call in reply.calls] == ["f"]
    reply = decode([sse(delta(content="<th"), done=False)])
    assert reply.text == "<th"
    assert isinstance(reply.error, NetworkError)


@pytest.mark.parametrize(
    "body", [b"", b"\n\n", b": comment\n\n", b"data: [DONE]\n\n", b"data:\n\n", b"event: ping\n\n"]
)
def test_a_stream_without_an_answer_is_an_error(body: bytes) -> None:
    """Nothing at all, or nothing but comments: the reply is empty."""
    reply = decode([body])
    assert isinstance(reply.error, BadReplyError)
    assert "Acme sent an empty reply" in str(reply.error)
    assert not reply.events


PAGE = b"<!DOCTYPE html>\n<html><head><title>502 Bad\nGateway</title></head><body>" + b"x" * 9000 + b"</body></html>\n"


@pytest.mark.parametrize("stream_it", [True, False])
def test_a_page_instead_of_an_answer_is_called_that(stream_it: bool) -> None:
    """A proxy's page is named by its title, and not dumped."""
    reply = decode([PAGE]) if stream_it else decode_whole(PAGE)
    assert isinstance(reply.error, BadReplyError)
    assert "an HTML page (502 Bad Gateway)" in str(reply.error)
    assert len(str(reply.error)) < 200
    assert reply.error.hint is not None
    assert "https://api.acme.test/v1" in reply.error.hint


def test_malformed_json_in_a_stream_is_an_error_with_an_excerpt() -> None:
    """The text before it is delivered, and the message shows how the bad event begins."""
    body = sse(delta(content="Hi"), done=False) + b'data: {"choices": [{"delta": oops' + b"x" * 5000 + b"\n\n"
    reply = decode([body + sse(delta(content="never"))])
    assert reply.text == "Hi"
    assert isinstance(reply.error, BadReplyError)
    assert '{"choices": [{"delta": oops' in str(reply.error)
    assert len(str(reply.error)) < 300


@pytest.mark.parametrize(
    "data",
    [b"7", b'"text"', b"[1]", b"{}x", b'{"choices": 3}', b'{"choices": [3]}', b'{"choices": [{"delta": 3}]}',
     b'{"choices": [{"index": 0, "delta": {"tool_calls": 3, "content": 4, "images": 5}}]}', b"[" * 100_000],
)  # fmt: skip
def test_json_of_no_known_form_is_no_crash(data: bytes) -> None:
    """Whatever JSON comes, in a stream or whole, the error is one of ours, or the rest is read."""
    for reply in (decode([sse(FIRST, done=False), b"data: " + data + b"\n\n"]), decode_whole(data)):
        assert isinstance(reply.error, BadReplyError | NetworkError)


def test_a_very_long_line_takes_linear_time() -> None:
    """A 20 MB event in pieces of 64 kB is read in one go."""
    text = "word " * 4_000_000
    body = sse(delta(content=text), delta(finish="stop"))
    started = time.process_time()
    reply = decode(body[at : at + 65_536] for at in range(0, len(body), 65_536))
    assert reply.text == text
    assert time.process_time() - started < 3, "a copy of all that came, for each piece, would take far longer"


def test_invalid_utf8_is_replaced() -> None:
    """A broken byte costs one character, not the answer."""
    body = b'data: {"choices": [{"index": 0, "delta": {"content": "a\xffb"}, "finish_reason": "stop"}]}\n\n'
    assert decode([body]).text == "a\ufffdb"
    body = b'{"choices": [{"index": 0, "message": {"content": "a\xffb"}, "finish_reason": "stop"}]}'
    assert decode_whole(body).text == "a\ufffdb"


def test_chunks_without_blank_lines_between_them_are_read() -> None:
    """Some servers end events with one line end; by the standard these are one event of many lines."""
    body = sse(delta(content="a"), delta(content="b"), delta(finish="stop")).replace(b"\n\n", b"\n")
    assert decode([body]).text == "ab"
    assert decode([body]).finish == Finish("stop", "stop")


def test_only_the_first_choice_counts() -> None:
    """Of several answers one is read, in streams and whole."""
    reply = stream(delta(content="a"), delta(index=1, content="x"), delta(content="b"), delta(index=1, finish="length"))
    assert reply.text == "ab"
    assert reply.finish == Finish("stop", "stop")
    choices = [{"index": number, "message": {"content": str(number)}, "finish_reason": "stop"} for number in (1, 0)]
    assert decode_whole({"choices": choices}).text == "0"


def test_a_refusal_is_text_that_is_marked() -> None:
    """The words of a refusal are apart from the answer's, and are the reason why it ended."""
    for reply in (
        stream(delta(content=None, refusal="I can"), delta(refusal="not")),
        whole(content=None, refusal="I cannot"),
        whole(content=[{"type": "refusal", "refusal": "I cannot"}]),
    ):
        assert reply.refusal == "I cannot"
        assert reply.text == ""
        assert reply.finish == Finish("refusal", "stop")


def test_content_may_be_a_list() -> None:
    """Mistral sends thinking and text as parts, and references, which are kept."""
    thinking = {"type": "thinking", "thinking": [{"type": "text", "text": "Hm"}]}
    reference = {"type": "reference", "reference_ids": [1]}
    text = {"type": "text", "text": "Hello"}
    for reply in (
        whole(content=[thinking, text, reference]),
        stream(delta(content=[thinking]), delta(content=[text, reference])),
    ):
        assert (reply.reasoning, reply.text) == ("Hm", "Hello")
        assert reply.parts[-1].provider_metadata == {"acme": {"content": [reference]}}
    assert whole(content=["a", {"type": "thinking", "thinking": "b"}]).reasoning == "b"


def test_annotations_stay_with_the_text() -> None:
    """Citations are kept under the provider's name, also when they come in pieces."""
    citations = [{"type": "url_citation", "url_citation": {"url": f"https://{name}.test"}} for name in "ab"]
    one, two = ([item] for item in citations)
    for reply in (
        whole(content="Hello", annotations=citations),
        stream(delta(content="Hel", annotations=one), delta(content="lo"), delta(annotations=two)),
    ):
        assert reply.text == "Hello"
        assert len(reply.parts) == 1
        assert reply.parts[0].provider_metadata == {"acme": {"annotations": citations}}


def test_files_that_a_model_made_are_parts() -> None:
    """Images come as addresses, mostly with their content inside, sound as base64 with its words beside it."""
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}
    for reply in (whole(content="Look", images=[image]), stream(delta(content="Look", images=[image]))):
        (_, part) = reply.parts
        assert getattr(part, "attachment").type == "image/png"  # noqa: B009
        assert getattr(part, "attachment").content == b"\x89PNG\r\n\x1a\n"  # noqa: B009
    reply = whole(content=None, audio={"id": "a", "data": "SUQzBA==", "transcript": "Hello", "expires_at": 1})
    assert reply.text == "Hello"
    assert getattr(reply.parts[1], "attachment").type == "audio/mpeg"  # noqa: B009
    assert whole(content="Hi", audio={"data": "", "id": ""}).text == "Hi"


ERRORS: list[tuple[dict[str, Any], type[ProviderError], str | int | None]] = [
    ({"error": {"message": "Overloaded", "type": "server_error", "code": "busy"}}, ProviderError, "busy"),
    ({"error": {"message": "Overloaded", "code": 429}}, RateLimitError, 429),
    ({"error": {"message": "Overloaded", "status_code": 401}}, AuthenticationError, None),
    ({"error": "Overloaded"}, ProviderError, None),
    ({"object": "error", "message": "Overloaded", "code": 50}, ProviderError, 50),
    (delta(finish="error") | {"error": {"message": "Overloaded", "code": 502}}, ProviderError, 502),
    ({"choices": [{"index": 0, "delta": {}, "error": {"message": "Overloaded", "code": 502}}]}, ProviderError, 502),
]


@pytest.mark.parametrize(("chunk", "kind", "code"), ERRORS)
def test_an_error_inside_a_stream_comes_after_the_text_before_it(
    chunk: dict[str, Any], kind: type[ProviderError], code: str | int | None
) -> None:
    """Also where both came in one piece; its status is that of the reply, 200, and nothing after it counts."""
    reply = decode([sse(FIRST, delta(content="So far"), USAGE, chunk, delta(content="never"))])
    assert reply.text == "So far"
    assert reply.usage == Usage(3, 4)
    assert type(reply.error) is kind
    assert isinstance(reply.error, ProviderError)
    assert (reply.error.status, reply.error.code) == (200, code)
    assert "Acme reported an error: Overloaded" in str(reply.error)
    assert reply.finish is None


@pytest.mark.parametrize(("chunk", "kind", "code"), [*ERRORS[:5], ERRORS[6]])
def test_an_error_with_status_200_is_an_error(
    chunk: dict[str, Any], kind: type[ProviderError], code: str | int | None
) -> None:
    """A whole reply that says it failed raises."""
    reply = decode_whole(chunk)
    assert type(reply.error) is kind
    assert "Overloaded" in str(reply.error)


@pytest.mark.parametrize("data", ['{"message": "Overloaded"}', "Overloaded", '{"error": {"message": "Overloaded"}}'])
def test_an_event_named_error_is_one(data: str) -> None:
    """Whatever it holds, JSON or not."""
    for start in ("event: error\ndata: ", "error: "):
        reply = decode([sse(delta(content="Hi"), done=False) + f"{start}{data}\n\n".encode()])
        assert reply.text == "Hi"
        assert type(reply.error) is ProviderError
        assert "Overloaded" in str(reply.error)


@pytest.mark.parametrize(
    "body", [b"", b"  ", b"not json", b'{"choices": []}', b'{"object": "list", "data": []}', b"null"]
)
def test_a_whole_reply_without_an_answer_is_an_error(body: bytes) -> None:
    """Empty, malformed, or of another form: the message shows how it begins."""
    reply = decode_whole(body)
    assert isinstance(reply.error, BadReplyError)
    assert str(reply.error) == (
        f"Acme sent what is no answer: {body.decode()}" if body.strip() else "Acme sent an empty reply"
    )


def test_a_byte_order_mark_before_a_whole_reply_is_skipped() -> None:
    """Windows servers write one."""
    body = json.dumps({"choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}]}).encode()
    assert decode_whole(b"\xef\xbb\xbf" + body).text == "Hi"


def test_the_trace_has_the_facts() -> None:
    """The model that answered, the id, and of a stream a payload without its text."""
    choice = {"index": 0, "delta": {"role": "assistant", "content": "a", "odd": [1]}, "finish_reason": None, "x": 1}
    score = {"index": 0, "delta": {"content": "b", "odd": [2]}, "logprobs": {"content": [{"token": "b"}]}}
    reply = decode(
        [
            sse(
                {"id": "chatcmpl-1", "model": "acme-1-2026", "choices": [choice], "usage": None, "once": {"a": 1}},
                {"id": "chatcmpl-1", "model": "acme-1-2026", "choices": [score]},
                {"id": "chatcmpl-1", "model": "acme-1-2026", "choices": [score], "obfuscation": "xyz"},
                delta(finish="stop") | {"native": "end"},
                USAGE | {"citations": ["https://a.test"]},
            )
        ]
    )
    assert reply.trace.model == "acme-1"
    assert reply.trace.request_id == "chatcmpl-1"
    assert reply.trace.raw == {
        "id": "chatcmpl-1",
        "model": "acme-1",
        "once": {"a": 1},
        "native": "end",
        "citations": ["https://a.test"],
        "usage": USAGE["usage"],
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "odd": [1, 2, 2]},
                "finish_reason": "stop",
                "logprobs": {"content": [{"token": "b"}, {"token": "b"}]},
                "x": 1,
            }
        ],
    }


def test_a_request_id_from_the_headers_stands() -> None:
    """The engine has noted it before; the id in the body is second best."""
    trace = Trace(request_id="req_1")
    list(chat.decoder(trace, ENDPOINT).feed(sse(delta(content="Hi"))))
    assert trace.request_id == "req_1"
    trace = Trace()
    list(chat.decoder(trace, ENDPOINT).whole(b'{"request_id": "r", "id": "i", "choices": [{"message": {}}]}'))
    assert trace.request_id == "r"


def test_the_facts_are_there_before_the_end() -> None:
    """A turn that is cut short knows who answered and what was used so far."""
    trace = Trace()
    decoder = chat.decoder(trace, ENDPOINT)
    usage = {"prompt_tokens": 3, "completion_tokens": 1}
    events = list(decoder.feed(sse(delta(content="Hi") | {"usage": usage}, done=False)))
    assert events == [TextDelta("Hi"), UsageEvent(Usage(3, 1))]
    assert trace.model == "acme-1"
    assert trace.raw["usage"] == usage


KEY = "hush-" + "0123456789" * 3


@pytest.mark.parametrize(
    "data",
    ['"{}"', '["{}"]', "{}", '{{"choices": "{}"}}', '{{"choices": ["{}"]}}', '{{"choices": [{{"delta": "{}"}}]}}',
     '{{"x": "{}', "{}\n[1]", '{{"choices": [{{"index": 0, "delta": {{"tool_calls": [{{"index": ["{}"]}}]}}}}]}}'],
)  # fmt: skip
@pytest.mark.parametrize("begun", [True, False])
def test_nothing_that_was_received_is_in_the_traceback_of_an_error(data: str, begun: bool) -> None:
    """Neither as a cause nor as a context: such errors quote what they could not read, and a key may be in it."""
    event = f"data: {data.format(KEY)}\n\n".encode()
    start = [sse(FIRST, done=False)] if begun else []
    for reply in (decode([*start, event], secrets=(KEY,)), decode_whole(data.format(KEY).encode(), secrets=(KEY,))):
        assert isinstance(reply.error, BadReplyError)
        assert reply.error.__cause__ is reply.error.__context__ is None
        assert KEY[:8] not in "".join(traceback.format_exception(reply.error))
        assert "[redacted]" in str(reply.error)


@pytest.mark.parametrize("gap", ["x", " "])
@pytest.mark.parametrize(
    "around", ["data: {}\n\n", "{}\n", "<html><title>{}</title>", '"{}"', 'data: {{"error": "{}"}}\n\n']
)
def test_no_part_of_a_secret_is_left_where_a_bad_reply_is_cut(around: str, gap: str) -> None:
    """Wherever the cut goes: through an excerpt, the lines that are no events, or a message."""
    for limit in (120, 160, 1024, 1280, 2000):
        for before in range(limit - 45, limit + 5, 2):
            body = around.format(f"a{gap * before}{KEY} z").encode()
            for reply in (decode([body], secrets=(KEY,)), decode_whole(body, secrets=(KEY,))):
                assert isinstance(reply.error, ProviderError)
                assert KEY[:8] not in str(reply.error)


def test_no_part_of_a_secret_is_left_where_the_stream_broke() -> None:
    """The beginning of a key at the end of what came is taken for what it is."""
    for size in range(8, len(KEY)):
        reply = decode([f'data: {{"x": "{KEY[:size]}'.encode()], secrets=(KEY,))
        assert isinstance(reply.error, BadReplyError)
        assert KEY[:8] not in str(reply.error)


def test_values_that_are_out_of_all_bounds_are_no_crash() -> None:
    """A model named by a number of thousands of digits, or by a deep list, a count that is infinite."""
    huge, deep = b"9" * 4000, b"[" * 150 + b"]" * 150
    for value in (huge, deep, b"1e999", b"-1e999"):
        usage = b', "usage": {"prompt_tokens": ' + value + b', "completion_tokens": 4}'
        chunk = b'{"id": %s, "model": %s, "choices": [{"delta": {"content": "Hi"}}]' % (value, value)
        events = [b"data: " + chunk + b"}\n\n", b"data: " + chunk + usage + b"}\n\n"]
        for reply in (
            decode([sse(FIRST, done=False), *events, b"data: [DONE]\n\n"]),
            decode_whole(chunk + usage + b"}"),
        ):
            assert reply.error is None
            assert reply.text.startswith("Hi")
            assert reply.usage is not None
            assert (reply.usage.input, reply.usage.output) == (None, 4)
