"""`debug()`: facts about an answer that was whole, left or failed, and never a key."""

from __future__ import annotations

import json
from typing import Any

import pytest

import llm
from llm.testing import Cut, Reply, chat_reply, chat_stream, error_reply, json_reply

from .colour import Colour, take
from .fixtures import ModelAt, Serve
from .world import ONCE

KEY = "sk-live-0123456789abcdef"
FACTS = {
    "model", "resolved_model", "status", "finish_reason", "raw_finish_reason", "request_id", "url", "usage", "timings",
    "attempts", "error", "refusal", "raw",
}  # fmt: skip


@pytest.mark.parametrize("stream", [True, False])
def test_a_whole_answer_tells_everything(colour: Colour, model_at: ModelAt, serve: Serve, stream: bool) -> None:
    server = serve((chat_stream if stream else chat_reply)("hi", usage=(1, 2), headers={"x-request-id": "req_1"}))
    facts = colour.run(model_at(server.url).prompt("go", stream=stream).debug())
    assert set(facts) == FACTS
    assert {name: facts[name] for name in ("status", "finish_reason", "request_id", "usage", "error", "attempts")} == {
        "status": "done", "finish_reason": "stop", "request_id": "req_1", "usage": {"input": 1, "output": 2},
        "error": None, "attempts": [],
    }  # fmt: skip
    assert facts["raw"]["choices"][0]["finish_reason"] == "stop"
    json.dumps(facts)


def test_an_error_is_among_the_facts_and_is_not_raised(colour: Colour, model_at: ModelAt, serve: Serve) -> None:
    server = serve(error_reply(400, "Bad temperature", code="bad_value", headers={"x-request-id": "req_2"}))
    response = model_at(server.url).prompt("go")
    facts = colour.run(response.debug())
    assert (facts["status"], facts["request_id"]) == ("error", "req_2")
    assert facts["error"] == "ProviderError: test answered 400: Bad temperature"
    with pytest.raises(llm.ProviderError) as caught:
        colour.run(response.text())
    error = caught.value
    assert (error.status, error.code, error.request_id, error.model) == (400, "bad_value", "req_2", "test/m")


def test_attempts_that_failed_before_are_listed(colour: Colour, model_at: ModelAt, serve: Serve) -> None:
    server = serve(error_reply(503, "Busy"), Reply(before=[Cut()]), chat_stream("at last"))
    facts = colour.run(model_at(server.url).prompt("go").debug())
    first, second = facts["attempts"]
    assert (first["error"], first["status"]) == ("test answered 503: Busy", 503)
    assert (second["error"].startswith(f"The connection to 127.0.0.1:{server.port} broke"), second["status"]) == (
        True,
        None,
    )
    assert all(0 < attempt["waited"] < 0.1 for attempt in facts["attempts"])
    assert facts["status"] == "done"


def test_a_refusal_is_told(colour: Colour, model_at: ModelAt, serve: Serve) -> None:
    server = serve(chat_reply(None, message={"refusal": "I would rather not."}))
    response = model_at(server.url).prompt("go", stream=False)
    facts = colour.run(response.debug())
    assert facts["refusal"] == "I would rather not."
    assert colour.run(response.messages())[0].parts[0].refusal is True


ECHOES = {
    "in the payload": json_reply({"you_sent": KEY, "choices": [{"message": {"content": "hi"}}], KEY: [KEY]}),
    "in an error": error_reply(401, f"Incorrect API key provided: {KEY}"),
    "in the code of an error": error_reply(403, "No", code=KEY),
    "in a server's error": error_reply(500, f"cannot forward Bearer {KEY}"),
    "in an error inside a reply": json_reply({"error": {"message": f"key {KEY} is over quota"}}),
    "in an error inside a stream": chat_stream(f'data: {{"error": {{"message": "bad {KEY}"}}}}\n\n'.encode()),
    "in what is no answer": Reply([f"<p>{KEY}</p>"], headers={"content-type": "text/event-stream"}),
    "in a page": Reply([f"<html><title>{KEY}</title></html>"], headers={"content-type": "text/html"}),
    "in malformed JSON": Reply([f"data: {{{KEY}\n\n"], headers={"content-type": "text/event-stream"}),
    "in a header": json_reply({"choices": [{"message": {"content": "hi"}}]}, headers={"x-request-id": KEY}),
    "in a redirect": Reply(status=302, headers={"location": f"/login/{KEY}?key={KEY}"}),
}  # fmt: skip


@pytest.mark.parametrize("echo", ECHOES)
@pytest.mark.parametrize("key", [KEY, "plainword"])
def test_a_key_that_the_server_repeats_is_shown_nowhere(
    colour: Colour, model_at: ModelAt, serve: Serve, echo: str, key: str
) -> None:
    reply = ECHOES[echo]
    body = [step.replace(KEY, key) if isinstance(step, str) else step.replace(KEY.encode(), key.encode())
            for step in reply.body if isinstance(step, str | bytes)]  # fmt: skip
    headers = {name: value.replace(KEY, key) for name, value in reply.headers.items()}
    server = serve(Reply(body, status=reply.status, headers=headers), repeat=True)
    response = model_at(server.url, key=key, retries=ONCE).prompt("go")
    shown: list[Any] = [repr(response), colour.run(response.debug())]
    try:
        colour.run(response.text())
    except llm.ModelError as error:
        shown += [repr(error), str(error), error.hint, vars(error)]
    assert server.exchanges[0].headers["authorization"] == f"Bearer {key}"
    assert key not in repr(shown)


def test_our_own_facts_are_not_blotted_out_by_a_key_that_is_a_common_word(
    colour: Colour, model_at: ModelAt, serve: Serve
) -> None:
    server = serve(chat_stream("hi"))
    facts = colour.run(model_at(server.url, key="test").prompt("go").debug())
    assert (facts["model"], facts["url"]) == ("test/m", f"{server.url}/chat/completions")


def test_debug_of_a_partial_answer_does_not_read_on(colour: Colour, model_at: ModelAt, serve: Serve) -> None:
    response = model_at(serve(chat_stream("a", "b")).url).prompt("go")
    take(colour, response, 1)
    assert colour.run(response.debug())["status"] == "partial"
