"""What prompts become on the Gemini wire, and recorded requests as prompts, for tests to look at."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

from gemini_replies import ENDPOINT

from llm._codecs import gemini
from llm._domain.attachment import Attachment
from llm._domain.endpoint import Endpoint
from llm._domain.message import Message
from llm._domain.part import AttachmentPart, Part, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from llm._domain.profile import Profile
from llm._domain.prompt import Prompt
from llm._domain.tool import AnyTool, ServerSideTool, Tool
from llm._io.request import HTTPRequest

_BESIDE = ("cachedContent", "labels", "safetySettings", "serviceTier", "toolConfig")
_FREE = ("args", "response", "parametersJsonSchema", "responseJsonSchema", "parameters")


def encode(
    prompt: Prompt,
    *,
    model: str = "gemini-3-flash-preview",
    profile: Profile | None = None,
    stream: bool = False,
    key: str | None = None,
    endpoint: Endpoint = ENDPOINT,
) -> HTTPRequest:
    """The request for a prompt."""
    return gemini.encode(prompt, endpoint, model=model, profile=profile or Profile(), stream=stream, key=key)


def body(prompt: Prompt, **more: Any) -> dict[str, Any]:
    """The body of the request for a prompt, decoded."""
    decoded = json.loads(encode(prompt, **more).body or b"")
    assert isinstance(decoded, dict)
    return decoded


def sent(*messages: Message, **more: Any) -> list[dict[str, Any]]:
    """The messages on the wire."""
    found = body(Prompt(messages=messages), **more)["contents"]
    assert isinstance(found, list)
    return found


def config(options: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What options become in `generationConfig`."""
    found = body(Prompt("Hi", options=options), **more).get("generationConfig", {})
    assert isinstance(found, dict)
    return found


def comparable(value: Any) -> Any:
    """A request in the one of the forms that mean the same: see the tests of recorded requests."""
    value = _camel(value)
    value.get("systemInstruction", {}).pop("role", None)
    if not value.get("generationConfig", True):
        del value["generationConfig"]
    for entry in value.get("tools", ()):
        for function in entry.get("functionDeclarations", ()):
            if not function.get("description", True):
                del function["description"]
            if "parameters" in function:
                function["parametersJsonSchema"] = _lower(function.pop("parameters"))
    return value


def prompt_of(recorded: dict[str, Any]) -> Prompt:
    """The prompt that a recorded request amounts to."""
    recorded = _camel(recorded)
    options = {name: recorded[name] for name in _BESIDE if name in recorded}
    options |= recorded.get("generationConfig", {})
    schema = options.pop("responseJsonSchema", None)
    if schema is not None:
        assert options.pop("responseMimeType") == "application/json"
    instruction = recorded.get("systemInstruction", {"parts": []})["parts"]
    return Prompt(
        system="".join(part["text"] for part in instruction) or None,
        messages=[_message(content) for content in recorded["contents"]],
        tools=[tool for entry in recorded.get("tools", ()) for tool in _tools(entry)],
        schema=schema,
        options=options,
    )


def _message(content: dict[str, Any]) -> Message:
    role = "assistant" if content["role"] == "model" else "user"
    parts = tuple(map(_part, content["parts"]))
    return Message("tool" if any(isinstance(part, ToolResultPart) for part in parts) else role, parts)


def _part(wire: dict[str, Any]) -> Part:
    opaque = {name: wire[name] for name in ("thought", "thoughtSignature") if name in wire}
    metadata = {"acme": {"gemini": opaque}} if opaque else None
    match wire:
        case {"text": str(text), "thought": True}:
            return ReasoningPart(text, provider_metadata=metadata)
        case {"text": str(text)}:
            return TextPart(text, provider_metadata=metadata)
        case {"functionCall": call}:
            return ToolCallPart(call["name"], call["args"], call.get("id"), provider_metadata=metadata)
        case {"functionResponse": answer}:
            return _result(answer)
        case {"inlineData": _} | {"fileData": _}:
            return AttachmentPart(_file(wire))
    whole = {"acme": {"gemini": {"part": wire}}}
    return ToolCallPart("provider", server_executed=True, provider_metadata=whole)


def _result(answer: dict[str, Any]) -> ToolResultPart:
    value = answer["response"]
    files = tuple(map(_file, answer.get("parts", ())))
    if value.keys() == {"error"}:
        return ToolResultPart(answer["name"], "", answer.get("id"), attachments=files, exception=value["error"])
    return ToolResultPart(answer["name"], json.dumps(value) if value else "", answer.get("id"), attachments=files)


def _file(wire: dict[str, Any]) -> Attachment:
    if data := wire.get("fileData"):
        return Attachment(data.get("mimeType"), url=data["fileUri"])
    data = wire["inlineData"]
    return Attachment(data["mimeType"], content=base64.b64decode(data["data"]))


def _tools(entry: dict[str, Any]) -> Iterator[AnyTool]:
    if "functionDeclarations" not in entry:
        yield ServerSideTool(entry)
    for function in entry.get("functionDeclarations", ()):
        schema = function.get("parametersJsonSchema") or _lower(function["parameters"])
        yield Tool(function["name"], function.get("description"), schema)


def _camel(value: Any) -> Any:
    """Names of fields in camel case, and data in the standard alphabet of base64; both have two forms in protobuf."""
    if isinstance(value, list):
        return [_camel(item) for item in value]
    if not isinstance(value, dict):
        return value
    made = {}
    for name, inner in value.items():
        camel = re.sub(r"_([a-z])", lambda found: found[1].upper(), name)
        if camel in ("data", "thoughtSignature") and isinstance(inner, str):
            inner = inner.replace("-", "+").replace("_", "/")
        made[camel] = inner if camel in _FREE else _camel(inner)
    return made


def _lower(schema: Any) -> Any:
    """A schema of OpenAPI, whose types are in capitals, as JSON Schema."""
    if isinstance(schema, list):
        return [_lower(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: value.lower() if name == "type" and isinstance(value, str) else _lower(value)
        for name, value in schema.items()
    }
