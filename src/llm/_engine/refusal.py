"""A reply whose status says that there is no answer in it."""

from __future__ import annotations

import time
from contextlib import aclosing, suppress
from urllib.parse import urljoin, urlsplit

from .._codecs.codec import Codec
from .._domain.endpoint import Endpoint
from .._io.request import HTTPReply, HTTPRequest
from ..errors import NetworkError, ProviderError

_LONGEST = 1 << 20  # bytes of an explanation that are read


async def refusal(
    codec: Codec, endpoint: Endpoint, request: HTTPRequest, reply: HTTPReply, secrets: tuple[str, ...]
) -> ProviderError:
    """The error that *reply* amounts to. A redirect is one: the key is for the server that was asked, and no other."""
    error = codec.error(reply.status, reply.headers, await _body(reply), endpoint, secrets=secrets, now=time.time())
    location = reply.headers.get("location", "")
    if reply.status < 400 and location:
        error.args = (f"{error}. It points to {_shown(request.url, location)}, and redirects are not followed",)
        error.hint = "If that is where the server is now, change its base URL (llm endpoints list)"
    return error


def _shown(asked: str, location: str) -> str:
    """Where a redirect points to, without the user and the query that it may name."""
    try:
        target = urlsplit(urljoin(asked, location))
    except ValueError:
        return "what is no URL"
    return f"{target.scheme}://{target.netloc.rpartition('@')[2]}{target.path}"


async def _body(reply: HTTPReply) -> bytes:
    """What came of the body: the status tells more than how the connection ended."""
    body = b""
    with suppress(NetworkError):
        async with aclosing(reply.chunks()) as chunks:
            async for chunk in chunks:
                body += chunk
                if len(body) > _LONGEST:
                    break
    return body
