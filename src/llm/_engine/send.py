"""The innermost handler of a wire: one HTTP exchange, encoded and decoded by a codec."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
from functools import partial

from .._codecs.codec import Codec
from .._codecs.request_id import request_id
from .._domain.call import Call, Trace
from .._domain.endpoint import Endpoint
from .._domain.event import Event
from .._domain.prompt import Prompt
from .._io.io import IO, Handler
from .._io.request import HTTPReply, HTTPRequest, Timeouts
from ..errors import ModelError, ProviderError
from .attachments import load_attachments
from .hint import hint_for
from .redact import redact
from .refusal import refusal


def send(
    codec: Codec, endpoint: Endpoint, encode: Callable[[Prompt], HTTPRequest], timeouts: Timeouts, call: Call
) -> Handler:
    """A handler that asks *endpoint* what *encode* makes of the prompt, and notes what it learns in the trace."""
    trace = call.trace
    needs = partial(codec.needs_content, endpoint=endpoint)

    async def sent(prompt: Prompt, io: IO) -> AsyncGenerator[Event, None]:
        limits = replace(timeouts, deadline=call.deadline)
        request = replace(encode(await load_attachments(prompt, io, needs, limits)), timeouts=limits)
        note_request(trace, request)
        try:
            async with io.send(request) as reply:
                note_head(trace, reply)
                if reply.status >= 300:
                    raise await refusal(codec, endpoint, request, reply, call.secrets)
                decoder = codec.decoder(trace, endpoint, secrets=call.secrets)
                content_type = reply.headers.get("content-type", "")
                async with aclosing(reply.chunks()) as chunks:
                    first = await anext(chunks, b"")
                    trace.first_byte = time.monotonic()
                    if codec.looks_like_stream(content_type, first):
                        for event in decoder.feed(first):
                            yield event
                        while not decoder.done and (chunk := await anext(chunks, b"")):
                            for event in decoder.feed(chunk):
                                yield event
                        for event in decoder.close():
                            yield event
                        await reply.settle()
                    else:
                        rest = [chunk async for chunk in chunks]
                        for event in decoder.whole(b"".join([first, *rest])):
                            yield event
        except ModelError as error:
            complete(error, getattr(prompt.model, "model_id", None), call)
            raise

    return sent


def note_head(trace: Trace, reply: HTTPReply) -> None:
    """Note what the head of a reply tells: the provider's name for the exchange, and its limits."""
    trace.request_id, trace.abort = request_id(reply.headers), reply.abort
    if any(name.find("ratelimit") >= 0 or name.startswith("retry-after") for name in reply.headers):
        from .._codecs.rate_limit import rate_limit

        trace.rate_limit = rate_limit(reply.headers, time.time())


def note_request(trace: Trace, request: HTTPRequest) -> None:
    """Note where a request goes, and what it could not carry."""
    trace.url, trace.first_byte = request.url, None
    if request.notes:
        trace.notes["adapted"] = list(request.notes)


def complete(error: ModelError, model: str | None, call: Call) -> None:
    """Add what is known of the exchange, and blot out the key where the other side repeats it."""
    if isinstance(error, ProviderError):
        error.request_id = redact(error.request_id or call.trace.request_id, call.secrets)
        error.model = error.model or model
    error.hint = error.hint or hint_for(error)
    if call.secrets:
        error.args = tuple(redact(error.args, call.secrets))
        error.hint = redact(error.hint, call.secrets)
