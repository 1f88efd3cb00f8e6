"""A real llama.cpp server gives the same answer on four paths: blocking or on an event loop, streamed or whole."""

from __future__ import annotations

from typing import Any

import pytest

import llm
from llm.testing import ModelServer, Script

from .colour import Blocking, Colour
from .fixtures import ModelAt

SCRIPT = Script()
WEATHER = llm.Tool(
    "get_weather",
    "The weather in a city",
    {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
)


@pytest.fixture(params=[True, False], ids=["streamed", "whole"])
def stream(request: pytest.FixtureRequest) -> bool:
    """Both ways in which a server replies."""
    answer: bool = request.param
    return answer


def test_the_text_is_what_the_model_says(
    colour: Colour, model_at: ModelAt, model_server: ModelServer, stream: bool
) -> None:
    response = model_at(model_server.url).prompt("hi", stream=stream)
    pieces = list(colour.iterate(response))
    assert "".join(pieces) == SCRIPT.chat
    assert colour.run(response.text()) == SCRIPT.chat
    assert len(pieces) > 5 if stream else len(pieces) == 1
    assert response.status == "done"


def test_a_server_with_a_key_is_asked_with_the_stored_one(
    colour: Colour, model_at: ModelAt, keyed_model_server: ModelServer, stream: bool
) -> None:
    model = model_at(keyed_model_server.url, key=keyed_model_server.key)
    response = model.prompt("hi", stream=stream)
    assert colour.run(response.text()) == SCRIPT.chat
    assert keyed_model_server.key not in str(colour.run(response.debug()))


def test_a_wrong_key_is_an_authentication_error_that_does_not_show_it(
    colour: Colour, model_at: ModelAt, keyed_model_server: ModelServer, stream: bool
) -> None:
    response = model_at(keyed_model_server.url).prompt("hi", key="wrong-but-secret", stream=stream)
    with pytest.raises(llm.AuthenticationError) as caught:
        colour.run(response.text())
    assert caught.value.status == 401
    assert caught.value.model == "test/m"
    assert "wrong-but-secret" not in f"{caught.value!r} {caught.value.hint} {colour.run(response.debug())}"


def test_a_tool_call_comes_back_as_a_part(
    colour: Colour, model_at: ModelAt, model_server: ModelServer, stream: bool
) -> None:
    response = model_at(model_server.url).prompt("Weather in Paris?", tools=[WEATHER], stream=stream)
    (call,) = colour.run(response.tool_calls())
    assert (call.name, dict(call.arguments)) == ("get_weather", {"city": "Paris"})
    assert call.tool_call_id
    assert colour.run(response.debug())["finish_reason"] == "tool_calls"


def test_a_tool_result_is_answered(colour: Colour, model_at: ModelAt, model_server: ModelServer, stream: bool) -> None:
    model = model_at(model_server.url)
    asked = model.prompt("Weather in Paris?", tools=[WEATHER], stream=stream)
    (call,) = colour.run(asked.tool_calls())
    messages = [*asked.prompt.messages, *colour.run(asked.messages())]
    result = llm.ToolResult(call.name, {"sky": "grey"}, tool_call_id=call.tool_call_id)
    answer = model.prompt(messages=messages, tools=[WEATHER], tool_results=[result], stream=stream)
    assert colour.run(answer.text()) == SCRIPT.after_tool


def test_a_conversation_goes_on(colour: Colour, model_at: ModelAt, model_server: ModelServer, stream: bool) -> None:
    conversation = model_at(model_server.url).conversation()
    for turn in range(2):
        assert colour.run(conversation.prompt(f"turn {turn}", stream=stream).text()) == SCRIPT.chat
    assert [message.text for message in conversation.messages] == ["turn 0", SCRIPT.chat, "turn 1", SCRIPT.chat]


def test_usage_and_debug_tell_of_the_exchange(
    colour: Colour, model_at: ModelAt, model_server: ModelServer, stream: bool
) -> None:
    response = model_at(model_server.url).prompt("hi", stream=stream)
    usage, facts = colour.run(response.usage()), colour.run(response.debug())
    assert usage.input > 0
    assert usage.output > 5
    assert facts["model"] == "test/m"
    assert facts["resolved_model"] == "scripted"
    assert facts["finish_reason"] == "stop"
    assert facts["usage"]["output"] == usage.output
    assert facts["url"] == f"{model_server.url}/chat/completions"
    assert 0 < facts["timings"]["first_byte"] <= facts["timings"]["last_byte"]
    assert facts["raw"]["object"].startswith("chat.completion")


def test_the_four_paths_give_equal_parts(model_at: ModelAt, colour: Colour, model_server: ModelServer) -> None:
    model, plain = model_at(model_server.url), Blocking().model(model_at(model_server.url).app, "test/m")

    def parts(colour: Any, model: Any, **asked: Any) -> Any:
        return [message.to_dict() for message in colour.run(model.prompt("hi", **asked).messages())]

    expected = parts(Blocking(), plain, stream=False)
    assert expected == [{"role": "assistant", "parts": [{"type": "text", "text": SCRIPT.chat}]}]
    assert parts(colour, model, stream=True) == expected
    assert parts(colour, model, stream=False) == expected


def test_the_token_limit_is_a_finish_reason(
    colour: Colour, model_at: ModelAt, model_server: ModelServer, stream: bool
) -> None:
    response = model_at(model_server.url).prompt("hi", max_tokens=3, stream=stream)
    assert SCRIPT.chat.startswith(colour.run(response.text()))
    assert colour.run(response.debug())["finish_reason"] == "length"
