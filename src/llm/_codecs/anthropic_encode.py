"""A prompt as a request to Anthropic Messages."""

from __future__ import annotations

from functools import partial
from typing import Any

from .._domain.endpoint import Endpoint
from .._domain.option import as_dict
from .._domain.profile import Profile
from .._domain.prompt import Prompt
from .._io.request import HTTPRequest
from ..errors import OptionError, RequestError
from .anthropic_address import wire_address, wire_headers
from .anthropic_attachment import content_block
from .anthropic_betas import betas_for
from .anthropic_cache import mark_prefix
from .anthropic_family import takes_system_messages
from .anthropic_messages import MessageWriter, system_text
from .anthropic_options import Settings, settings
from .anthropic_schema import output_format
from .anthropic_tools import tool_fields
from .http_form import json_body


def encode(
    prompt: Prompt, endpoint: Endpoint, *, model: str, profile: Profile, stream: bool, key: str | None
) -> HTTPRequest:
    """
    The request that asks *prompt*.

    Raises RequestError where there is nothing to ask or the model cannot do what is asked, AttachmentError for a file
    that cannot be sent, OptionError for an option that Anthropic does not have or a value that is no JSON.
    """
    stream = stream and profile.can_stream
    asked = settings(as_dict(prompt.options), model, profile, stream)
    body: dict[str, Any] = {"model": model, "max_tokens": asked.fields["max_tokens"]}
    body |= _conversation(prompt, endpoint, model, profile, asked)
    body |= asked.fields
    notes = asked.notes
    if prompt.schema is not None:
        notes += _follow(prompt.schema, body, model, profile)
    body["stream"] = stream
    if asked.cache is not None:
        mark_prefix(body, asked.cache)
    betas = (*betas_for(body), *asked.betas)
    headers = wire_headers(endpoint, key, betas=betas, stream=stream) | asked.headers
    return HTTPRequest(wire_address(endpoint, "messages"), json_body(body | asked.extra), headers, notes=notes)


def _conversation(prompt: Prompt, endpoint: Endpoint, model: str, profile: Profile, asked: Settings) -> dict[str, Any]:
    """The fields that come from the messages and the tools of the prompt."""
    system, messages = system_text(prompt.messages)
    role = profile.system_role
    writer = MessageWriter(
        endpoint.name,
        partial(content_block, profile=profile, model=model),
        system_inside=takes_system_messages(model) if role is None else role == "system",
    )
    fields: dict[str, Any] = {"messages": writer.write(messages)}
    if not fields["messages"]:
        raise RequestError("There is nothing to send: the prompt is empty", hint="Give it a text, or messages")
    if system:
        fields["system"] = system
    if prompt.tools:
        if not profile.supports_tools:
            raise RequestError(f"{model} cannot call tools", hint="Choose another model, or leave the tools out")
        fields["tools"] = tool_fields(prompt.tools, eager=asked.eager)
        if writer.container and any(str(tool.get("type")).startswith("code_execution") for tool in fields["tools"]):
            fields["container"] = writer.container
    return fields


def _follow(schema: dict[str, Any], body: dict[str, Any], model: str, profile: Profile) -> tuple[str, ...]:
    """Ask for an answer after *schema*; the notes on what of it was left out."""
    if not profile.supports_schema:
        raise RequestError(f"{model} cannot follow a schema", hint="Choose another model, or leave the schema out")
    config = body.get("output_config") or {}
    if config.get("format") or body.get("output_format"):
        raise OptionError("The schema is given twice: by the prompt and by an option", hint="Give one of them")
    form, notes = output_format(schema)
    body["output_config"] = {**config, "format": form}
    return notes
