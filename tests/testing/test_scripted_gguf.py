"""The scripted model, run by llama.cpp."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from llm.errors import RequestError
from llm.testing import ModelServer, Script, tool_call, write_scripted_model

from .asking import USER, chat, chat_events, content, fetch, function

WEATHER = function("get_weather", city="string")

Serve = Callable[[Script], str]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    with ExitStack() as stack:
        yield lambda script: stack.enter_context(ModelServer(write_scripted_model(tmp_path / "m.gguf", script))).url


TEXTS = {
    "one letter": "x",
    "repetition": "a a a a a b a a b a b",
    "white space at the ends": "\n  indented, and more to come \n",
    "lines": "# Title\n\n- one\n- two\n\n\t```py\n\tprint('\"hi\"')\n\t```\nend",
    "unicode": "naïve — 日本語の文章には空白がない。\u0645\u0631\u062d\u0628\u0627 e\u0301 \u00a0\u202e\x00\x1f.",
    "emoji": "\U0001f469\u200d\U0001f469\u200d\U0001f467 and \U0001f1e8\U0001f1ed" * 3,
    "long": "\n".join(f"{line}: the quick brown fox, and so on, {line * line} times" for line in range(400)),
    "repeated at length": "The quick brown fox jumps over the lazy dog. " * 300,
    "reasoning": "<think>\nTwo and two.\n</think>\n\nFour.",
    "JSON": json.dumps({"name": "Pelle", "age": 3, "tags": ["a", "a"]}),
    "a call that is talk": tool_call("get_weather", {"city": "Bern"}),
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_a_script_comes_out_word_for_word_whole_and_streamed(serve: Serve, text: str) -> None:
    url = serve(Script(text))
    choice = chat(url)
    assert choice["message"]["content"] == text
    assert choice["finish_reason"] == "stop"
    assert "".join(content(chat_events(url))) == text


def test_a_script_comes_out_word_for_word_at_a_high_temperature(model_server: ModelServer) -> None:
    choices = [chat(model_server.url, temperature=1.8, seed=seed) for seed in range(5)]
    assert {choice["message"]["content"] for choice in choices} == {Script().chat}


def test_an_empty_script_is_an_empty_answer(serve: Serve) -> None:
    choice = chat(serve(Script("")))
    assert choice["message"]["content"] == ""
    assert choice["finish_reason"] == "stop"


def test_an_answer_streams_in_words(model_server: ModelServer) -> None:
    pieces = content(chat_events(model_server.url))
    assert "".join(pieces) == Script().chat
    assert len(pieces) >= 10


def test_an_answer_can_be_cut_by_the_token_limit(model_server: ModelServer) -> None:
    choice = chat(model_server.url, max_tokens=3)
    assert choice["finish_reason"] == "length"
    assert choice["message"]["content"] == "Hello! I am"


def test_the_script_calls_a_tool_when_it_is_offered(model_server: ModelServer) -> None:
    choice = chat(model_server.url, tools=[WEATHER])
    (call,) = choice["message"]["tool_calls"]
    assert choice["finish_reason"] == "tool_calls"
    assert call["function"]["name"] == "get_weather"
    assert json.loads(call["function"]["arguments"]) == {"city": "Paris"}


def test_a_tool_call_streams_in_fragments(model_server: ModelServer) -> None:
    events = chat_events(model_server.url, tools=[WEATHER])
    calls = [call for event in events for call in event["choices"][0]["delta"].get("tool_calls", ())]
    assert calls[0]["function"]["name"] == "get_weather"
    assert json.loads("".join(call["function"].get("arguments", "") for call in calls)) == {"city": "Paris"}


def test_a_tool_result_is_followed_by_the_last_answer(model_server: ModelServer) -> None:
    (call,) = chat(model_server.url, tools=[WEATHER])["message"]["tool_calls"]
    messages = [
        {"role": "system", "content": "Be brief."},
        USER,
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": call["id"], "content": "Rain."},
    ]
    choice = chat(model_server.url, messages=messages, tools=[WEATHER])
    assert choice["message"]["content"] == Script().after_tool
    assert choice["finish_reason"] == "stop"


def test_a_question_after_a_tool_loop_is_answered_by_what_it_offers(model_server: ModelServer) -> None:
    arguments = {"name": "get_weather", "arguments": '{"city": "Paris"}'}
    messages = [
        USER,
        {"role": "assistant", "content": "", "tool_calls": [{"id": "1", "type": "function", "function": arguments}]},
        {"role": "tool", "tool_call_id": "1", "content": "Rain."},
        {"role": "assistant", "content": "It rains."},
        USER,
    ]
    assert chat(model_server.url, messages=messages)["message"]["content"] == Script().chat
    assert "tool_calls" in chat(model_server.url, messages=messages, tools=[WEATHER])["message"]


def test_a_script_may_talk_and_call_several_tools_with_several_arguments(serve: Serve) -> None:
    add = {"x": 1, "note": 'a "b"\n日本'}
    script = Script(use_tool="One moment.\n" + tool_call("add", add) + tool_call("now"))
    tools = [function("add", x="integer", note="string"), function("now")]
    message = chat(serve(script), tools=tools, parallel_tool_calls=True)["message"]
    calls = [(call["function"]["name"], json.loads(call["function"]["arguments"])) for call in message["tool_calls"]]
    assert message["content"].strip() == "One moment."
    assert calls == [("add", add), ("now", {})]


def test_a_script_may_call_a_tool_again_after_each_result(serve: Serve) -> None:
    url = serve(Script(after_tool=tool_call("get_weather", {"city": "Rome"})))
    messages = [USER, {"role": "tool", "tool_call_id": "1", "content": "Rain."}]
    (call,) = chat(url, messages=messages, tools=[WEATHER])["message"]["tool_calls"]
    assert json.loads(call["function"]["arguments"]) == {"city": "Rome"}


def test_json_in_the_script_answers_a_request_with_a_schema(serve: Serve) -> None:
    schema = WEATHER["function"]["parameters"]
    wanted = {"type": "json_schema", "json_schema": {"name": "place", "schema": schema}}
    assert chat(serve(Script('{"city": "Bern"}')), response_format=wanted)["message"]["content"] == '{"city": "Bern"}'


def test_the_context_is_as_long_as_it_was_written(tmp_path: Path) -> None:
    path = write_scripted_model(tmp_path / "short.gguf", context=256)
    with ModelServer(path) as server:
        long = {"messages": [{"role": "user", "content": "x" * 300}]}
        status, reply = fetch(f"{server.url}/chat/completions", long)
        assert chat(server.url)["message"]["content"] == Script().chat
    assert status == 400
    assert reply["error"]["type"] == "exceed_context_size_error"
    assert reply["error"]["n_ctx"] == 256


def test_a_context_too_short_for_any_chat_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="context of 8 tokens is too short"):
        write_scripted_model(tmp_path / "m.gguf", context=8)


def test_the_same_script_is_the_same_file(tmp_path: Path) -> None:
    first = write_scripted_model(tmp_path / "a.gguf", Script("One."))
    again = write_scripted_model(str(tmp_path / "b.gguf"), Script("One."))
    assert first.read_bytes() == again.read_bytes()
    assert write_scripted_model(tmp_path / "c.gguf", Script("Two.")).read_bytes() != first.read_bytes()
