"""
Recorded requests are written again: what was received goes back as it came, and what was asked as it was asked.

The same JSON comes out but for these differences, which mean the same: fields that are null are as good as absent; one
text may be a string or a list of one part; `tool_choice` and `parallel_tool_calls` that say what goes without saying
are options here; `store` is said always, and with it that reasoning is wanted encrypted; `strict` of a tool is said
always; a schema has a name of our choice; the JSON in a call's arguments may be spaced otherwise.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from codec_replies import decode, decode_whole

from llm._codecs import responses
from llm._domain.endpoint import Endpoint
from llm._domain.message import Message, assistant, tool_message, user
from llm._domain.part import Part, TextPart, ToolCallPart, ToolResultPart
from llm._domain.profile import Profile
from llm._domain.prompt import Prompt
from llm._domain.tool import AnyTool, ServerSideTool, Tool
from wire import Exchange, exchanges, parameters

OPENAI = Endpoint("openai", base_url="https://provider.test/v1", wire="responses", dialect="openai")
EXCHANGES = [item for item in exchanges("openai-responses") if (item.request.get("body") or {}).get("input")]
ANSWERED = [item for item in exchanges("openai-responses") if item.response["status"] < 400]
_OURS = ("input", "instructions", "model", "stream", "tools", "text", "include", "store")


@pytest.mark.parametrize("exchange", parameters(EXCHANGES))
def test_writes_the_recorded_request(exchange: Exchange) -> None:
    recorded = exchange.request["body"]
    options = {name: value for name, value in recorded.items() if name not in _OURS}
    options["store"] = recorded.get("store", True)
    if recorded.get("include"):
        options["include"] = recorded["include"]
    text = dict(recorded.get("text") or {})
    form = text.pop("format", None) or {}
    if text:
        options["text"] = text
    if form.get("type") == "json_object":
        options["json_object"] = True
    prompt = Prompt(
        messages=_messages(recorded["input"]),
        system=recorded.get("instructions"),
        tools=[_tool(tool) for tool in recorded.get("tools") or ()],
        schema=form.get("schema"),
        options=options,
    )
    request = responses.encode(
        prompt, OPENAI, model=recorded["model"], profile=Profile(), stream=bool(recorded.get("stream")), key=None
    )
    assert _comparable(json.loads(request.body or b"")) == _comparable(recorded)


@pytest.mark.parametrize("exchange", parameters([item for item in ANSWERED if not item.expected["error"]]))
def test_sends_items_back_as_they_came(exchange: Exchange) -> None:
    """To the provider that they are from; another is sent the text and the calls alone."""
    reply = (
        decode([exchange.body], OPENAI, codec=responses)
        if exchange.is_stream
        else decode_whole(exchange.body, OPENAI, codec=responses)
    )
    prompt = Prompt("Go on", messages=[user("Hi"), reply.message], options={"store": True})
    request = responses.encode(prompt, OPENAI, model="m", profile=Profile(), stream=False, key=None)
    assert json.loads(request.body or b"")["input"][1:-1] == _items(exchange)
    other = Endpoint("other", base_url="https://other.test/v1", wire="responses")
    sent = json.loads(responses.encode(prompt, other, model="m", profile=Profile(), stream=False, key=None).body or b"")
    assert {item.get("type") for item in sent["input"]} <= {None, "function_call", "custom_tool_call"}
    assert "encrypted_content" not in json.dumps(sent["input"])
    said = "".join(item["content"] for item in sent["input"][1:-1] if item.get("role") == "assistant")
    assert said == exchange.expected["text"]


def _items(exchange: Exchange) -> list[Any]:
    if not exchange.is_stream:
        items: list[Any] = exchange.response["body"]["output"]
        return items
    lines = (line[6:] for line in str(exchange.response["stream"]).splitlines() if line.startswith("data: {"))
    events = [json.loads(line) for line in lines]
    done = [event for event in events if event["type"] == "response.output_item.done"]
    return [event["item"] for event in sorted(done, key=lambda event: event["output_index"])]


def _messages(items: Any) -> list[Message]:
    if isinstance(items, str):
        return [user(items)]
    return [_message(item) for item in items]


def _message(item: dict[str, Any]) -> Message:
    kind = item.get("type", "message")
    match kind:
        case "message" if item["role"] != "assistant" or isinstance(item["content"], str):
            content = item["content"]
            if isinstance(content, str):
                return Message(item["role"], (TextPart(content),))
            return Message(item["role"], tuple(_content(entry) for entry in content))
        case "function_call" if set(item) <= {"type", "call_id", "name", "arguments"}:
            return assistant(ToolCallPart(item["name"], json.loads(item["arguments"]), item["call_id"]))
        case "function_call_output" if isinstance(item["output"], str):
            return tool_message(ToolResultPart("", item["output"], item["call_id"]))
    reply = decode_whole({"status": "completed", "output": [item]}, OPENAI, codec=responses)
    assert reply.error is None, reply.error
    return reply.message


def _content(entry: dict[str, Any]) -> Part:
    from llm._domain.attachment import Attachment
    from llm._domain.part import AttachmentPart

    match entry:
        case {"type": "input_text", "text": text}:
            return TextPart(text)
        case {"type": "input_image", "image_url": url}:
            return AttachmentPart(Attachment("image/*", url=url))
    raise AssertionError(entry)


def _tool(value: dict[str, Any]) -> AnyTool:
    if value["type"] == "function" and set(value) <= {"type", "name", "description", "parameters", "strict"}:
        return Tool(value["name"], value.get("description"), value["parameters"])
    return ServerSideTool(value)


def _comparable(body: dict[str, Any]) -> dict[str, Any]:
    body = {name: _filled(value) for name, value in body.items() if value is not None}
    body.setdefault("store", True)
    body["stream"] = bool(body.get("stream"))
    if isinstance(body["input"], str):
        body["input"] = [{"role": "user", "content": body["input"]}]
    body["input"] = [_comparable_item(item) for item in body["input"] if item.get("content") != ""]
    for tool in body.get("tools") or ():
        if tool["type"] == "function":
            tool.pop("strict", None)
            tool.setdefault("description", "")
    if form := (body.get("text") or {}).get("format"):
        form.pop("name", None)
        form.pop("description", None)
        if form["type"] == "json_schema":
            form.setdefault("strict", False)
    for name in ("tools", "include", "instructions"):
        if not body.get(name):
            body.pop(name, None)
    leading = body["input"][0] if body["input"] else {}
    if leading.get("role") == "system" and isinstance(leading.get("content"), str) and "instructions" not in body:
        body["instructions"] = body["input"].pop(0)["content"]
    return body


def _comparable_item(item: dict[str, Any]) -> dict[str, Any]:
    item = dict(item)
    if item.get("type") == "message" and item.get("role") != "assistant":
        del item["type"]
    content = item.get("content")
    if isinstance(content, list) and len(content) == 1 and content[0].get("type") == "input_text":
        item["content"] = content[0]["text"]
    if isinstance(arguments := item.get("arguments"), str):
        item["arguments"] = json.loads(arguments)
    return item


def _filled(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _filled(field) for name, field in value.items() if field is not None}
    return [_filled(item) for item in value] if isinstance(value, list) else value
