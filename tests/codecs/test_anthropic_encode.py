"""A prompt becomes a request to Anthropic: address, headers, tools and schema."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from anthropic_replies import ENDPOINT
from anthropic_requests import body, encode

from llm._codecs import anthropic
from llm._codecs.anthropic_family import takes_system_messages, thinking_off, thinks_adaptively
from llm._domain.attachment import Attachment
from llm._domain.message import assistant, user
from llm._domain.part import AttachmentPart, ToolCallPart, ToolResultPart
from llm._domain.profile import Profile
from llm._domain.prompt import Prompt
from llm._domain.tool import CodeExecution, ImageGeneration, ServerSideTool, Tool, WebSearch
from llm.errors import OptionError, RequestError

CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
HI = Prompt("Hi")


def test_the_request_goes_to_the_messages_with_the_key_and_the_version() -> None:
    """In the headers that Anthropic wants."""
    request = encode(HI, key="key-1", stream=True)
    assert (request.method, request.url) == ("POST", "https://api.acme.test/v1/messages")
    assert request.headers == {
        "content-type": "application/json",
        "accept": "text/event-stream",
        "x-api-key": "key-1",
        "anthropic-version": "2023-06-01",
    }
    assert json.loads(request.body or b"")["stream"] is True
    assert "x-api-key" not in encode(HI).headers


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("https://a.test", "https://a.test/v1/messages"),
        ("https://a.test/", "https://a.test/v1/messages"),
        ("https://a.test/v1", "https://a.test/v1/messages"),
        ("https://a.test/v1/", "https://a.test/v1/messages"),
        ("https://a.test/anthropic", "https://a.test/anthropic/v1/messages"),
        ("https://a.test?x=1", "https://a.test/v1/messages?x=1"),
    ],
)
def test_the_base_url_may_end_in_the_version_or_not(base: str, url: str) -> None:
    """It is that of the vendor's SDK, without it; many people write it all the same."""
    assert encode(HI, endpoint=replace(ENDPOINT, base_url=base)).url == url


def test_headers_of_the_endpoint_hold_and_betas_join_its_own() -> None:
    """A gateway may want another version."""
    endpoint = replace(ENDPOINT, headers={"Anthropic-Version": "2024-01-01", "Anthropic-Beta": "a,b"})
    made = encode(Prompt("x", options={"betas": ["b", "c"]}), endpoint=endpoint).headers
    assert (made["anthropic-version"], made["anthropic-beta"]) == ("2024-01-01", "a,b,c")


def test_a_model_that_cannot_stream_is_not_asked_to() -> None:
    """The answer comes whole."""
    assert body(HI, stream=True, profile=Profile(can_stream=False))["stream"] is False


def test_functions_are_tools() -> None:
    """With the schema of their arguments; eager streaming of these is an option."""
    tools = [Tool("f", "Does f.", CITY), Tool("g", None, {})]
    expected = [
        {"name": "f", "description": "Does f.", "input_schema": CITY},
        {"name": "g", "input_schema": {"type": "object"}},
    ]
    assert body(Prompt("x", tools=tools))["tools"] == expected
    eager = body(Prompt("x", tools=tools, options={"eager_input_streaming": True}))
    assert eager["tools"] == [{**tool, "eager_input_streaming": True} for tool in expected]
    assert "eager_input_streaming" not in eager


def test_portable_tools_are_declared_in_the_provider_s_way() -> None:
    """And raw ones as they are."""
    raw = {"type": "web_fetch_20250910", "name": "web_fetch", "max_uses": 2}
    tools = [WebSearch(allowed_domains=["a.test"], max_uses=3), CodeExecution(), ServerSideTool(raw)]
    assert body(Prompt("x", tools=tools))["tools"] == [
        {"type": "web_search_20250305", "name": "web_search", "allowed_domains": ["a.test"], "max_uses": 3},
        {"type": "code_execution_20250825", "name": "code_execution"},
        raw,
    ]


@pytest.mark.parametrize(
    ("tool", "beta"),
    [
        ({"type": "memory_20250818", "name": "memory"}, "context-management-2025-06-27"),
        ({"type": "advisor_20260301", "name": "advisor"}, "advisor-tool-2026-03-01"),
        ({"type": "computer_20250124", "name": "computer"}, "computer-use-2025-01-24"),
        ({"type": "code_execution_20250522", "name": "code_execution"}, "code-execution-2025-05-22"),
        ({"type": "code_execution_20250825", "name": "code_execution"}, None),
        ({"type": "web_search_20250305", "name": "web_search"}, None),
    ],
)
def test_a_raw_tool_brings_its_beta(tool: dict[str, Any], beta: str | None) -> None:
    """Where it needs one."""
    assert encode(Prompt("x", tools=[ServerSideTool(tool)])).headers.get("anthropic-beta") == beta


def test_files_that_are_stored_bring_their_beta() -> None:
    """Also inside the result of a tool."""
    stored = {"acme": {"anthropic": {"type": "container_upload", "file_id": "file_1"}}}
    file = Attachment(url="file_1")
    result = ToolResultPart("f", "x", "t1", attachments=(file,))
    for message in (
        user(AttachmentPart(Attachment(), provider_metadata=stored)),
        user(AttachmentPart(file)),
        user(result),
    ):
        assert encode(Prompt(messages=[message])).headers["anthropic-beta"] == "files-api-2025-04-14"


def test_a_tool_that_anthropic_does_not_have_is_an_error() -> None:
    """And so are searches narrowed both ways, and tools for a model that calls none."""
    with pytest.raises(RequestError, match="image_generation"):
        body(Prompt("x", tools=[ImageGeneration()]))
    with pytest.raises(RequestError, match="not both"):
        body(Prompt("x", tools=[WebSearch(allowed_domains=["a"], blocked_domains=["b"])]))
    with pytest.raises(RequestError, match="cannot call tools"):
        body(Prompt("x", tools=[Tool("f")]), profile=Profile(supports_tools=False))


def test_the_container_of_the_last_calls_is_asked_for_again() -> None:
    """Where code can run, unless an option names another."""
    kept = {"acme": {"anthropic": {"type": "server_tool_use", "message_container": "c1"}}}
    call = ToolCallPart("code", {}, "s1", server_executed=True, provider_metadata=kept)
    prompt = Prompt("x", messages=[user("a"), assistant(call, "b")], tools=[CodeExecution()])
    assert body(prompt)["container"] == "c1"
    assert body(prompt.replace(options={"container": "c2"}))["container"] == "c2"
    assert "container" not in body(prompt.replace(tools=[WebSearch()]))


def test_a_schema_is_followed_natively() -> None:
    """Objects are closed; effort stands beside it."""
    made = body(Prompt("x", schema=CITY, options={"effort": "low"}))
    closed = CITY | {"additionalProperties": False}
    assert made["output_config"] == {"effort": "low", "format": {"type": "json_schema", "schema": closed}}
    assert encode(Prompt("x", schema=CITY)).notes == ()


def test_what_a_schema_cannot_say_here_is_noted_and_told_in_words() -> None:
    """Limits of numbers, texts and lists; one of several is any of them."""
    schema = {
        "type": "object",
        "properties": {
            "n": {"type": "integer", "minimum": 1},
            "list": {"type": "array", "items": {"type": "string", "format": "x-y"}, "minItems": 2},
            "one": {"oneOf": [{"type": "string"}, {"enum": ["oneOf"]}]},
        },
    }
    request = encode(Prompt("x", schema=schema))
    written = json.loads(request.body or b"")["output_config"]["format"]["schema"]["properties"]
    assert written["n"] == {"type": "integer", "description": '{"minimum": 1}'}
    assert written["list"]["description"] == '{"minItems": 2}'
    assert written["list"]["items"]["description"] == '{"format": "x-y"}'
    assert written["one"] == {"anyOf": [{"type": "string"}, {"enum": ["oneOf"]}]}
    assert len(request.notes) == 3
    least = {"type": "array", "items": {"type": "string"}, "minItems": 1}
    assert body(Prompt("x", schema=least))["output_config"]["format"]["schema"] == least


def test_a_schema_is_refused_where_it_cannot_be_followed() -> None:
    """By the model, or beside another one."""
    with pytest.raises(RequestError, match="cannot follow a schema"):
        body(Prompt("x", schema=CITY), profile=Profile(supports_schema=False))
    for options in ({"output_config": {"format": {"type": "json_schema"}}}, {"output_format": {"type": "json_schema"}}):
        with pytest.raises(OptionError, match="given twice"):
            body(Prompt("x", schema=CITY, options=options))


def test_an_endpoint_is_asked_for_all_its_models() -> None:
    """On one page, with the headers of any request."""
    request = anthropic.models_request(ENDPOINT, "key-1")
    assert (request.method, request.url, request.body) == ("GET", "https://api.acme.test/v1/models?limit=1000", None)
    assert request.headers == {
        "accept": "application/json",
        "x-api-key": "key-1",
        "anthropic-version": "2023-06-01",
    }
    query = replace(ENDPOINT, base_url="https://a.test/v1?x=1")
    assert anthropic.models_request(query, None).url == "https://a.test/v1/models?x=1&limit=1000"
    page = {"data": [{"type": "model", "id": "claude-b"}, {"type": "model", "id": "claude-a"}], "has_more": False}
    assert anthropic.decode_models(json.dumps(page).encode()) == ("claude-b", "claude-a")


@pytest.mark.parametrize(
    ("model", "adaptive", "inside", "off"),
    [
        ("claude-3-opus-latest", False, False, "disabled"),
        ("claude-3-7-sonnet-20250219", False, False, "disabled"),
        ("claude-sonnet-4-20250514", False, False, "disabled"),
        ("claude-sonnet-4-0", False, False, "disabled"),
        ("claude-opus-4-5-20251101", False, False, "disabled"),
        ("claude-haiku-4-5", False, False, "disabled"),
        ("claude-sonnet-4-6", True, False, "disabled"),
        ("us.anthropic.claude-opus-4-6-v1", True, False, "disabled"),
        ("anthropic/claude-opus-4.8", True, True, "disabled"),
        ("claude-opus-5", True, True, "disabled"),
        ("claude-opus-5-5", True, True, None),
        ("claude-sonnet-5", True, False, "disabled"),
        ("claude-sonnet-5-5", True, True, "between_tools"),
        ("claude-haiku-5-5", True, True, "disabled"),
        ("claude-fable-5", True, True, None),
        ("claude-mythos-preview", True, False, None),
        ("scripted", False, False, "disabled"),
    ],
)
def test_a_name_tells_how_a_model_is_asked(model: str, adaptive: bool, inside: bool, off: str | None) -> None:
    """Also with a provider's prefix, a date or a dot in it; what is no name of Claude's is asked as most are."""
    assert thinks_adaptively(model) is adaptive
    assert takes_system_messages(model) is inside
    assert thinking_off(model) == off
