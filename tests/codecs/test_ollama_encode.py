"""Prompts as Ollama's own API has them."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

import llm
from llm._codecs import ollama
from llm._domain.endpoint import Endpoint
from llm._domain.message import assistant, system, tool_message, user
from llm._domain.part import ReasoningPart, ToolCallPart, ToolResultPart
from llm._domain.profile import Profile
from llm._domain.prompt import Prompt
from llm.errors import AttachmentError, OptionError, RequestError

PNG = llm.Attachment("image/png", content=b"\x89PNG")


def request(prompt: Prompt, model: str = "qwen3:8b", base_url: str = "http://localhost:11434", **more: Any) -> Any:
    endpoint = Endpoint("ollama", base_url=base_url, wire="ollama")
    given = {"profile": Profile(), "stream": True, "key": None, **more}
    return ollama.encode(prompt, endpoint, model=model, **given)


def body(prompt: Prompt, **more: Any) -> dict[str, Any]:
    return dict(json.loads(request(prompt, **more).body))


def test_the_address_is_that_of_its_own_api_whatever_the_base_url_ends_with() -> None:
    for url in ("http://h:11434", "http://h:11434/", "http://h:11434/v1", "http://h:11434/api"):
        assert request(Prompt("x"), base_url=url).url == "http://h:11434/api/chat"
    assert request(Prompt("x"), base_url="https://h/below").url == "https://h/below/api/chat"


def test_streaming_is_always_said() -> None:
    assert body(Prompt("x"))["stream"] is True
    assert body(Prompt("x"), stream=False)["stream"] is False
    assert request(Prompt("x")).headers["accept"] == "application/x-ndjson"


def test_a_conversation_with_pictures_thinking_calls_and_results() -> None:
    prompt = Prompt(
        "And now?",
        system="Be brief",
        attachments=[PNG],
        messages=[
            user("Add"),
            assistant(ReasoningPart("Hm"), "Sure", ToolCallPart("add", {"a": 1}), ToolCallPart("now", {}, "c2")),
            tool_message(ToolResultPart("", "3"), ToolResultPart("", "noon", "c2")),
            system("Be polite"),
        ],
    )
    assert body(prompt)["messages"] == [
        {"role": "system", "content": "Be brief"},
        {"role": "user", "content": "Add"},
        {
            "role": "assistant",
            "content": "Sure",
            "thinking": "Hm",
            "tool_calls": [
                {"function": {"name": "add", "arguments": {"a": 1}}},
                {"id": "c2", "function": {"name": "now", "arguments": {}}},
            ],
        },
        {"role": "tool", "content": "3", "tool_name": "add"},
        {"role": "tool", "content": "noon", "tool_name": "now", "tool_call_id": "c2"},
        {"role": "system", "content": "Be polite"},
        {"role": "user", "content": "And now?", "images": [base64.b64encode(b"\x89PNG").decode()]},
    ]


def test_options_of_the_runtime_stand_inside_options_and_those_of_the_request_beside() -> None:
    options = {
        "temperature": 0.5, "max_tokens": 9, "top_p": 0.9, "stop": "END", "seed": 7, "num_ctx": 8192,
        "keep_alive": "5m", "json_object": True, "extra_body": {"options": {"min_p": 0.1}, "more": 1},
    }  # fmt: skip
    sent = body(Prompt("x", options=options))
    assert sent["options"] == {
        "temperature": 0.5, "num_predict": 9, "top_p": 0.9, "stop": ["END"], "seed": 7, "num_ctx": 8192, "min_p": 0.1,
    }  # fmt: skip
    assert (sent["keep_alive"], sent["format"], sent["more"]) == ("5m", "json", 1)


@pytest.mark.parametrize(
    ("model", "value", "think", "notes"),
    [
        ("qwen3:8b", "off", False, 0), ("qwen3:8b", "low", True, 0), ("qwen3:8b", 3000, True, 0),
        ("gpt-oss:20b", "high", "high", 0), ("gpt-oss:20b", 100, "low", 0), ("gpt-oss:20b", "off", "low", 1),
    ],
)  # fmt: skip
def test_reasoning_is_a_switch_and_a_level_only_where_the_model_has_levels(
    model: str, value: Any, think: Any, notes: int
) -> None:
    sent = request(Prompt("x", options={"reasoning": value}), model=model)
    assert json.loads(sent.body)["think"] == think
    assert len(sent.notes) == notes


def test_options_that_say_the_same_are_refused_together() -> None:
    for options in ({"reasoning": "low", "think": True}, {"max_tokens": 1, "num_predict": 2}, {"model": "x"}):
        with pytest.raises(OptionError):
            request(Prompt("x", options=options))


def test_a_schema_is_the_format_and_tools_are_declared() -> None:
    schema = {"type": "object", "properties": {"name": {"type": "string", "minLength": 2}}}
    tool = llm.Tool("add", "Adds", {"type": "object", "properties": {}})
    sent = body(Prompt("x", schema=schema, tools=[tool]))
    assert sent["format"] == schema
    assert sent["tools"][0]["function"] == {
        "name": "add", "description": "Adds", "parameters": {"type": "object", "properties": {}},
    }  # fmt: skip


def test_what_ollama_cannot_do_is_refused() -> None:
    for prompt, error in (
        (Prompt("x", tools=[llm.WebSearch()]), RequestError),
        (Prompt("x", attachments=[llm.Attachment("application/pdf", content=b"%PDF")]), AttachmentError),
        (Prompt(system="only"), RequestError),
    ):
        with pytest.raises(error):
            request(prompt)
    with pytest.raises(AttachmentError, match="does not accept"):
        request(Prompt("x", attachments=[PNG]), profile=Profile(attachment_types=()))


def test_pictures_are_loaded_for_it_fetches_nothing() -> None:
    endpoint = Endpoint("ollama", base_url="http://h", wire="ollama")
    assert ollama.needs_content(llm.Attachment(url="https://example.test/a.png"), endpoint)
    assert ollama.needs_content(llm.Attachment(path="a.png"), endpoint)
    assert not ollama.needs_content(PNG, endpoint)


def test_a_key_goes_as_a_bearer_token() -> None:
    assert request(Prompt("x"), key="sk-1").headers["authorization"] == "Bearer sk-1"
    assert "authorization" not in request(Prompt("x")).headers
