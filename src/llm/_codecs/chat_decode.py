"""Replies of Chat Completions as events."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import jiter

from .._domain.call import Trace
from .._domain.endpoint import Endpoint
from .._domain.event import Event, Finish, UsageEvent
from .._io.request import HTTPRequest
from ..errors import BadReplyError, LLMError, NetworkError, ProviderError
from .chat_errors import bad_reply, is_number, reported, who
from .chat_message import MessageReader
from .chat_usage import decode_usage, usage_field
from .finish_reason import finish_reason
from .sse import EventSplitter
from .surrogate import SurrogateJoiner, mended

_MALFORMED = (AttributeError, IndexError, KeyError, OverflowError, RecursionError, TypeError, ValueError)
_NOT_FOLDED = frozenset(("choices", "obfuscation"))
_NOT_FOLDED_OF_CHOICE = frozenset(("delta", "logprobs", "message"))
_from_json = jiter.from_json


def decoder(trace: Trace, endpoint: Endpoint, *, secrets: tuple[str, ...] = ()) -> ChatDecoder:
    """A decoder for one reply, which notes facts in *trace* and keeps *secrets* out of its errors."""
    return ChatDecoder(trace, endpoint, secrets)


class ChatDecoder:
    """
    Decodes one reply, streamed or whole; see `codec.Decoder`.

    Of a stream `trace.raw` has a small form that looks like a whole reply: of each field the last value, without the
    text and the calls, which are in the events.
    """

    def __init__(self, trace: Trace, endpoint: Endpoint, secrets: tuple[str, ...] = ()) -> None:
        self.done = False
        self._trace = trace
        self._endpoint = endpoint
        self._secrets = secrets
        self._splitter = EventSplitter()
        self._reader = MessageReader(endpoint.name)
        self._choice: dict[str, Any] = {"index": 0, "message": self._reader.kept}
        self._raw: dict[str, Any] = {"choices": [self._choice]}
        self._begun = False
        self._reason: str | None = None
        self._usage: Mapping[str, Any] | None = None
        self._halves: dict[str, SurrogateJoiner] = {}
        # Chunks of one stream look alike. One with as many fields as the last that was looked at closely, and nothing
        # in it but text, is not looked at closely.
        self._width = self._choice_width = -1
        self._unfolded: dict[str, Any] = {}

    def feed(self, chunk: bytes) -> Iterable[Event]:
        """The events that *chunk* completes; errors come after those that stand before them."""
        events: list[Event] = []
        try:
            for name, data in self._splitter.feed(chunk):
                if not self.done:
                    self._read(name, data, events)
        except LLMError as error:
            return self._failed(events, error)
        return events

    def close(self) -> Iterable[Event]:
        """The events that were held back; an answer that is not whole is an error after them."""
        events: list[Event] = []
        try:
            self._last(events)
            if not self.done and not self._begun:
                raise self._bad(self._splitter.stray)
            if not self.done and self._reason is None:
                message = f"{who(self._endpoint)} ended the stream early, before the answer was whole"
                raise NetworkError(message, host=HTTPRequest(self._endpoint.base_url).host)
            self._finish(events)
        except LLMError as error:
            return self._failed(events, error)
        return events

    def whole(self, body: bytes) -> Iterable[Event]:
        """The events of a complete reply."""
        events: list[Event] = []
        try:
            self._whole(body, events)
        except LLMError as error:
            return self._failed(events, error)
        return events

    def _failed(self, events: list[Event], error: LLMError) -> Iterator[Event]:
        """What came before the error, and then the error."""
        self.done = True
        # Errors in what was received quote it, a key in it included: they are in no traceback, and nothing holds them.
        error.__cause__ = error.__context__ = None
        self._fold(self._unfolded)
        self._reader.finish(events)
        return _then_raise(events, error)

    def _bad(self, data: bytes) -> BadReplyError:
        return bad_reply(self._endpoint, data, self._secrets)

    def _reported(self, value: Any) -> ProviderError:
        return reported(value, self._endpoint, self._secrets)

    def _read(self, name: str, data: bytes, events: list[Event]) -> None:
        """Add the events of one chunk of the stream."""
        try:
            chunk = _from_json(data)
        except ValueError:
            chunk = self._salvage(name, data, events)
            if chunk is None:
                return
        try:
            if len(chunk) == self._width and not name and not chunk.get("usage") and "error" not in chunk:
                choices = chunk.get("choices")
                if choices and len(choices) == 1 and self._plain(choices[0], events):
                    self._unfolded = chunk
                    return
            self._look(name, chunk, events)
        except _MALFORMED:
            raise self._bad(data) from None

    def _plain(self, choice: dict[str, Any], events: list[Event]) -> bool:
        """Read a choice that has nothing but a delta; False, and nothing read, if there is more to it."""
        get = choice.get
        if len(choice) != self._choice_width or get("index") or get("finish_reason") is not None or get("logprobs"):
            return False
        if delta := get("delta"):
            self._reader.skim(delta, events)
        return True

    def _look(self, name: str, chunk: Any, events: list[Event]) -> None:
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
        if isinstance(model := reply.get("model"), str) and model:
            self._trace.model = model
        identity = reply.get("request_id") or reply.get("id")
        if self._trace.request_id is None and identity and (isinstance(identity, str) or is_number(identity)):
            self._trace.request_id = str(identity)

    def _count(self, reply: Mapping[str, Any], events: list[Event]) -> None:
        """Add the usage, if it says anything new."""
        counts = usage_field(reply)
        if counts and counts != self._usage:
            self._usage = counts
            events.append(UsageEvent(decode_usage(counts)))

    def _salvage(self, name: str, data: bytes, events: list[Event]) -> Any:
        """
        The chunk in what a strict parser does not take, such as halves of characters.

        None where that was the end mark, or several chunks that no blank lines were between; they have been read then.
        """
        text = data.decode("utf-8", "replace").strip()
        if text.startswith("[DONE]"):
            if not self._begun:
                raise self._bad(self._splitter.stray)
            self._finish(events)
            return None
        try:
            return self._joined(json.loads(text, strict=False)) if text else None
        except (ValueError, RecursionError):
            if b"\n" in data.strip():
                for line in data.split(b"\n"):
                    if not self.done:
                        self._read(name, line, events)
                return None
            if name == "error":
                raise self._reported(text) from None
            raise self._bad(data) from None

    def _joined(self, chunk: Any) -> Any:
        """A chunk whose text may begin or end with half a character, which has its other half in another chunk."""
        match chunk:
            case {"choices": [{"delta": dict(delta)}, *_]}:
                for name in ("content", "reasoning", "reasoning_content"):
                    if isinstance(text := delta.get(name), str):
                        delta[name] = self._halves.setdefault(name, SurrogateJoiner()).join(text)
        return mended(chunk)

    def _last(self, events: list[Event]) -> None:
        """Read the event that the end of the stream left open; one that it cut in two was never sent."""
        for name, data in self._splitter.close():
            if self.done:
                return
            try:
                self._read(name, data, events)
            except BadReplyError:
                if not self._begun:
                    raise

    def _finish(self, events: list[Event]) -> None:
        if self.done:
            return
        self.done = True
        self._fold(self._unfolded)
        self._reader.finish(events)
        reason = finish_reason(self._reason, called=self._reader.called, refused=self._reader.refused)
        events.append(Finish(reason, self._reason))

    def _whole(self, body: bytes, events: list[Event]) -> None:
        try:
            reply = _from_json(body)
        except ValueError:
            reply = self._salvaged(body)
        try:
            self._read_whole(reply, body, events)
        except _MALFORMED:
            raise self._bad(body) from None

    def _salvaged(self, body: bytes) -> Any:
        """The JSON of a body that a strict parser does not take."""
        try:
            return mended(json.loads(body.decode("utf-8-sig", "replace"), strict=False))
        except (ValueError, RecursionError):
            raise self._bad(body) from None

    def _read_whole(self, reply: Any, body: bytes, events: list[Event]) -> None:
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


def _then_raise(events: list[Event], error: LLMError) -> Iterator[Event]:
    yield from events
    raise error
