"""A prompt becomes a request: address, headers, and a body with everything that is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from codec_replies import ENDPOINT
from codec_requests import body, encode

from llm._domain.option import Option, OptionTable
from llm._domain.profile import Profile
from llm._domain.prompt import Prompt
from llm._domain.tool import ServerSideTool, Tool
from llm._io.request import Timeouts
from llm.errors import ConfigError, OptionError, RequestError


def test_the_smallest_request() -> None:
    """Model, messages, and that no stream is wanted."""
    request = encode(Prompt("Hi"))
    assert (request.method, request.url) == ("POST", "https://api.acme.test/v1/chat/completions")
    assert request.headers == {"content-type": "application/json", "accept": "application/json"}
    assert request.timeouts == Timeouts()
    assert request.body == b'{"model":"m-1","messages":[{"role":"user","content":"Hi"}],"stream":false}'


def test_a_stream_is_asked_for_with_its_usage() -> None:
    """Unless the dialect refuses that field; usage then comes unasked."""
    sent = body(Prompt("Hi"), stream=True)
    assert (sent["stream"], sent["stream_options"]) == (True, {"include_usage": True})
    assert "stream_options" not in body(Prompt("Hi"), "mistral", stream=True)
    assert encode(Prompt("Hi"), stream=True).headers["accept"] == "text/event-stream"


def test_a_model_that_cannot_stream_is_not_asked_to() -> None:
    """Whoever wanted a stream gets a whole reply, which decodes as well."""
    assert body(Prompt("Hi"), profile=Profile(can_stream=False), stream=True)["stream"] is False


def test_the_key_is_a_header() -> None:
    """As a bearer token; without a key there is none; what is around it is not part of it."""
    assert encode(Prompt("Hi"), key=" key-1\n").headers["authorization"] == "Bearer key-1"
    assert "authorization" not in encode(Prompt("Hi"), key="").headers
    assert encode(Prompt("Hi"), "azure", key="key-1").headers["api-key"] == "key-1"
    assert "key-1" not in repr(encode(Prompt("Hi"), key="key-1"))


@pytest.mark.parametrize("key", ["two\nlines", "“quoted”", "nul\0"])
def test_a_key_that_no_header_can_carry_is_an_error_that_does_not_show_it(key: str) -> None:
    """Better here than in an HTTP client, which would print it."""
    with pytest.raises(RequestError, match="key for acme has characters") as caught:
        encode(Prompt("Hi"), key=key)
    assert key not in repr(caught.value.args)


def test_headers_of_the_endpoint_come_before_ours() -> None:
    """Whatever their case."""
    endpoint = replace(ENDPOINT, headers={"Authorization": "Basic x", "X-Title": "llm"})
    headers = encode(Prompt("Hi"), key="key-1", endpoint=endpoint).headers
    assert (headers["authorization"], headers["x-title"]) == ("Basic x", "llm")


@pytest.mark.parametrize(
    ("base_url", "url"),
    [
        ("http://localhost:8080/v1/", "http://localhost:8080/v1/chat/completions"),
        ("https://a.test/d/gpt?api-version=1", "https://a.test/d/gpt/chat/completions?api-version=1"),
    ],
)
def test_the_address_is_below_the_base_url(base_url: str, url: str) -> None:
    """A closing slash does not double, and a query stays at the end."""
    assert encode(Prompt("Hi"), endpoint=replace(ENDPOINT, base_url=base_url)).url == url


@pytest.mark.parametrize("prompt", [Prompt(), Prompt(""), Prompt(system="Be brief"), Prompt(messages=[])])
def test_nothing_to_ask_is_an_error(prompt: Prompt) -> None:
    """A request without a message of somebody's would be refused by every server."""
    with pytest.raises(RequestError, match="nothing to send"):
        encode(prompt)


def test_an_unknown_dialect_is_an_error_that_lists_the_known() -> None:
    """It stands in somebody's settings."""
    with pytest.raises(ConfigError, match="no dialect 'klingon'") as caught:
        encode(Prompt("Hi"), "klingon")
    assert "openrouter" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("dialect", "expected"),
    [
        ("compatible", {"max_tokens": 5, "seed": 1, "stop": ["x"]}),
        ("openai", {"max_completion_tokens": 5, "seed": 1, "stop": ["x"]}),
        ("mistral", {"max_tokens": 5, "random_seed": 1, "stop": ["x"]}),
    ],
)
def test_portable_options_have_the_dialects_names(dialect: str, expected: dict[str, Any]) -> None:
    """The same option works everywhere."""
    sent = body(Prompt("Hi", options={"max_tokens": 5, "seed": 1, "stop": ["x"], "temperature": None}), dialect)
    assert {name: value for name, value in sent.items() if name not in ("model", "messages", "stream")} == expected


def test_a_models_own_name_for_the_token_limit_is_used() -> None:
    """Where its profile declares only that."""
    table = OptionTable((Option("max_completion_tokens", int),), open=True)
    sent = body(Prompt("Hi", options={"max_tokens": 5}), profile=Profile(options=table))
    assert sent["max_completion_tokens"] == 5
    assert "max_tokens" not in sent


def test_unknown_options_go_in_as_they_are() -> None:
    """A server's own settings need no declaration."""
    options = {"top_k": 40, "chat_template_kwargs": {"thinking": False}, "reasoning_effort": "low"}
    assert body(Prompt("Hi", options=options)).items() >= options.items()


def test_extra_body_is_over_all_else() -> None:
    """Its members replace whatever has the same name."""
    extra = {"model": "m-2", "temperature": 0, "provider": {"only": ["x"]}}
    sent = body(Prompt("Hi", options={"temperature": 1, "extra_body": extra}))
    assert sent.items() >= extra.items()
    assert "extra_body" not in sent
    with pytest.raises(OptionError, match="extra_body"):
        encode(Prompt("Hi", options={"extra_body": [1]}))


@pytest.mark.parametrize("value", [float("nan"), object(), {1, 2}])
def test_an_option_that_is_no_json_is_an_error(value: object) -> None:
    """Nothing is sent that a server could not read."""
    with pytest.raises(OptionError, match="JSON"):
        encode(Prompt("Hi", options={"temperature": value}))


def test_json_object_and_image_detail_are_options_of_ours() -> None:
    """The first asks for any JSON, and a schema asks for more."""
    assert body(Prompt("Hi", options={"json_object": True}))["response_format"] == {"type": "json_object"}
    assert "response_format" not in body(Prompt("Hi", options={"json_object": False}))
    schema = {"type": "object"}
    sent = body(Prompt("Hi", schema=schema, options={"json_object": True, "image_detail": "low"}))
    assert sent["response_format"]["type"] == "json_schema"
    assert "image_detail" not in sent


def test_tools_are_described() -> None:
    """Functions with their schema, and what the provider runs as it was declared."""
    search = {"type": "web_search", "max_uses": 1}
    schema = {"type": "object", "properties": {"x": {"type": "integer"}}}
    sent = body(Prompt("Hi", tools=[Tool("f", "Does it", schema), Tool("g"), ServerSideTool(search)]))
    empty = {"type": "object", "properties": {}}
    assert sent["tools"] == [
        {"type": "function", "function": {"name": "f", "description": "Does it", "parameters": schema}},
        {"type": "function", "function": {"name": "g", "parameters": empty}},
        search,
    ]
    assert "tools" not in body(Prompt("Hi"))


def test_what_a_model_cannot_do_is_an_error_before_anything_is_sent() -> None:
    """Tools and schemas are not silently dropped."""
    profile = Profile(supports_tools=False, supports_schema=False)
    with pytest.raises(RequestError, match="m-1 cannot call tools"):
        encode(Prompt("Hi", tools=[Tool("f")]), profile=profile)
    with pytest.raises(RequestError, match="m-1 cannot follow a schema"):
        encode(Prompt("Hi", schema={"type": "object"}), profile=profile)


def test_text_is_sent_as_utf8_and_halves_of_characters_are_escaped() -> None:
    """A broken byte on the command line reaches Python as half a character, and is no reason to fail."""
    assert "Zürich 🐦".encode() in (encode(Prompt("Zürich 🐦")).body or b"")
    assert body(Prompt("Z\udcfcrich"))["messages"][0]["content"] == "Z\udcfcrich"


@pytest.mark.parametrize("name", ["model", "messages", "stream"])
def test_a_field_that_every_request_has_is_no_option(name: str) -> None:
    """It would silently take the place of what was asked; extra_body says that this is wanted."""
    with pytest.raises(OptionError, match=f"{name} is no option: every request has that field already") as caught:
        encode(Prompt("Hi", options={name: "zzz"}))
    assert "extra_body" in (caught.value.hint or "")
    assert body(Prompt("Hi", options={"extra_body": {name: "zzz"}}))[name] == "zzz"
