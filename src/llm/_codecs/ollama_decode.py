"""Replies of Ollama's own API as events."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

import jiter

from .._domain.call import Trace
from .._domain.endpoint import Endpoint
from .._domain.event import Event, Finish, ReasoningDelta, TextDelta, ToolCallDelta, UsageEvent
from .._domain.usage import Usage
from .finish_reason import finish_reason
from .json_lines import LineSplitter
from .provider_error import is_number
from .reply_decoder import ReplyDecoder
from .surrogate import SurrogateJoiner, mended
from .think_tags import ThinkTags

_DURATIONS = ("total_duration", "load_duration", "prompt_eval_duration", "eval_duration")  # nanoseconds
_TOLD = frozenset(("content", "thinking", "tool_calls"))


def decoder(trace: Trace, endpoint: Endpoint, *, secrets: tuple[str, ...] = ()) -> OllamaDecoder:
    """A decoder for one reply, which notes facts in *trace* and keeps *secrets* out of its errors."""
    return OllamaDecoder(trace, endpoint, secrets)


def looks_like_stream(content_type: str, start: bytes) -> bool:
    """Whether a body is JSON lines: its content type tells, else its first document, which is not the last."""
    if "json" in content_type and ("nd" in content_type or "lines" in content_type or "jsonl" in content_type):
        return True
    return b'"done":false' in start.replace(b" ", b"")


class OllamaDecoder(ReplyDecoder):
    """Decodes one reply, streamed or whole; see `codec.Decoder`. Of a stream `trace.raw` is its last document."""

    def __init__(self, trace: Trace, endpoint: Endpoint, secrets: tuple[str, ...] = ()) -> None:
        super().__init__(trace, endpoint, secrets, LineSplitter())
        self._tags: ThinkTags | None = ThinkTags()
        self._halves = {name: SurrogateJoiner() for name in ("content", "thinking")}
        self._calls = 0

    def whole(self, body: bytes) -> Iterable[Event]:
        """The events of a complete reply, which may be a stream that did not say so."""
        try:
            jiter.from_json(body)
        except ValueError:
            if b"\n" in body.strip():
                return chain(self.feed(body), self.close())
        return super().whole(body)

    def _skim(self, name: str, document: Any, events: list[Event]) -> bool:
        message = document.get("message")
        if self._begun and self._tags is None and not document.get("done") and message and len(message) == 2:
            content = message.get("content")
            if content.__class__ is str and "error" not in document:
                if content:
                    events.append(TextDelta(content))
                return True
        return False

    def _take(self, name: str, document: Any, events: list[Event]) -> None:
        self._trace.raw = _without_words(document)
        self._read_document(document, events)

    def _take_whole(self, reply: Any, body: bytes, events: list[Event]) -> None:
        self._trace.raw = reply
        if "message" not in reply and "error" not in reply:
            raise self._bad(body)
        self._read_document({"done": True, **reply}, events)
        if not self.done:
            self._finish(reply, events)

    def _read_document(self, document: Mapping[str, Any], events: list[Event]) -> None:
        if error := document.get("error"):
            raise self._reported({"error": error, "status": document.get("status_code")})
        message = document.get("message")
        if message is None and not document.get("done"):
            raise KeyError("message")
        self._identify(document.get("model"), None)
        self._begun = True
        if message:
            self._message(message, events)
        if document.get("done"):
            self._finish(document, events)

    def _message(self, message: Mapping[str, Any], events: list[Event]) -> None:
        if thinking := message.get("thinking"):
            events.append(ReasoningDelta(thinking))
        if text := message.get("content"):
            self._text(text, events)
        for call in message.get("tool_calls") or ():
            self._end_tags(events)
            self._call(call, events)

    def _call(self, call: Mapping[str, Any], events: list[Event]) -> None:
        """A call, which comes whole; its arguments are an object."""
        function = call["function"]
        arguments = function.get("arguments")
        text = arguments if isinstance(arguments, str) else json.dumps(arguments or {}, ensure_ascii=False)
        events.append(ToolCallDelta(self._calls, str(function["name"]), text, call.get("id") or None))
        self._calls += 1

    def _text(self, text: str, events: list[Event]) -> None:
        if self._tags is None:
            events.append(TextDelta(text))
            return
        self._pieces(self._tags.feed(text), events)
        if self._tags.passing:
            self._tags = None

    def _pieces(self, pieces: Iterable[tuple[str, str]], events: list[Event]) -> None:
        for kind, piece in pieces:
            events.append(TextDelta(piece) if kind == "text" else ReasoningDelta(piece))

    def _end_tags(self, events: list[Event]) -> None:
        """End the search for think tags."""
        if self._tags is not None:
            self._pieces(self._tags.close(), events)
            self._tags = None

    def _joined(self, document: Any) -> Any:
        """A document whose texts may begin or end with half a character, which has its other half in another one."""
        if isinstance(document, dict) and isinstance(message := document.get("message"), dict):
            for name, halves in self._halves.items():
                if isinstance(text := message.get(name), str):
                    message[name] = halves.join(text)
        return mended(document)

    def _flush(self, events: list[Event]) -> None:
        self._end_tags(events)

    def _finish(self, document: Mapping[str, Any], events: list[Event]) -> None:
        self._end_tags(events)
        usage = _usage(document)
        if usage:
            events.append(UsageEvent(usage))
        raw = document.get("done_reason")
        raw = raw if isinstance(raw, str) and raw else None
        events.append(Finish(finish_reason(raw, called=self._calls > 0, refused=False), raw))
        self.done = True


def _usage(document: Mapping[str, Any]) -> Usage:
    """The counts of the last document; how long each step took is in the details."""
    counts = [value if is_number(value := document.get(name)) else None for name in ("prompt_eval_count", "eval_count")]
    details = {name: document[name] for name in _DURATIONS if is_number(document.get(name))}
    return Usage(counts[0], counts[1], details or None)


def _without_words(document: Any) -> Any:
    """A document without what is in the events."""
    if not isinstance(document, dict) or not isinstance(document.get("message"), dict):
        return document
    message = {name: value for name, value in document["message"].items() if name not in _TOLD}
    return {**document, "message": message}
