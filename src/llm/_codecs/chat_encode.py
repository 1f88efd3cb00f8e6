"""A prompt as a request for Chat Completions."""

from __future__ import annotations

from functools import partial
from typing import Any

from .._domain.endpoint import Endpoint
from .._domain.option import as_dict
from .._domain.profile import Profile
from .._domain.prompt import Prompt
from .._domain.tool import AnyTool, ServerSideTool
from .._io.request import HTTPRequest
from ..errors import RequestError
from .chat_attachment import content_part
from .chat_messages import MessageWriter
from .chat_options import option_fields
from .chat_schema import response_format
from .dialects import dialect
from .http_form import address, headers, json_body


def encode(
    prompt: Prompt, endpoint: Endpoint, *, model: str, profile: Profile, stream: bool, key: str | None
) -> HTTPRequest:
    """
    The request that asks *prompt*.

    Raises RequestError where there is nothing to ask or the model cannot do what is asked, AttachmentError for a file
    that cannot be sent, OptionError for a value that is no JSON.
    """
    row = dialect(endpoint.dialect)
    stream = stream and profile.can_stream
    options = as_dict(prompt.options)
    detail = options.pop("image_detail", None)
    as_json = {"response_format": {"type": "json_object"}} if options.pop("json_object", None) else {}
    carry = partial(content_part, row=row, profile=profile, model=model, detail=detail)
    body = {
        "model": model,
        "messages": MessageWriter(row, endpoint.name, carry, profile.system_role).write(_asked(prompt)),
        "stream": stream,
        **({"stream_options": {"include_usage": True}} if stream and row.stream_options else {}),
        **as_json,
        **_abilities(prompt, model, profile),
        **option_fields(options, row, profile),
    }
    return HTTPRequest(
        address(endpoint, "chat/completions"), json_body(body), headers(endpoint, row.key_header, key, stream)
    )


def _asked(prompt: Prompt) -> Any:
    messages = prompt.messages
    if all(message.role in ("system", "developer") for message in messages):
        raise RequestError("There is nothing to send: the prompt is empty", hint="Give it a text, or messages")
    return messages


def _abilities(prompt: Prompt, model: str, profile: Profile) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if prompt.tools:
        if not profile.supports_tools:
            raise RequestError(f"{model} cannot call tools", hint="Choose another model, or leave the tools out")
        fields["tools"] = [_tool(tool) for tool in prompt.tools]
    if prompt.schema is not None:
        if not profile.supports_schema:
            raise RequestError(f"{model} cannot follow a schema", hint="Choose another model, or leave the schema out")
        fields["response_format"] = response_format(prompt.schema)
    return fields


def _tool(tool: AnyTool) -> dict[str, Any]:
    if isinstance(tool, ServerSideTool):
        if tool.kind is not None:
            raise RequestError(
                f"This wire has no {tool.kind}",
                hint="Ask the provider over its own wire, or name its tool: llm.ServerSideTool({...})",
            )
        return dict(tool.spec)
    described = {} if tool.description is None else {"description": tool.description}
    return {
        "type": "function",
        "function": {"name": tool.name, **described, "parameters": dict(tool.input_schema)},
    }
