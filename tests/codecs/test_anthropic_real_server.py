"""A real server that speaks Anthropic Messages, llama.cpp's, is asked with what `encode` writes and understood."""

from __future__ import annotations

import http.client
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from anthropic_replies import ENDPOINT, decode, decode_whole
from codec_replies import Reply

from llm._codecs import anthropic
from llm._domain.event import TextDelta, ToolCallDelta
from llm._domain.profile import Profile
from llm._domain.prompt import Prompt
from llm._domain.tool import Tool, ToolResult
from llm._io.request import HTTPRequest
from llm.errors import AuthenticationError
from llm.testing import ModelServer, Script

SCRIPT = Script()
WEATHER = Tool(
    "get_weather",
    "The weather in a city",
    {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
)


@pytest.fixture(params=[True, False], ids=["streamed", "whole"])
def stream(request: pytest.FixtureRequest) -> bool:
    """Both ways in which a server replies."""
    answer: bool = request.param
    return answer


def ask(server: ModelServer, prompt: Prompt, stream: bool) -> Reply:
    """The answer of the server."""
    endpoint = replace(ENDPOINT, base_url=server.url)
    profile = Profile()
    request = anthropic.encode(prompt, endpoint, model=server.model, profile=profile, stream=stream, key=server.key)
    with exchange(request) as reply:
        assert reply.status == 200, reply.read()
        chunks = iter(lambda: reply.read1(700), b"")
        first = next(chunks)
        assert anthropic.looks_like_stream(reply.headers["content-type"], first) is stream
        return decode([first, *chunks]) if stream else decode_whole(b"".join([first, *chunks]))


def exchange(request: HTTPRequest) -> http.client.HTTPResponse:
    parts = urlsplit(request.url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=30)
    connection.request(request.method, request.target, request.body, {**request.all_headers, "connection": "close"})
    return connection.getresponse()


def test_it_says_what_its_script_says(model_server: ModelServer, stream: bool) -> None:
    """With the counts, the model and the reason of the end."""
    reply = ask(model_server, Prompt("hi", system="Be kind."), stream)
    assert reply.error is None
    assert reply.text == SCRIPT.chat
    assert len([event for event in reply.events if isinstance(event, TextDelta)]) > 5 or not stream
    assert reply.usage is not None
    assert (reply.usage.input or 0) > 5
    assert (reply.usage.output or 0) > 5
    assert (reply.trace.model, reply.trace.raw["stop_reason"]) == (model_server.model, "end_turn")


def test_a_tool_is_called_and_its_result_answered(model_server: ModelServer, stream: bool) -> None:
    """The arguments come piece by piece where they are streamed."""
    prompt = Prompt("Weather in Paris?", tools=[WEATHER])
    reply = ask(model_server, prompt, stream)
    (call,) = reply.calls
    assert (call.name, dict(call.arguments)) == ("get_weather", {"city": "Paris"})
    assert reply.finish is not None
    assert reply.finish.reason == "tool_calls"
    assert len([event for event in reply.events if isinstance(event, ToolCallDelta)]) == (4 if stream else 2)
    result = ToolResult(call.name, {"sky": "grey"}, tool_call_id=call.tool_call_id)
    answer = Prompt(messages=[*prompt.messages, reply.message], tools=[WEATHER], tool_results=[result])
    assert ask(model_server, answer, stream).text == SCRIPT.after_tool


def test_the_limit_of_tokens_ends_the_answer(model_server: ModelServer, stream: bool) -> None:
    """And is the reason that is told."""
    reply = ask(model_server, Prompt("hi", options={"max_tokens": 3, "temperature": 0.5, "top_k": 5}), stream)
    assert SCRIPT.chat.startswith(reply.text)
    assert reply.finish is not None
    assert (reply.finish.reason, reply.finish.raw) == ("length", "max_tokens")


def test_the_key_is_sent_and_a_wrong_one_refused(keyed_model_server: ModelServer) -> None:
    """In Anthropic's header."""
    assert ask(keyed_model_server, Prompt("hi"), False).text == SCRIPT.chat
    endpoint = replace(ENDPOINT, base_url=keyed_model_server.url)
    request = anthropic.encode(Prompt("hi"), endpoint, model="m", profile=Profile(), stream=False, key="wrong-1")
    with exchange(request) as reply:
        error = anthropic.error(reply.status, dict(reply.headers), reply.read(), endpoint, key="wrong-1")
    assert isinstance(error, AuthenticationError)
    assert error.type == "authentication_error"


def test_it_lists_its_model(model_server: ModelServer) -> None:
    """At the address that the list is asked for."""
    with exchange(anthropic.models_request(replace(ENDPOINT, base_url=model_server.url), None)) as reply:
        assert anthropic.decode_models(reply.read()) == (model_server.model,)
