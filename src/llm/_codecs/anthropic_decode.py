"""Replies of Anthropic Messages as events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._domain.call import Trace
from .._domain.endpoint import Endpoint
from .._domain.event import Event, Finish, FinishReason, TextDelta, UsageEvent
from ..errors import ProviderError
from .anthropic_blocks import BlockReader
from .anthropic_error import reported
from .anthropic_usage import decode_usage
from .finish_reason import finish_reason
from .reply_decoder import ReplyDecoder
from .surrogate import SurrogateJoiner, mended

_TEXTS = ("text", "thinking", "partial_json")


def decoder(trace: Trace, endpoint: Endpoint, *, secrets: tuple[str, ...] = ()) -> AnthropicDecoder:
    """A decoder for one reply, which notes facts in *trace* and keeps *secrets* out of its errors."""
    return AnthropicDecoder(trace, endpoint, secrets)


class AnthropicDecoder(ReplyDecoder):
    """
    Decodes one reply, streamed or whole; see `codec.Decoder`.

    Of a stream `trace.raw` has what a whole reply would say, without its content, which is in the events. A turn that
    the provider paused ends with the reason `other` (`pause_turn`): send it back as it is, and the model goes on.
    """

    def __init__(self, trace: Trace, endpoint: Endpoint, secrets: tuple[str, ...] = ()) -> None:
        super().__init__(trace, endpoint, secrets)
        self._reader = BlockReader(endpoint.name)
        self._raw: dict[str, Any] = {}
        self._usage: dict[str, Any] = {}
        self._halves: dict[Any, SurrogateJoiner] = {}

    def _skim(self, name: str, document: Any, events: list[Event]) -> bool:
        if document.__class__ is dict and document.get("type") == "content_block_delta":
            delta = document["delta"]
            if document["index"] == self._reader.speaking and delta["type"] == "text_delta":
                text = delta["text"]
                if text and text.__class__ is str:
                    events.append(TextDelta(text))
                    return True
        return False

    def _take(self, name: str, document: Any, events: list[Event]) -> None:
        if not isinstance(document, dict):
            if name == "error":
                raise self._reported(document)
            raise TypeError("an event is an object")
        kind = document.get("type") or name
        if kind == "content_block_delta":
            self._begun = True
            self._reader.feed(document["index"], document["delta"], events)
        elif kind == "content_block_start":
            self._begun = True
            self._start_block(document, events)
        elif kind == "content_block_stop":
            self._reader.close(document["index"], events)
        elif kind == "error" or name == "error" or document.get("error"):
            raise self._reported(document)
        else:
            self._take_message(kind, document, events)

    def _take_message(self, kind: str, document: dict[str, Any], events: list[Event]) -> None:
        """Read an event about the message as such; those of kinds that nobody knows yet say nothing."""
        match kind:
            case "message_start":
                self._begun = True
                self._raw |= document["message"]
                self._note(events)
                self._count(self._raw.get("usage"), events)
            case "message_delta":
                others = {name: value for name, value in document.items() if name not in ("type", "delta", "usage")}
                told = {**(document.get("delta") or {}), **others}
                self._raw |= {name: value for name, value in told.items() if value is not None}
                self._note(events, told)
                self._count(document.get("usage"), events)
            case "message_stop":
                if not self._begun:
                    raise TypeError("a message stops that never began")
                self._finish(events)
            case "":
                raise TypeError("an event has a type")

    def _start_block(self, document: dict[str, Any], events: list[Event]) -> None:
        block = document["content_block"]
        self._reader.open(document["index"], block, events)
        self._look_at_fallback(block)

    def _look_at_fallback(self, block: Mapping[str, Any]) -> None:
        """Another model may take an answer over, and is then the one that answered."""
        if block.get("type") == "fallback" and isinstance(to := block.get("to"), Mapping):
            self._identify(to.get("model"), None)

    def _note(self, events: list[Event], told: Mapping[str, Any] | None = None) -> None:
        self._trace.raw = self._raw
        if told is None:
            self._identify(self._raw.get("model"), self._raw.get("id"))
        container = (self._raw if told is None else told).get("container")
        if isinstance(container, Mapping) and isinstance(name := container.get("id"), str):
            self._reader.sandbox(name, events)

    def _count(self, counts: Any, events: list[Event]) -> None:
        """Add the usage: later counts stand in for earlier ones, and what is not counted again holds."""
        if isinstance(counts, Mapping) and counts:
            self._usage |= {name: value for name, value in counts.items() if value is not None}
            self._raw["usage"] = self._usage
            events.append(UsageEvent(decode_usage(self._usage)))

    def _finish(self, events: list[Event]) -> None:
        if self.done:
            return
        self.done = True
        self._reader.finish(events)
        reason = self._raw.get("stop_reason")
        raw = None if reason is None else str(reason)
        events.append(Finish(_reason(raw, self._reader.called), raw))

    def _end_mark(self, events: list[Event]) -> None:
        if self._raw.get("stop_reason"):
            self._finish(events)

    def _cut(self, events: list[Event]) -> None:
        if not self._raw.get("stop_reason"):
            super()._cut(events)
        self._finish(events)

    def _flush(self, events: list[Event]) -> None:
        self._reader.break_off(events)

    def _reported(self, value: Any) -> ProviderError:
        return reported(value, self._endpoint, self._secrets)

    def _joined(self, document: Any) -> Any:
        """A delta whose text may begin or end with half a character, which has its other half in another one."""
        match document:
            case {"type": "content_block_delta", "index": index, "delta": dict(delta)}:
                for name in _TEXTS:
                    if isinstance(text := delta.get(name), str):
                        delta[name] = self._halves.setdefault((str(index), name), SurrogateJoiner()).join(text)
        return mended(document)

    def _take_whole(self, reply: Any, body: bytes, events: list[Event]) -> None:
        if reply.get("type") == "error" or reply.get("error"):
            self._trace.raw = reply
            raise self._reported(reply)
        content = reply["content"]
        if not isinstance(content, list):
            raise self._bad(body)
        self._raw = reply
        self._trace.raw = reply
        self._identify(reply.get("model"), reply.get("id"))
        for block in content:
            self._reader.whole(block, events)
            self._look_at_fallback(block)
        self._note(events, reply)
        if isinstance(counts := reply.get("usage"), Mapping) and counts:
            events.append(UsageEvent(decode_usage(counts)))
        self._finish(events)


def _reason(raw: str | None, called: bool) -> FinishReason:
    if raw == "model_context_window_exceeded":
        return "length"
    return finish_reason(raw, called=called, refused=False)
