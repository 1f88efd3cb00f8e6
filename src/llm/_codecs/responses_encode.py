"""A prompt as a request for the Responses API."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import takewhile

from .._domain.endpoint import Endpoint
from .._domain.message import Message
from .._domain.option import as_dict
from .._domain.part import TextPart
from .._domain.profile import Profile
from .._domain.prompt import Prompt
from .._io.request import HTTPRequest
from ..errors import OptionError, RequestError
from .dialects import dialect
from .http_form import address, headers, json_body
from .responses_attachment import content_part
from .responses_input import InputWriter
from .responses_options import option_fields
from .responses_tools import tool_entry


def encode(
    prompt: Prompt, endpoint: Endpoint, *, model: str, profile: Profile, stream: bool, key: str | None
) -> HTTPRequest:
    """
    The request that asks *prompt*. The system prompt is its `instructions`, and nothing is stored by the provider.

    Raises RequestError where there is nothing to ask or the model cannot do what is asked, AttachmentError for a file
    that cannot be sent, OptionError for a value that is no JSON and for options that this API does not have.
    """
    messages = prompt.messages
    if all(message.role in ("system", "developer") for message in messages):
        raise RequestError("There is nothing to send: the prompt is empty", hint="Give it a text, or messages")
    if prompt.tools and not profile.supports_tools:
        raise RequestError(f"{model} cannot call tools", hint="Choose another model, or leave the tools out")
    if prompt.schema is not None and not profile.supports_schema:
        raise RequestError(f"{model} cannot follow a schema", hint="Choose another model, or leave the schema out")
    stream = stream and profile.can_stream
    options = as_dict(prompt.options)
    extra = options.pop("extra_body", None) or {}
    if not isinstance(extra, Mapping):
        raise OptionError(f"The option extra_body must be a JSON object, not {extra!r}")
    detail = options.pop("image_detail", None)
    fields = option_fields(options, prompt.schema, profile)
    leading = list(takewhile(_is_system_text, messages))
    instructions = "\n\n".join(message.text for message in leading)
    carry = partial(content_part, profile=profile, model=model, detail=detail)
    body = {
        "model": model,
        **({"instructions": instructions} if instructions else {}),
        "input": InputWriter(endpoint.name, carry, stored=bool(fields["store"])).write(messages[len(leading) :]),
        "stream": stream,
        **({"tools": list(map(tool_entry, prompt.tools))} if prompt.tools else {}),
        **fields,
        **extra,
    }
    sent = headers(endpoint, dialect(endpoint.dialect).key_header, key, stream)
    return HTTPRequest(address(endpoint, "responses"), json_body(body), sent)


def _is_system_text(message: Message) -> bool:
    return message.role == "system" and all(isinstance(part, TextPart) for part in message.parts)
