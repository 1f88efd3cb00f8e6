"""What the Anthropic decoder makes of bytes, for tests to look at."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from codec_replies import Reply

from llm._codecs import anthropic
from llm._domain.endpoint import Endpoint
from llm._domain.event import Event
from llm.errors import LLMError

ENDPOINT = Endpoint("acme", base_url="https://api.acme.test", wire="anthropic", key_name="acme", title="Acme")


def decode(chunks: Iterable[bytes], endpoint: Endpoint = ENDPOINT, secrets: tuple[str, ...] = ()) -> Reply:
    """A streamed reply, from its pieces."""
    reply = Reply()
    decoder = anthropic.decoder(reply.trace, endpoint, secrets=secrets)

    def events() -> Iterator[Event]:
        for chunk in chunks:
            yield from decoder.feed(chunk)
        yield from decoder.close()

    return _collect(reply, events())


def decode_whole(body: bytes | dict[str, Any], endpoint: Endpoint = ENDPOINT, secrets: tuple[str, ...] = ()) -> Reply:
    """A whole reply, from its bytes or from what they say."""
    reply = Reply()
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return _collect(reply, iter(anthropic.decoder(reply.trace, endpoint, secrets=secrets).whole(data)))


def sse(*events: dict[str, Any]) -> bytes:
    """A stream of these events, each under the name of its type."""
    return "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events).encode()


def start(**fields: Any) -> dict[str, Any]:
    """The first event of a stream."""
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": "acme-1", "content": [], **fields}
    return {"type": "message_start", "message": message}


def block(index: int, content: dict[str, Any], *deltas: dict[str, Any], stop: bool = True) -> list[dict[str, Any]]:
    """The events of one block."""
    first = {"type": "content_block_start", "index": index, "content_block": content}
    between = [{"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas]
    return [first, *between, *([{"type": "content_block_stop", "index": index}] if stop else [])]


def text(index: int, *pieces: str, stop: bool = True) -> list[dict[str, Any]]:
    """The events of a block of text."""
    deltas = [{"type": "text_delta", "text": piece} for piece in pieces]
    return block(index, {"type": "text", "text": ""}, *deltas, stop=stop)


def end(reason: str | None = "end_turn", **fields: Any) -> list[dict[str, Any]]:
    """The last events of a stream."""
    return [{"type": "message_delta", "delta": {"stop_reason": reason}, **fields}, {"type": "message_stop"}]


def stream(*blocks: list[dict[str, Any]], reason: str = "end_turn", **fields: Any) -> Reply:
    """The reply to a stream of these blocks."""
    return decode([sse(start(), *(event for events in blocks for event in events), *end(reason, **fields))])


def whole(*blocks: dict[str, Any], reason: str = "end_turn", **fields: Any) -> Reply:
    """The reply to a whole message with these blocks."""
    message = start(**fields)["message"] | {"content": list(blocks), "stop_reason": reason}
    return decode_whole(message)


def _collect(reply: Reply, events: Iterator[Event]) -> Reply:
    try:
        for event in events:
            reply.events.append(event)
    except LLMError as error:
        reply.error = error
    return reply
