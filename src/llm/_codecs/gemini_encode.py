"""A prompt as a request to Gemini."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import takewhile
from typing import Any

from .._domain.endpoint import Endpoint
from .._domain.option import as_dict
from .._domain.profile import Profile
from .._domain.prompt import Prompt
from .._io.request import HTTPRequest
from ..errors import RequestError
from .gemini_address import method_address
from .gemini_attachment import media_part
from .gemini_contents import ContentWriter
from .gemini_models import KEY_HEADER
from .gemini_options import OptionFields, merged, option_fields
from .gemini_reasoning import is_third
from .gemini_schema import known_schema
from .gemini_tools import ToolEntries, tool_entries
from .http_form import headers, json_body


def encode(
    prompt: Prompt, endpoint: Endpoint, *, model: str, profile: Profile, stream: bool, key: str | None
) -> HTTPRequest:
    """
    The request that asks *prompt*.

    Raises RequestError where there is nothing to ask or the model cannot do what is asked, AttachmentError for a file
    that cannot be sent, OptionError for an option that cannot be.
    """
    stream = stream and profile.can_stream
    options = option_fields(as_dict(prompt.options), profile, model, shown=not prompt.hide_reasoning)
    tools = tool_entries(prompt.tools, endpoint, model, profile.supports_tools)
    schema, notes = _schema(prompt, model, profile)
    fields = {
        "tools": tools.executed + options.tools + tools.declared,
        "toolConfig": _tool_config(tools, options, is_third(profile, model)),
        "generationConfig": _modalities(tools, profile) | options.generation | schema,
    }
    body = {
        **_messages(prompt, endpoint, model, profile),
        **{name: value for name, value in fields.items() if value},
        **{name: value for name, value in options.beside.items() if name != "toolConfig"},
    }
    method, query = ("streamGenerateContent", "alt=sse") if stream else ("generateContent", "")
    return HTTPRequest(
        method_address(endpoint, model, method, query),
        json_body(merged(body, options.extra)),
        headers(endpoint, KEY_HEADER, key, stream),
        notes=tools.notes + notes,
    )


def _messages(prompt: Prompt, endpoint: Endpoint, model: str, profile: Profile) -> dict[str, Any]:
    """`contents`, and `systemInstruction`, which a model that has none is told as a user."""
    messages = prompt.messages
    leading = list(takewhile(lambda message: message.role in ("system", "developer"), messages))
    if len(leading) == len(messages):
        raise RequestError("There is nothing to send: the prompt is empty", hint="Give it a text, or messages")
    carry = partial(media_part, endpoint=endpoint, profile=profile, model=model)
    writer = ContentWriter(endpoint.name, carry, third=is_third(profile, model))
    if profile.system_role == "user":
        return {"contents": writer.write(messages)}
    instruction = writer.of_user(part for message in leading for part in message.parts)
    told = {"systemInstruction": {"parts": instruction}} if instruction else {}
    return told | {"contents": writer.write(messages[len(leading) :])}


def _schema(prompt: Prompt, model: str, profile: Profile) -> tuple[dict[str, Any], tuple[str, ...]]:
    if prompt.schema is None:
        return {}, ()
    if not profile.supports_schema:
        raise RequestError(f"{model} cannot follow a schema", hint="Choose another model, or leave the schema out")
    schema, notes = known_schema(prompt.schema)
    return {"responseMimeType": "application/json", "responseJsonSchema": schema}, notes


def _tool_config(tools: ToolEntries, options: OptionFields, third: bool) -> dict[str, Any]:
    """`toolConfig`; Google's tools beside functions demand that their calls are part of the conversation."""
    config = options.beside.get("toolConfig")
    config = dict(config) if isinstance(config, Mapping) else {}
    if third and tools.declared and (tools.executed or options.tools):
        config.setdefault("includeServerSideToolInvocations", True)
    return config


def _modalities(tools: ToolEntries, profile: Profile) -> dict[str, Any]:
    """What the answer is made of, where that is not text alone; a model that speaks has to be told so."""
    if tools.pictures:
        return {"responseModalities": ["TEXT", "IMAGE"]}
    speaks = bool(profile.media_out) and all(kind.startswith("audio/") for kind in profile.media_out)
    return {"responseModalities": ["AUDIO"]} if speaks else {}
