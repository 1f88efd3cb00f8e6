"""What the Gemini decoder makes of bytes, for tests to look at."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from codec_replies import Reply

from llm._codecs import gemini
from llm._domain.endpoint import Endpoint
from llm._domain.event import Event
from llm.errors import LLMError
from wire import Exchange

ENDPOINT = Endpoint("acme", base_url="https://api.acme.test", wire="gemini", key_name="acme", title="Acme")


def decode(chunks: Iterable[bytes], endpoint: Endpoint = ENDPOINT, secrets: tuple[str, ...] = ()) -> Reply:
    """A streamed reply, from its pieces."""
    reply = Reply()
    decoder = gemini.decoder(reply.trace, endpoint, secrets=secrets)

    def events() -> Iterator[Event]:
        for chunk in chunks:
            yield from decoder.feed(chunk)
        yield from decoder.close()

    return _collect(reply, events())


def decode_whole(
    body: bytes | dict[str, Any] | list[Any], endpoint: Endpoint = ENDPOINT, secrets: tuple[str, ...] = ()
) -> Reply:
    """A whole reply, from its bytes or from what they say."""
    reply = Reply()
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return _collect(reply, iter(gemini.decoder(reply.trace, endpoint, secrets=secrets).whole(data)))


def decoded(exchange: Exchange) -> Reply:
    """The reply of a recording."""
    return decode([exchange.body]) if exchange.is_stream else decode_whole(exchange.body)


def sse(*chunks: Any) -> bytes:
    """A stream of these chunks, as Google writes them."""
    return "".join(f"data: {json.dumps(chunk)}\r\n\r\n" for chunk in chunks).encode()


def chunk(*parts: dict[str, Any], finish: str | None = None, index: int = 0, **fields: Any) -> dict[str, Any]:
    """A reply, or a piece of one, with these parts."""
    candidate = {"content": {"parts": list(parts), "role": "model"}, "index": index}
    return {
        "candidates": [candidate | ({"finishReason": finish} if finish else {}) | fields],
        "modelVersion": "gemini-x",
        "responseId": "r-1",
    }


def stream(*chunks: Any) -> Reply:
    """The reply to a stream of these chunks, with an ending."""
    return decode([sse(*chunks, chunk(finish="STOP"))])


def whole(*parts: dict[str, Any], finish: str = "STOP", **fields: Any) -> Reply:
    """The reply to a whole answer with these parts."""
    return decode_whole(chunk(*parts, finish=finish, **fields))


def _collect(reply: Reply, events: Iterator[Event]) -> Reply:
    try:
        for event in events:
            reply.events.append(event)
    except LLMError as error:
        reply.error = error
    return reply
