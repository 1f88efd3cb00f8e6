"""Prompts as requests to Gemini: the whole of the request, tools, schemas."""

from __future__ import annotations

import json

import pytest
from gemini_replies import ENDPOINT
from gemini_requests import body, config, encode

from llm._domain.attachment import Attachment
from llm._domain.endpoint import Endpoint
from llm._domain.message import Message
from llm._domain.profile import Profile
from llm._domain.prompt import Prompt
from llm._domain.tool import CodeExecution, ImageGeneration, ServerSideTool, Tool, WebSearch, server_side_tool
from llm.errors import RequestError

VERTEX = Endpoint("vertex", base_url="https://aiplatform.googleapis.com", wire="gemini")
DOUBLE = Tool("double", "Doubles", {"type": "object", "properties": {"x": {"type": "integer"}}})
DECLARED = {
    "functionDeclarations": [
        {
            "name": "double",
            "description": "Doubles",
            "parametersJsonSchema": {"type": "object", "properties": {"x": {"type": "integer"}}},
        }
    ]
}


def test_a_prompt_is_a_content_and_a_system_prompt_an_instruction() -> None:
    """Nothing is sent that was not asked for."""
    assert body(Prompt("Hi")) == {"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]}
    assert body(Prompt("Hi", system="Be brief")) == {
        "systemInstruction": {"parts": [{"text": "Be brief"}]},
        "contents": [{"role": "user", "parts": [{"text": "Hi"}]}],
    }


def test_a_model_without_instructions_is_told_as_a_user() -> None:
    """As the profile says."""
    contents = body(Prompt("Hi", system="Be brief"), profile=Profile(system_role="user"))["contents"]
    assert [content["role"] for content in contents] == ["user", "user"]
    assert contents[0]["parts"] == [{"text": "Be brief"}]


def test_leading_instructions_of_developers_are_instructions_too() -> None:
    """Later ones are said in their place."""
    messages = [Message("developer", ("A",)), Message("user", ("B",)), Message("system", ("C",))]
    made = body(Prompt("D", messages=messages))
    assert made["systemInstruction"] == {"parts": [{"text": "A"}]}
    assert [content["parts"][0]["text"] for content in made["contents"]] == ["B", "C", "D"]


def test_nothing_is_not_sent() -> None:
    """A system prompt alone is nothing either; an empty message is something."""
    for prompt in (Prompt(), Prompt(system="Be brief")):
        with pytest.raises(RequestError, match="nothing to send"):
            encode(prompt)
    assert body(Prompt(messages=[Message("user", ("",))]))["contents"][0]["parts"] == [{"text": ""}]


def test_the_key_is_in_a_header_alone() -> None:
    """Streams are asked for as events."""
    request = encode(Prompt("Hi"), stream=True, key="k-1", model="gemini-x")
    assert request.url == "https://api.acme.test/v1beta/models/gemini-x:streamGenerateContent?alt=sse"
    assert request.headers["x-goog-api-key"] == "k-1"
    assert request.headers["accept"] == "text/event-stream"
    assert b"k-1" not in (request.body or b"")
    whole = encode(Prompt("Hi"), stream=True, profile=Profile(can_stream=False))
    assert whole.url.endswith(":generateContent")


def test_functions_are_one_entry_and_each_of_googles_tools_another() -> None:
    """A declaration of Google's is sent as it is."""
    raw = ServerSideTool({"urlContext": {}})
    made = body(Prompt("Hi", tools=[WebSearch(), DOUBLE, raw, CodeExecution()]), model="gemini-2.5-flash")
    assert made["tools"] == [{"googleSearch": {}}, {"urlContext": {}}, {"codeExecution": {}}, DECLARED]
    assert "toolConfig" not in made


def test_googles_tools_beside_functions_are_part_of_the_conversation() -> None:
    """Models of the third generation demand it; alone they do not need it, and an option has the last word."""
    assert body(Prompt("Hi", tools=[WebSearch(), DOUBLE]))["toolConfig"] == {"includeServerSideToolInvocations": True}
    asked = Prompt("Hi", tools=[DOUBLE], options={"google_search": True, "tool_config": {"retrievalConfig": {}}})
    assert body(asked)["toolConfig"] == {"retrievalConfig": {}, "includeServerSideToolInvocations": True}
    said = {"includeServerSideToolInvocations": False}
    assert body(Prompt("Hi", tools=[WebSearch(), DOUBLE], options={"tool_config": said}))["toolConfig"] == said
    assert "toolConfig" not in body(Prompt("Hi", tools=[WebSearch()]))
    assert "toolConfig" not in body(Prompt("Hi", tools=[DOUBLE]))


def test_a_search_that_google_cannot_narrow_is_refused() -> None:
    """Vertex AI can leave out domains."""
    for tool in (WebSearch(allowed_domains=["a.test"]), WebSearch(blocked_domains=["a.test"]), WebSearch(max_uses=2)):
        with pytest.raises(RequestError, match="web_search has no"):
            encode(Prompt("Hi", tools=[tool]))
    made = body(Prompt("Hi", tools=[WebSearch(blocked_domains=["a.test"])]), endpoint=VERTEX)
    assert made["tools"] == [{"googleSearch": {"excludeDomains": ["a.test"]}}]


def test_a_tool_that_google_does_not_have_is_refused() -> None:
    """By its kind."""

    class Teleport(ServerSideTool):
        kind = "teleport"

    with pytest.raises(RequestError, match="Gemini has no teleport"):
        encode(Prompt("Hi", tools=[Teleport({})]))
    assert server_side_tool({"googleMaps": {}}).kind is None


def test_pictures_are_a_modality_of_the_answer() -> None:
    """No entry of the tools; a model that speaks is told to."""
    made = body(Prompt("Hi", tools=[ImageGeneration()]), profile=Profile(supports_tools=False))
    assert made["generationConfig"] == {"responseModalities": ["TEXT", "IMAGE"]}
    assert "tools" not in made
    assert config({"response_modalities": ["image"]}, profile=Profile(media_out=("audio/L16",))) == {
        "responseModalities": ["IMAGE"]
    }
    assert config({}, profile=Profile(media_out=("audio/L16",))) == {"responseModalities": ["AUDIO"]}
    assert config({}, profile=Profile(media_out=("image/png",))) == {}


def test_what_a_model_cannot_do_is_refused() -> None:
    """Functions and schemas; tools of Google's may still work."""
    profile = Profile(supports_tools=False, supports_schema=False)
    with pytest.raises(RequestError, match="cannot call tools"):
        encode(Prompt("Hi", tools=[DOUBLE]), profile=profile)
    with pytest.raises(RequestError, match="cannot follow a schema"):
        encode(Prompt("Hi", schema={"type": "object"}), profile=profile)
    assert body(Prompt("Hi", tools=[WebSearch()]), profile=profile)["tools"] == [{"googleSearch": {}}]


def test_a_schema_is_asked_for_as_json() -> None:
    """With notes of what Gemini cannot follow, in schemas of tools too."""
    schema = {"type": "object", "properties": {"x": {"type": "string", "pattern": "a+"}}}
    request = encode(Prompt("Hi", schema=schema, tools=[Tool("f", None, schema)]))
    made = json.loads(request.body or b"")
    written = {"type": "object", "properties": {"x": {"type": "string", "description": '{"pattern": "a+"}'}}}
    assert made["generationConfig"] == {"responseMimeType": "application/json", "responseJsonSchema": written}
    assert made["tools"] == [{"functionDeclarations": [{"name": "f", "parametersJsonSchema": written}]}]
    assert [note.partition(" was")[0] for note in request.notes] == [
        "tool f: schema: pattern at $.x",
        "schema: pattern at $.x",
    ]


def test_extra_body_is_over_everything_else() -> None:
    """Objects are merged, all else is replaced."""
    extra = {"generationConfig": {"topK": 1, "temperature": 2}, "new": [1]}
    made = body(Prompt("Hi", options={"temperature": 1, "max_tokens": 5, "extra_body": extra}))
    assert made["generationConfig"] == {"temperature": 2, "maxOutputTokens": 5, "topK": 1}
    assert made["new"] == [1]


def test_a_picture_is_asked_about() -> None:
    """Files of the prompt follow its text."""
    made = body(Prompt("What is it?", attachments=[Attachment("image/png", content=b"png")]), endpoint=ENDPOINT)
    assert made["contents"][0]["parts"] == [
        {"text": "What is it?"},
        {"inlineData": {"mimeType": "image/png", "data": "cG5n"}},
    ]
