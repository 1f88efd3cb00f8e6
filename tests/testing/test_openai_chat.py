"""Replies of an OpenAI-compatible server."""

from __future__ import annotations

import json

from llm.testing import (
    Cut,
    FaultyServer,
    Pause,
    Reply,
    Stall,
    chat_reply,
    chat_stream,
    error_reply,
    json_reply,
    models_reply,
)
from llm.testing.reply import Step, encoded

from .asking import chat, chat_events, content, fetch, opened


def body(reply: Reply) -> str:
    """The body's pieces, joined."""
    return b"".join(encoded(step) for step in reply.body if isinstance(step, str | bytes)).decode()


def test_a_stream_has_an_event_for_each_piece_then_finish_usage_and_done() -> None:
    with FaultyServer(chat_stream("Hel", "lö", finish="length", usage=(3, 2))) as server:
        events = chat_events(server.url)
    assert content(events) == ["Hel", "lö"]
    assert events[2]["choices"][0]["finish_reason"] == "length"
    assert events[3]["choices"] == []
    assert events[3]["usage"] == {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
    assert len(events) == 4


def test_a_stream_may_lack_its_ends() -> None:
    assert body(chat_stream(finish=None, done=False)) == ""
    assert body(chat_stream(finish=None)) == "data: [DONE]\n\n"


def test_a_mapping_is_a_delta_as_it_is() -> None:
    with FaultyServer(chat_stream({"reasoning_content": "Hm."}, "Yes.")) as server:
        first, second, _ = chat_events(server.url)
    assert first["choices"][0]["delta"] == {"reasoning_content": "Hm."}
    assert second["choices"][0]["delta"] == {"content": "Yes."}


def test_bytes_and_steps_go_between_the_events_as_they_are() -> None:
    steps: list[Step] = [b"data: {oops\n\n", Pause(0.1), Cut(), Stall()]
    assert list(chat_stream(*steps, finish=None, done=False).body) == steps


def test_a_stream_says_that_it_is_one_and_takes_more_headers() -> None:
    reply = chat_stream("x", headers={"x-request-id": "r1"})
    with FaultyServer(reply) as server, opened(server.url, {"stream": True}) as response:
        assert response.headers["content-type"] == "text/event-stream"
        assert response.headers["transfer-encoding"] == "chunked"
        assert response.headers["x-request-id"] == "r1"


def test_a_whole_reply_has_one_choice() -> None:
    call = {"id": "1", "type": "function", "function": {"name": "now", "arguments": "{}"}}
    with FaultyServer(
        chat_reply("Hello"), chat_reply(None, finish="tool_calls", message={"tool_calls": [call]})
    ) as server:
        assert chat(server.url) == {
            "index": 0,
            "message": {"role": "assistant", "content": "Hello"},
            "finish_reason": "stop",
        }
        choice = chat(server.url)
    assert choice["finish_reason"] == "tool_calls"
    assert choice["message"] == {"role": "assistant", "content": None, "tool_calls": [call]}


def test_a_whole_reply_has_usage_if_given() -> None:
    assert "usage" not in json.loads(body(chat_reply("Hello")))
    assert json.loads(body(chat_reply("Hello", usage=(3, 2))))["usage"]["total_tokens"] == 5


def test_an_error_has_the_providers_message_and_any_status() -> None:
    slow_down = error_reply(
        429, "Slow down.", type="rate_limit_error", code="rate_limited", headers={"Retry-After": "0.2"}
    )
    with FaultyServer(slow_down) as server, opened(server.url) as response:
        assert response.status == 429
        assert response.headers["retry-after"] == "0.2"
        error = json.load(response)["error"]
    assert error == {"message": "Slow down.", "type": "rate_limit_error", "param": None, "code": "rate_limited"}


def test_a_list_of_models_names_them() -> None:
    with FaultyServer(models_reply("a", "b/c")) as server:
        status, models = fetch(f"{server.url}/models")
    assert status == 200
    assert [model["id"] for model in models["data"]] == ["a", "b/c"]


def test_any_json_can_be_a_reply() -> None:
    with FaultyServer(json_reply(["é", None], status=202)) as server:
        assert fetch(server.url) == (202, ["é", None])
