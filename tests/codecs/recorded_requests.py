"""Recorded requests as prompts, and both as JSON that can be compared."""

from __future__ import annotations

import json
from typing import Any

from llm._codecs.dialects import DIALECTS
from llm._domain.endpoint import Endpoint
from llm._domain.message import Message
from llm._domain.prompt import Prompt
from llm._domain.tool import AnyTool, ServerSideTool, Tool
from llm.errors import RequestError
from wire import Exchange

_OURS = ("messages", "model", "stream", "stream_options", "tools", "response_format")


def endpoint_of(exchange: Exchange) -> Endpoint:
    dialect = exchange.vendor if exchange.vendor in DIALECTS else "compatible"
    return Endpoint(exchange.vendor, base_url="https://provider.test/v1", dialect=dialect)


def prompt_of(exchange: Exchange) -> Prompt:
    """The prompt that a recorded request amounts to. Raises RequestError where there is none."""
    body = exchange.request["body"]
    form = body.get("response_format") or {}
    options = {name: value for name, value in body.items() if name not in _OURS}
    if form and form["type"] != "json_schema":
        options["response_format"] = form
    return Prompt(
        messages=[_message(message, exchange.vendor) for message in body["messages"]],
        tools=[_tool(tool) for tool in body.get("tools") or ()],
        schema=form["json_schema"]["schema"] if form.get("type") == "json_schema" else None,
        options=options,
    )


def expressible(exchange: Exchange) -> bool:
    try:
        prompt_of(exchange)
    except RequestError:
        return False
    return True


def comparable(body: dict[str, Any]) -> dict[str, Any]:
    body = {name: _filled(value) for name, value in body.items()}
    body["messages"] = [_comparable_message(message) for message in body["messages"]]
    for tool in body.get("tools") or ():
        tool.setdefault("type", "function")
        if tool["type"] == "function":
            tool["function"].setdefault("description", "")
    form = body.get("response_format", {}).get("json_schema")
    if form:
        form.pop("name")
        form.setdefault("strict", False)
    if not body.get("tools"):
        body.pop("tools", None)
    return body


def _filled(value: Any) -> Any:
    """JSON values without fields that are null."""
    if isinstance(value, dict):
        return {name: _filled(field) for name, field in value.items() if field is not None}
    return [_filled(item) for item in value] if isinstance(value, list) else value


def _comparable_message(message: dict[str, Any]) -> dict[str, Any]:
    message = {name: value for name, value in message.items() if value not in ("", [], None) and name != "prefix"}
    content = message.get("content")
    if isinstance(content, list):
        for part in content:
            part.pop("cache_control", None)
        if len(content) == 1 and content[0]["type"] == "text":
            message["content"] = content[0]["text"]
    for call in message.get("tool_calls") or ():
        call.pop("index", None)
        call["function"]["arguments"] = json.loads(call["function"]["arguments"])
    return message


def _message(value: dict[str, Any], vendor: str) -> Message:
    value = {name: field for name, field in value.items() if field is not None}
    if details := value.get("reasoning_details"):
        value["provider_metadata"] = {vendor: {"reasoning_details": details}}
    return Message.from_dict(value)


def _tool(value: dict[str, Any]) -> AnyTool:
    function = value.get("function") or {}
    if set(function) <= {"name", "description", "parameters"} and function:
        return Tool(function["name"], function.get("description"), function["parameters"])
    return ServerSideTool(value)
