"""A prompt as a request for Chat Completions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from .._domain.endpoint import Endpoint
from .._domain.option import as_dict
from .._domain.profile import Profile
from .._domain.prompt import Prompt
from .._domain.tool import AnyTool, ServerSideTool
from .._io.request import HTTPRequest
from ..errors import OptionError, RequestError
from .chat_attachment import content_part
from .chat_messages import MessageWriter
from .chat_schema import response_format
from .dialects import Dialect, dialect
from .http_form import address, headers, json_body

# Fields that a request has in any case; an option of that name would silently take the place of what was asked.
_OWN_FIELDS = {
    "model": "Name a model with -m, or send another name with the option extra_body",
    "messages": "Ask with the prompt, or send other messages with the option extra_body",
    "stream": "Turn streaming off with --no-stream, or send another value with the option extra_body",
}


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
        **_options(options, row, profile),
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


def _options(options: dict[str, Any], row: Dialect, profile: Profile) -> dict[str, Any]:
    """The options under the names of the wire, and the fields of `extra_body` over all others."""
    for name, hint in _OWN_FIELDS.items():
        if name in options:
            raise OptionError(f"{name} is no option: every request has that field already", hint=hint)
    extra = options.pop("extra_body", None) or {}
    if not isinstance(extra, Mapping):
        raise OptionError(f"The option extra_body must be a JSON object, not {extra!r}")
    return {_field(name, row, profile): value for name, value in options.items()} | dict(extra)


def _field(name: str, row: Dialect, profile: Profile) -> str:
    """The wire's name for an option: the service's own, or the one that the model declares instead."""
    declared = profile.options.by_name
    if name == "max_tokens" and name not in declared and "max_completion_tokens" in declared:
        return "max_completion_tokens"
    return row.renames.get(name, name)
