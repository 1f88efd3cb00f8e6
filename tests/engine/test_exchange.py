"""One exchange with a server that misbehaves: which error comes out, what it says, and what was kept."""

from __future__ import annotations

import time
from typing import Any

import pytest

import llm
from api.colour import Colour
from api.fixtures import ModelAt, Serve
from api.world import ONCE
from llm.testing import Cut, Pause, Reply, chat_reply, chat_stream, error_reply, json_reply

STREAM = {"content-type": "text/event-stream"}


def failed(colour: Colour, response: Any) -> Any:
    """The error of a response."""
    with pytest.raises(llm.LLMError) as caught:
        colour.run(response.text())
    return caught.value


@pytest.mark.parametrize("reset", [False, True])
@pytest.mark.parametrize("framing", ["chunked", "length", "close"])
def test_a_connection_cut_in_the_stream_is_a_network_error_and_the_text_is_kept(
    colour: Colour, model_at: ModelAt, serve: Serve, framing: Any, reset: bool
) -> None:
    server = serve(chat_stream("Hel", Pause(0.02), Cut(reset=reset), "lo", framing=framing))
    response = model_at(server.url).prompt("go")
    error = failed(colour, response)
    assert type(error) is llm.NetworkError
    assert error.host == f"127.0.0.1:{server.port}"
    for _ in range(2):
        pieces = colour.iterate(response)
        assert next(pieces) == "Hel"
        with pytest.raises(llm.NetworkError):
            next(pieces)
    assert len(server.exchanges) == 1


def test_a_stream_that_ends_without_a_reason_is_not_whole(colour: Colour, model_at: ModelAt, serve: Serve) -> None:
    server = serve(chat_stream("Hel", "lo", finish=None, done=False))
    error = failed(colour, model_at(server.url).prompt("go"))
    assert type(error) is llm.NetworkError
    assert "before the answer was whole" in str(error)


BROKEN = {
    "malformed JSON in a stream": (Reply(["data: {bad\n\n"], headers=STREAM), "sent what is no answer: {bad"),
    "malformed JSON, whole": (Reply(['{"choices": [']), "sent what is no answer"),
    "an empty stream": (Reply([], headers=STREAM), "sent an empty reply"),
    "a stream of comments": (Reply([": ping\n\n: ping\n\n"], headers=STREAM), "sent an empty reply"),
    "nothing but its end": (Reply(["data: [DONE]\n\n"], headers=STREAM), "sent an empty reply"),
    "an HTML page": (
        Reply(["<!doctype html><title>Sign in</title>"], headers={"content-type": "text/html"}),
        "sent an HTML page (Sign in) instead of an answer",
    ),
    "a page that claims to be a stream": (Reply(["<html><h1>Oops</h1>"], headers=STREAM), "an HTML page (Oops)"),
    "JSON of another kind": (json_reply({"hello": "world"}), "sent what is no answer"),
    "bytes that are no text": (Reply([b"\xff\xfe\x00\x01"]), "sent what is no answer"),
}


@pytest.mark.parametrize("reply", BROKEN)
def test_a_reply_that_is_no_answer_is_a_bad_reply(colour: Colour, model_at: ModelAt, serve: Serve, reply: str) -> None:
    sent, words = BROKEN[reply]
    server = serve(sent)
    error = failed(colour, model_at(server.url).prompt("go"))
    assert type(error) is llm.BadReplyError
    assert words in str(error)
    assert error.model == "test/m"
    assert len(server.exchanges) == 1


def test_malformed_json_after_text_keeps_the_text(colour: Colour, model_at: ModelAt, serve: Serve) -> None:
    response = model_at(serve(chat_stream("Hel", b"data: {bad\n\n", "lo")).url).prompt("go")
    assert isinstance(failed(colour, response), llm.BadReplyError)
    assert next(colour.iterate(response)) == "Hel"


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "text/html", "", "nonsense"])
def test_a_wrong_content_type_does_not_matter(
    colour: Colour, model_at: ModelAt, serve: Serve, content_type: str
) -> None:
    server = serve(
        chat_stream("streamed", headers={"Content-Type": content_type}),
        chat_reply("whole", headers={"Content-Type": "text/event-stream"}),
    )
    model = model_at(server.url)
    assert colour.run(model.prompt("go").text()) == "streamed"
    assert colour.run(model.prompt("go").text()) == "whole"


@pytest.mark.parametrize("asked", [True, False])
def test_what_was_not_asked_for_is_read_too(colour: Colour, model_at: ModelAt, serve: Serve, asked: bool) -> None:
    server = serve(chat_reply("whole") if asked else chat_stream("whole"))
    assert colour.run(model_at(server.url).prompt("go", stream=asked).text()) == "whole"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_an_error_that_names_its_target_and_is_never_followed(
    colour: Colour, model_at: ModelAt, serve: Serve, status: int
) -> None:
    elsewhere = serve(chat_stream("stolen"))
    server = serve(Reply(status=status, headers={"Location": f"{elsewhere.url}/chat?token=1#x"}))
    error = failed(colour, model_at(server.url, key="sk-secret-key").prompt("go"))
    assert isinstance(error, llm.ProviderError)
    assert error.status == status
    assert f"It points to {elsewhere.url}/chat, and redirects are not followed" in str(error)
    assert "base URL" in error.hint
    assert (elsewhere.connections, len(server.exchanges)) == (0, 1)


def test_a_relative_redirect_is_shown_whole(colour: Colour, model_at: ModelAt, serve: Serve) -> None:
    server = serve(Reply(status=302, headers={"Location": "/login"}))
    assert f"http://127.0.0.1:{server.port}/login" in str(failed(colour, model_at(server.url).prompt("go")))


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, llm.ProviderError),
        (401, llm.AuthenticationError),
        (403, llm.AuthenticationError),
        (404, llm.ProviderError),
        (429, llm.RateLimitError),
        (500, llm.ProviderError),
    ],
)
def test_a_status_is_an_error_of_its_kind_with_the_providers_words(
    colour: Colour, model_at: ModelAt, serve: Serve, status: int, kind: type
) -> None:
    server = serve(
        error_reply(status, "Because.", type="t", code="c", headers={"X-Request-Id": "r", "Retry-After": "9"})
    )
    error = failed(colour, model_at(server.url, retries=ONCE).prompt("go"))
    assert type(error) is kind
    assert (error.status, error.code, error.type, error.request_id, error.retry_after) == (status, "c", "t", "r", 9)
    assert str(error) == f"test answered {status}: Because."


def test_the_status_counts_also_where_its_explanation_is_cut(colour: Colour, model_at: ModelAt, serve: Serve) -> None:
    server = serve(Reply(['{"error": {"mess', Cut(), 'age": "no"}}'], status=401))
    assert type(failed(colour, model_at(server.url).prompt("go"))) is llm.AuthenticationError


def test_an_explanation_without_end_is_not_read_to_its_end(colour: Colour, model_at: ModelAt, serve: Serve) -> None:
    endless = Reply(["x" * 65536] * 400, status=500, framing="close")
    server = serve(endless)
    error = failed(colour, model_at(server.url, retries=ONCE).prompt("go"))
    assert error.status == 500
    assert len(str(error)) < 4000
    assert server.exchanges[0].closed_by_client.wait(5)


def test_a_very_long_line_takes_time_and_memory_in_proportion(colour: Colour, model_at: ModelAt, serve: Serve) -> None:
    long = "ä" * 10_000_000  # 20 MB
    server = serve(chat_stream("start ", long, "end"))
    started = time.monotonic()
    text = colour.run(model_at(server.url).prompt("go").text())
    assert len(text) == len("start ") + len(long) + len("end")
    assert text.endswith("äend")
    assert time.monotonic() - started < 10


@pytest.mark.parametrize("framing", ["chunked", "length", "close"])
@pytest.mark.parametrize("size", [1, 3, 7])
def test_characters_that_are_cut_between_packets_arrive_whole(
    colour: Colour, model_at: ModelAt, serve: Serve, framing: Any, size: int
) -> None:
    text = "naïve 🐧 日本"
    server = serve(chat_stream(text, framing=framing).slowly(size, 0.0001))
    assert colour.run(model_at(server.url).prompt("go").text()) == text


def test_pieces_come_when_they_are_sent_and_not_when_all_is_there(
    colour: Colour, model_at: ModelAt, serve: Serve
) -> None:
    server = serve(chat_stream("now", Pause(0.3), "later"))
    started = time.monotonic()
    pieces = colour.iterate(model_at(server.url).prompt("go"))
    assert next(pieces) == "now"
    assert time.monotonic() - started < 0.29
    assert next(pieces) == "later"
    assert time.monotonic() - started >= 0.3
