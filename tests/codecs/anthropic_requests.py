"""What prompts become on the Anthropic wire, and recorded requests as prompts, for tests to look at."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

from anthropic_replies import ENDPOINT

from llm._codecs import anthropic
from llm._domain.attachment import Attachment
from llm._domain.endpoint import Endpoint
from llm._domain.message import Message
from llm._domain.part import AttachmentPart, Part, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from llm._domain.profile import Profile
from llm._domain.prompt import Prompt
from llm._domain.tool import AnyTool, ServerSideTool, Tool
from llm._io.request import HTTPRequest

_OURS = ("messages", "model", "stream", "tools", "system")


def encode(
    prompt: Prompt,
    *,
    model: str = "claude-sonnet-4-5",
    profile: Profile | None = None,
    stream: bool = False,
    key: str | None = None,
    endpoint: Endpoint = ENDPOINT,
) -> HTTPRequest:
    """The request for a prompt."""
    return anthropic.encode(prompt, endpoint, model=model, profile=profile or Profile(), stream=stream, key=key)


def body(prompt: Prompt, **more: Any) -> dict[str, Any]:
    """The body of the request for a prompt, decoded."""
    decoded = json.loads(encode(prompt, **more).body or b"")
    assert isinstance(decoded, dict)
    return decoded


def sent(*messages: Message, **more: Any) -> list[dict[str, Any]]:
    """The messages on the wire."""
    found = body(Prompt(messages=messages), **more)["messages"]
    assert isinstance(found, list)
    return found


def prompt_of(recorded: dict[str, Any]) -> Prompt:
    """The prompt that a recorded request amounts to."""
    options = {name: value for name, value in recorded.items() if name not in _OURS}
    config = dict(options.pop("output_config", {}))
    form = config.pop("format", None)
    system = recorded.get("system")
    if isinstance(system, list):
        (block,) = system
        system = block["text"]
    return Prompt(
        system=system,
        messages=[_message(message) for message in recorded["messages"]],
        tools=[_tool(tool) for tool in recorded.get("tools") or ()],
        schema=form["schema"] if form else None,
        options=options | ({"output_config": config} if config else {}),
    )


def comparable(body: dict[str, Any]) -> dict[str, Any]:
    """A body without the differences that mean nothing."""
    body = {name: _filled(value) for name, value in body.items()}
    body.setdefault("stream", False)
    if isinstance(system := body.get("system"), list):
        body["system"] = "\n\n".join(block["text"] for block in system)
    for tool in body.get("tools") or ():
        if tool.get("type") == "custom":
            del tool["type"]
        if not tool.get("description"):
            tool.pop("description", None)
    for message in body["messages"]:
        if isinstance(message["content"], str):
            message["content"] = [{"type": "text", "text": message["content"]}]
        for block in message["content"]:
            if block["type"] == "tool_result":
                _plain_result(block)
    return body


def _plain_result(block: dict[str, Any]) -> None:
    block.setdefault("is_error", False)
    match block.get("content"):
        case [{"type": "text", "text": text}]:
            block["content"] = text


def _filled(value: Any) -> Any:
    """JSON values without fields that are null, and without marks for the cache."""
    if isinstance(value, dict):
        kept = {name: field for name, field in value.items() if field is not None and name != "cache_control"}
        return {name: _filled(field) for name, field in kept.items()}
    return [_filled(item) for item in value] if isinstance(value, list) else value


def _message(value: dict[str, Any]) -> Message:
    content = value["content"]
    blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
    return Message(value["role"], tuple(part for block in blocks for part in _parts(block)))


def _parts(block: dict[str, Any]) -> Iterator[Part]:
    kept = {"acme": {"anthropic": block}}
    match block:
        case {"type": "text", "text": str(text)}:
            yield TextPart(text)
        case {"type": "thinking", "thinking": str(text)}:
            yield ReasoningPart(text, provider_metadata=kept)
        case {"type": "redacted_thinking"}:
            yield ReasoningPart(redacted=True, provider_metadata=kept)
        case {"type": "tool_use"}:
            yield ToolCallPart(block["name"], block["input"], block["id"])
        case {"type": "server_tool_use" | "mcp_tool_use"}:
            given = {name: field for name, field in block.items() if name not in ("id", "name", "input")}
            kept = {"acme": {"anthropic": given}}
            yield ToolCallPart(block["name"], block["input"], block["id"], server_executed=True, provider_metadata=kept)
        case {"type": "tool_result"}:
            yield _result(block)
        case {"type": str(kind)} if kind.endswith("_tool_result"):
            yield ToolResultPart("", "", block["tool_use_id"], server_executed=True, provider_metadata=kept)
        case {"type": "image" | "document", "source": {"type": "url" | "base64"} as source}:
            yield AttachmentPart(_attachment(source))
        case _:
            yield TextPart("", provider_metadata=kept)


def _result(block: dict[str, Any]) -> ToolResultPart:
    content = block.get("content")
    if isinstance(content, str):
        return ToolResultPart("", content, block["tool_use_id"])
    output = "".join(item["text"] for item in content or () if item["type"] == "text")
    files = [_attachment(item["source"]) for item in content or () if item["type"] != "text"]
    return ToolResultPart("", output, block["tool_use_id"], attachments=tuple(files))


def _attachment(source: dict[str, Any]) -> Attachment:
    if source["type"] == "url":
        return Attachment(url=source["url"])
    return Attachment(source["media_type"], content=base64.b64decode(source["data"]))


def _tool(value: dict[str, Any]) -> AnyTool:
    if set(value) <= {"name", "description", "input_schema"}:
        return Tool(value["name"], value.get("description"), value["input_schema"])
    return ServerSideTool(value)
