"""A prompt as a request for Ollama's own API."""

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
from .http_form import headers, json_body
from .ollama_address import api_address
from .ollama_attachment import image
from .ollama_messages import MessageWriter
from .ollama_options import merged, option_fields


def encode(
    prompt: Prompt, endpoint: Endpoint, *, model: str, profile: Profile, stream: bool, key: str | None
) -> HTTPRequest:
    """
    The request that asks *prompt*.

    Raises RequestError where there is nothing to ask or the model cannot do what is asked, AttachmentError for a file
    that is no picture, OptionError for a value that is no JSON.
    """
    messages = prompt.messages
    if all(message.role in ("system", "developer") for message in messages):
        raise RequestError("There is nothing to send: the prompt is empty", hint="Give it a text, or messages")
    options = as_dict(prompt.options)
    extra = options.pop("extra_body", None) or {}
    fields, notes = option_fields(options, model)
    stream = stream and profile.can_stream
    body: dict[str, Any] = {
        "model": model,
        "messages": MessageWriter(partial(image, profile=profile, model=model)).write(messages),
        "stream": stream,  # always said: without it Ollama streams
        **fields,
        **_abilities(prompt, model, profile),
    }
    sent = headers(endpoint, "authorization", key)
    sent["accept"] = endpoint.headers.get("accept", "application/x-ndjson" if stream else "application/json")
    return HTTPRequest(api_address(endpoint, "chat"), json_body(merged(body, extra)), sent, notes=notes)


def _abilities(prompt: Prompt, model: str, profile: Profile) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if prompt.tools:
        if not profile.supports_tools:
            raise RequestError(f"{model} cannot call tools", hint="Choose another model, or leave the tools out")
        fields["tools"] = [_tool(tool) for tool in prompt.tools]
    if prompt.schema is not None:
        if not profile.supports_schema:
            raise RequestError(f"{model} cannot follow a schema", hint="Choose another model, or leave the schema out")
        fields["format"] = dict(prompt.schema)
    return fields


def _tool(tool: AnyTool) -> dict[str, Any]:
    if isinstance(tool, ServerSideTool):
        if tool.kind is not None:
            raise RequestError(f"Ollama has no {tool.kind}", hint="Ask a provider that runs such tools itself")
        return dict(tool.spec)
    described = {} if tool.description is None else {"description": tool.description}
    return {"type": "function", "function": {"name": tool.name, **described, "parameters": dict(tool.input_schema)}}
