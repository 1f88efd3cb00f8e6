"""Replies of Chat Completions as events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._domain.call import Trace
from .._domain.endpoint import Endpoint
from .._domain.event import Event, Finish, UsageEvent
from .chat_message import MessageReader
from .chat_usage import decode_usage, usage_field
from .finish_reason import finish_reason
from .reply_decoder import ReplyDecoder
from .sound_events import keep_sound
from .surrogate import SurrogateJoiner, mended

_NOT_FOLDED = frozenset(("choices", "obfuscation"))
_NOT_FOLDED_OF_CHOICE = frozenset(("delta", "logprobs", "message"))


def decoder(trace: Trace, endpoint: Endpoint, *, secrets: tuple[str, ...] = ()) -> ChatDecoder:
    """A decoder for one reply, which notes facts in *trace* and keeps *secrets* out of its errors."""
    return ChatDecoder(trace, endpoint, secrets)


class ChatDecoder(ReplyDecoder):
    """
    Decodes one reply, streamed or whole; see `codec.Decoder`.

    Of a stream `trace.raw` has a small form that looks like a whole reply: of each field the last value, without the
    text and the calls, which are in the events.
    """

    def __init__(self, trace: Trace, endpoint: Endpoint, secrets: tuple[str, ...] = ()) -> None:
        super().__init__(trace, endpoint, secrets)
        self._reader = MessageReader(endpoint.name)
        self._choice: dict[str, Any] = {"index": 0, "message": self._reader.kept}
        self._raw: dict[str, Any] = {"choices": [self._choice]}
        self._reason: str | None = None
        self._usage: Mapping[str, Any] | None = None
        self._halves: dict[str, SurrogateJoiner] = {}
        # Chunks of one stream look alike. One with as many fields as the last that was looked at closely, and nothing
        # in it but text, is not looked at closely.
        self._width = self._choice_width = -1
        self._unfolded: dict[str, Any] = {}

    def _skim(self, name: str, chunk: Any, events: list[Event]) -> bool:
        if len(chunk) != self._width or name or chunk.get("usage") or "error" in chunk:
            return False
        choices = chunk.get("choices")
        if not choices or len(choices) != 1:
            return False
        choice = choices[0]
        get = choice.get
        if len(choice) != self._choice_width or get("index") or get("finish_reason") is not None or get("logprobs"):
            return False
        before = len(events)
        if (delta := get("delta")) and not self._reader.skim(delta, events) and not keep_sound(events, before):
            raise TypeError("a text is a string")
        self._unfolded = chunk
        return True

    def _take(self, name: str, chunk: Any, events: list[Event]) -> None:
        """Read a chunk of which nothing is known."""
        if not isinstance(chunk, dict):
            if name == "error" or (isinstance(chunk, list) and "error" in chunk[0]):
                raise self._reported(chunk)
            raise TypeError("a chunk is an object")
        failed = name == "error" or chunk.get("error") or chunk.get("object") == "error"
        self._fold(self._unfolded)
        self._fold(chunk)
        self._width = len(chunk)
        choices = chunk.get("choices") or ()
        for choice in choices:
            if not choice.get("index"):
                self._look_at_choice(choice, events)
                break
        self._count(chunk, events)
        if failed:
            raise self._reported(chunk)
        self._begun = True

    def _look_at_choice(self, choice: dict[str, Any], events: list[Event]) -> None:
        self._fold_choice(choice)
        self._choice_width = len(choice)
        if delta := choice.get("delta") or choice.get("message"):
            self._reader.read(delta, events)
        reason = choice.get("finish_reason")
        if reason is not None:
            self._reason = str(reason) or self._reason or ""
        if reason:
            self._reader.finish(events)
        if choice.get("error"):
            raise self._reported(choice)

    def _fold(self, chunk: dict[str, Any]) -> None:
        """Add the fields of a chunk to what the trace has of the reply."""
        for name, value in chunk.items():
            if value is not None and name not in _NOT_FOLDED:
                self._raw[name] = value
        if chunk:
            self._note(self._raw)

    def _fold_choice(self, choice: dict[str, Any]) -> None:
        for name, value in choice.items():
            if value is not None and name not in _NOT_FOLDED_OF_CHOICE:
                self._choice[name] = value
        for name, values in (choice.get("logprobs") or {}).items():
            if isinstance(values, list):
                self._choice.setdefault("logprobs", {}).setdefault(name, []).extend(values)

    def _note(self, reply: dict[str, Any]) -> None:
        self._trace.raw = reply
        self._identify(reply.get("model"), reply.get("request_id") or reply.get("id"))

    def _count(self, reply: Mapping[str, Any], events: list[Event]) -> None:
        """Add the usage, if it says anything new."""
        counts = usage_field(reply)
        if counts and counts != self._usage:
            self._usage = counts
            events.append(UsageEvent(decode_usage(counts)))

    def _end_mark(self, events: list[Event]) -> None:
        if not self._begun:
            raise self._bad(self._splitter.stray)
        self._finish(events)

    def _cut(self, events: list[Event]) -> None:
        if self._reason is None:
            super()._cut(events)
        self._finish(events)

    def _flush(self, events: list[Event]) -> None:
        self._fold(self._unfolded)
        self._reader.finish(events)

    def _joined(self, chunk: Any) -> Any:
        """A chunk whose text may begin or end with half a character, which has its other half in another chunk."""
        match chunk:
            case {"choices": [{"delta": dict(delta)}, *_]}:
                for name in ("content", "reasoning", "reasoning_content"):
                    if isinstance(text := delta.get(name), str):
                        delta[name] = self._halves.setdefault(name, SurrogateJoiner()).join(text)
        return mended(chunk)

    def _finish(self, events: list[Event]) -> None:
        if self.done:
            return
        self.done = True
        self._fold(self._unfolded)
        self._reader.finish(events)
        reason = finish_reason(self._reason, called=self._reader.called, refused=self._reader.refused)
        events.append(Finish(reason, self._reason))

    def _take_whole(self, reply: Any, body: bytes, events: list[Event]) -> None:
        if isinstance(reply, dict):
            self._note(reply)
        failure = reply[0] if isinstance(reply, list) else reply
        if failure.get("error") or failure.get("object") == "error":
            raise self._reported(failure)
        choices = reply.get("choices")
        if not choices:
            raise self._bad(body)
        choice = next((choice for choice in choices if not choice.get("index")), choices[0])
        self._reader.read(choice.get("message") or choice.get("delta") or {}, events, whole=True)
        self._reader.finish(events)
        reason = choice.get("finish_reason")
        self._reason = None if reason is None else str(reason)
        self._count(reply, events)
        if choice.get("error"):
            raise self._reported(choice)
        self._finish(events)
