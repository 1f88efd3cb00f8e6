"""Replies of Gemini that no recording has: blocks, errors in streams, arrays, several candidates."""

from __future__ import annotations

import json

import pytest
from gemini_replies import ENDPOINT, chunk, decode, decode_whole, sse, stream, whole

from llm._domain.event import Finish, TextDelta
from llm.errors import BadReplyError, NetworkError, ProviderError

USAGE = {"promptTokenCount": 3, "candidatesTokenCount": 2, "totalTokenCount": 5}
FAILURE = {"error": {"code": 503, "message": "The model is overloaded.", "status": "UNAVAILABLE"}}


def test_a_blocked_prompt_ends_as_filtered_with_the_block_reason() -> None:
    """A prompt that is blocked has no candidates, and the reason stands in the feedback."""
    body = {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "usageMetadata": USAGE}
    for reply in (decode_whole(body), decode([sse(body)])):
        assert reply.error is None
        assert reply.finish == Finish("content_filter", "PROHIBITED_CONTENT")
        assert reply.usage is not None
        assert reply.text == ""
        assert reply.trace.raw["promptFeedback"] == {"blockReason": "PROHIBITED_CONTENT"}


def test_an_answer_without_candidates_is_empty_and_no_error() -> None:
    """Google sends such replies; they end for no reason that it names."""
    body = {"usageMetadata": {"promptTokenCount": 3}, "modelVersion": "gemini-x", "responseId": "r"}
    for reply in (decode_whole(body), decode([sse(body)])):
        assert (reply.error, reply.finish, reply.parts) == (None, Finish("other"), ())


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("STOP", "stop"),
        ("MAX_TOKENS", "length"),
        ("SAFETY", "content_filter"),
        ("RECITATION", "content_filter"),
        ("IMAGE_SAFETY", "content_filter"),
        ("SPII", "content_filter"),
        ("MALFORMED_FUNCTION_CALL", "error"),
        ("UNEXPECTED_TOOL_CALL", "error"),
        ("LANGUAGE", "other"),
        ("OTHER", "other"),
        ("A_NEW_ONE", "other"),
    ],
)
def test_finish_reasons_are_those_of_all_wires(raw: str, reason: str) -> None:
    """The provider's own word stays beside ours."""
    assert whole({"text": "a"}, finish=raw).finish == Finish(reason, raw)  # type: ignore[arg-type]


def test_an_answer_that_calls_ends_for_the_call() -> None:
    """Google ends a call with STOP, and the call of a tool that there is not with a word of its own."""
    call = {"functionCall": {"name": "f", "args": {}}}
    assert whole(call).finish == Finish("tool_calls", "STOP")
    assert whole(call, finish="UNEXPECTED_TOOL_CALL").finish == Finish("tool_calls", "UNEXPECTED_TOOL_CALL")
    assert whole(call, finish="MAX_TOKENS").finish == Finish("length", "MAX_TOKENS")


def test_the_finish_message_is_kept_in_the_payload() -> None:
    """Of a whole reply, and of a stream."""
    told = {"finishMessage": "It was too long"}
    for reply in (whole({"text": "a"}, **told), decode([sse(chunk({"text": "a"}), chunk(finish="STOP", **told))])):
        assert reply.trace.raw["candidates"][0]["finishMessage"] == "It was too long"


def test_an_array_of_pieces_is_a_whole_reply() -> None:
    """Without `alt=sse` the pieces of a stream come as one JSON array."""
    pieces = [chunk({"text": "Hel"}), chunk({"text": "lo"}), chunk(finish="STOP") | {"usageMetadata": USAGE}]
    reply = decode_whole(pieces)
    assert reply.text == "Hello"
    assert len(reply.parts) == 1
    assert reply.finish == Finish("stop", "STOP")
    assert reply.trace.raw["usageMetadata"] == USAGE


def test_an_error_in_a_stream_comes_after_what_stands_before_it() -> None:
    """As an event of its own, in an array, and as bare JSON over several lines, which is how Google sends it."""
    first = sse(chunk({"text": "Hel"}))
    bare = json.dumps(FAILURE, indent=2).encode()
    for rest in (sse(FAILURE), sse([FAILURE]), bare, bare + b"\r\n", b"event: error\n" + sse(FAILURE)):
        reply = decode([first, rest])
        assert reply.text == "Hel"
        assert isinstance(reply.error, ProviderError)
        assert (reply.error.status, reply.error.code, reply.error.type) == (200, 503, "UNAVAILABLE")
        assert "The model is overloaded." in str(reply.error)
        assert reply.finish is None


def test_a_long_bare_error_is_still_read() -> None:
    """Of lines outside of events only the first kilobyte is kept."""
    details = [{"@type": "x", "metadata": {"key": "v" * 200}} for _ in range(20)]
    failure = {"error": FAILURE["error"] | {"details": details}}
    reply = decode([sse(chunk({"text": "a"})), json.dumps(failure, indent=2).encode()])
    assert isinstance(reply.error, ProviderError)
    assert reply.error.type == "UNAVAILABLE"


def test_an_error_instead_of_an_answer_is_reported() -> None:
    """With status 200, as an object or inside of an array, after the pieces before it."""
    for reply in (decode_whole(FAILURE), decode_whole([chunk({"text": "a"}), FAILURE]), decode([sse(FAILURE)])):
        assert isinstance(reply.error, ProviderError)
        assert reply.error.code == 503


def test_a_stream_without_a_finish_reason_is_cut() -> None:
    """What came is handed out, and so is the usage."""
    reply = decode([sse(chunk({"text": "Hel"}), chunk({"text": "lo"}) | {"usageMetadata": USAGE})])
    assert reply.text == "Hello"
    assert isinstance(reply.error, NetworkError)
    assert reply.usage is not None
    assert reply.usage.output == 2


def test_what_is_no_answer_is_a_bad_reply() -> None:
    """Whatever it is: nothing, a page, JSON of another form."""
    for body in (b"", b"<html><title>Oops</title>", b"{}", b"[]", b"3", b'{"choices": []}', b'{"candidates": [7]}'):
        assert isinstance(decode_whole(body).error, BadReplyError), body
    for data in (b"", b"data: {nonsense}\n\n", b"data: 7\n\n", b'data: {"candidates": [{"content": 7}]}\n\n'):
        assert isinstance(decode([data]).error, BadReplyError), data


def test_other_candidates_are_left_aside() -> None:
    """The answer is candidate 0, wherever it stands."""
    both = chunk({"text": "B"}, index=1)
    both["candidates"] += chunk({"text": "A"}, finish="STOP")["candidates"]
    assert decode_whole(both).text == "A"
    reply = stream(chunk({"text": "a"}), chunk({"text": "x"}, index=1), chunk({"text": "b"}))
    assert reply.text == "ab"
    assert len(reply.parts) == 1


def test_what_an_answer_rests_on_is_kept_with_its_text() -> None:
    """Grounding that comes in several pieces is put together, and an empty piece takes nothing away."""
    reply = stream(
        chunk({"text": "Par"}, groundingMetadata={"webSearchQueries": ["a"], "groundingChunks": [1]}),
        chunk({"text": "is"}, groundingMetadata={"webSearchQueries": ["b"]}, citationMetadata={"citationSources": [2]}),
        chunk({"text": "."}, groundingMetadata={}),
    )
    (part,) = reply.parts
    assert part.provider_metadata == {
        "acme": {
            "gemini": {
                "groundingMetadata": {"webSearchQueries": ["a", "b"], "groundingChunks": [1]},
                "citationMetadata": {"citationSources": [2]},
            }
        }
    }


def test_probabilities_of_a_stream_are_put_together() -> None:
    """Each piece has those of its own tokens."""
    reply = stream(
        chunk({"text": "a"}, logprobsResult={"chosenCandidates": [1]}),
        chunk({"text": "b"}, logprobsResult={"chosenCandidates": [2]}),
    )
    assert reply.trace.raw["candidates"][0]["logprobsResult"] == {"chosenCandidates": [1, 2]}


def test_text_is_joined_and_said_as_it_comes() -> None:
    """Every piece of a stream is an event."""
    reply = stream(*(chunk({"text": letter}) for letter in "Gemini"))
    assert [event.text for event in reply.events if isinstance(event, TextDelta)] == list("Gemini")
    assert len(reply.parts) == 1
    assert (reply.trace.model, reply.trace.request_id) == ("gemini-x", "r-1")


def test_secrets_do_not_show_in_errors() -> None:
    """Nor in those of what is no answer, nor in those that the provider reports."""
    secret = "AQ.secret-key-1234567890"
    failure = {"error": {"code": 400, "message": f"No: {secret}", "status": f"{secret}"}}
    for reply in (decode_whole(failure, secrets=(secret,)), decode([secret.encode()], secrets=(secret,))):
        assert reply.error is not None
        assert secret not in f"{reply.error} {getattr(reply.error, 'type', '')}"


def test_events_are_done_when_the_stream_is_closed() -> None:
    """Nothing marks the end of a stream but its end."""
    from llm._codecs import gemini
    from llm._domain.call import Trace

    decoder = gemini.decoder(Trace(), ENDPOINT)
    list(decoder.feed(sse(chunk({"text": "a"}, finish="STOP"))))
    assert not decoder.done
    assert list(decoder.close())[-1] == Finish("stop", "STOP")
    assert decoder.done
