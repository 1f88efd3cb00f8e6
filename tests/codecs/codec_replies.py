"""What decoders make of bytes, for tests to look at."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from llm._codecs import chat
from llm._codecs.codec import Codec
from llm._domain.assembly import assemble
from llm._domain.call import Trace
from llm._domain.endpoint import Endpoint
from llm._domain.event import Event, Finish, UsageEvent
from llm._domain.message import Message
from llm._domain.part import Part, ReasoningPart, TextPart, ToolCallPart
from llm._domain.usage import Usage
from llm.errors import LLMError

ENDPOINT = Endpoint("acme", base_url="https://api.acme.test/v1", dialect="compatible", key_name="acme", title="Acme")


@dataclass
class Reply:
    """The events of a reply, the error that ended it (if one did), and what was noted meanwhile."""

    events: list[Event] = field(default_factory=list)
    error: LLMError | None = None
    trace: Trace = field(default_factory=Trace)

    @property
    def parts(self) -> tuple[Part, ...]:
        return assemble(self.events)

    @property
    def message(self) -> Message:
        return Message("assistant", self.parts)

    @property
    def text(self) -> str:
        return "".join(part.text for part in self.parts if isinstance(part, TextPart) and not part.refusal)

    @property
    def refusal(self) -> str:
        return "".join(part.text for part in self.parts if isinstance(part, TextPart) and part.refusal)

    @property
    def reasoning(self) -> str:
        return "".join(part.text for part in self.parts if isinstance(part, ReasoningPart))

    @property
    def calls(self) -> list[ToolCallPart]:
        return [part for part in self.parts if isinstance(part, ToolCallPart)]

    @property
    def usage(self) -> Usage | None:
        found = [event.usage for event in self.events if isinstance(event, UsageEvent)]
        return found[-1] if found else None

    @property
    def finish(self) -> Finish | None:
        found = [event for event in self.events if isinstance(event, Finish)]
        assert len(found) <= 1, "an answer finishes once"
        assert not found or self.events[-1] is found[0], "and nothing comes after that"
        return found[0] if found else None


def decode(
    chunks: Iterable[bytes], endpoint: Endpoint = ENDPOINT, secrets: tuple[str, ...] = (), *, codec: Codec = chat
) -> Reply:
    """A streamed reply, from its pieces."""
    reply = Reply()
    decoder = codec.decoder(reply.trace, endpoint, secrets=secrets)

    def events() -> Iterator[Event]:
        for chunk in chunks:
            yield from decoder.feed(chunk)
        yield from decoder.close()

    return _collect(reply, events())


def decode_whole(
    body: bytes | dict[str, Any] | list[Any],
    endpoint: Endpoint = ENDPOINT,
    secrets: tuple[str, ...] = (),
    *,
    codec: Codec = chat,
) -> Reply:
    """A whole reply, from its bytes or from what they say."""
    reply = Reply()
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return _collect(reply, iter(codec.decoder(reply.trace, endpoint, secrets=secrets).whole(data)))


def sse(*chunks: Any, done: bool = True) -> bytes:
    """A stream of these chunks, as JSON."""
    lines = [f"data: {json.dumps(chunk)}\n\n" for chunk in chunks]
    return "".join([*lines, *(["data: [DONE]\n\n"] if done else [])]).encode()


def delta(*, finish: str | None = None, index: int = 0, **fields: Any) -> dict[str, Any]:
    """One chunk whose delta has these fields."""
    return {
        "id": "chatcmpl-1",
        "model": "acme-1",
        "choices": [{"index": index, "delta": fields, "finish_reason": finish}],
    }


def stream(*chunks: Any, finish: str = "stop", done: bool = True) -> Reply:
    """The reply to a stream of these chunks, with an ending."""
    return decode([sse(*chunks, delta(finish=finish), done=done)])


def whole(finish: str | None = "stop", **fields: Any) -> Reply:
    """The reply to a whole message with these fields."""
    choice = {"index": 0, "message": {"role": "assistant", **fields}, "finish_reason": finish}
    return decode_whole({"id": "chatcmpl-1", "model": "acme-1", "choices": [choice]})


def _collect(reply: Reply, events: Iterator[Event]) -> Reply:
    try:
        for event in events:
            reply.events.append(event)
    except LLMError as error:
        reply.error = error
    return reply
