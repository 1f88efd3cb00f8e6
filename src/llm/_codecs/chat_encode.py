"""A prompt as a request for Chat Completions."""

from __future__ import annotations

import json
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
    return HTTPRequest(address(endpoint, "chat/completions"), _encoded(body), headers(endpoint, row, key, stream))


def address(endpoint: Endpoint, path: str) -> str:
    """The base URL with *path* below it, or, for a path with a leading slash, beside it; its query is kept."""
    base, mark, query = endpoint.base_url.partition("?")
    if path.startswith("/"):
        scheme, _, rest = base.partition("://")
        base, path = f"{scheme}://{rest.partition('/')[0]}", path[1:]
    return f"{base.rstrip('/')}/{path}{mark}{query}"


def headers(endpoint: Endpoint, row: Dialect, key: str | None, stream: bool = False) -> dict[str, str]:
    """The headers of a request; those of the endpoint come before ours. Raises RequestError for an unusable key."""
    ours = {"content-type": "application/json", "accept": "text/event-stream" if stream else "application/json"}
    key = (key or "").strip()
    if key:
        if not (key.isascii() and key.isprintable()):
            raise RequestError(
                f"The key for {endpoint.name} has characters that a header cannot carry",
                hint="Look for line ends and typographic quotes in it",
            )
        ours[row.key_header] = f"Bearer {key}" if row.key_header == "authorization" else key
    return ours | {name.lower(): value for name, value in endpoint.headers.items()}


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


def _encoded(body: Mapping[str, Any]) -> bytes:
    try:
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise OptionError(f"The request cannot be written as JSON: {error}") from error
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        # Text from a terminal may hold halves of characters; JSON can escape them, UTF-8 cannot write them.
        return json.dumps(body, separators=(",", ":")).encode("ascii")
