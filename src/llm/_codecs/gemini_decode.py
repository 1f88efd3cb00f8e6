"""Replies of Gemini as events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jiter

from .._domain.call import Trace
from .._domain.endpoint import Endpoint
from .._domain.event import Event, Finish, TextDelta, UsageEvent
from ..errors import ProviderError
from .gemini_error import reported
from .gemini_finish import finish_reason
from .gemini_opaque import SOURCES, kept
from .gemini_parts import PartReader
from .gemini_usage import decode_usage
from .reply_decoder import ReplyDecoder

# The fields of most pieces of a stream, which hold text and nothing else that is new.
_PLAIN = frozenset(("candidates", "usageMetadata", "modelVersion", "responseId", "createTime"))
_KNOWN = frozenset(("candidates", "promptFeedback", "usageMetadata", "modelVersion", "responseId"))


def decoder(trace: Trace, endpoint: Endpoint, *, secrets: tuple[str, ...] = ()) -> GeminiDecoder:
    """A decoder for one reply, which notes facts in *trace* and keeps *secrets* out of its errors."""
    return GeminiDecoder(trace, endpoint, secrets)


class GeminiDecoder(ReplyDecoder):
    """
    Decodes one reply, streamed or whole; see `codec.Decoder`.

    A stream has no end mark: it is whole where its candidate has a finish reason, or where there is no candidate.
    Of a stream `trace.raw` has a small form that looks like a whole reply: of each field the last value, without the
    content, which is in the events.
    """

    def __init__(self, trace: Trace, endpoint: Endpoint, secrets: tuple[str, ...] = ()) -> None:
        super().__init__(trace, endpoint, secrets)
        self._parts = PartReader(endpoint.name)
        self._candidate: dict[str, Any] = {}
        self._raw: dict[str, Any] = {}
        self._reason: str | None = None
        self._answered = False  # whether any candidate has come
        self._unfolded: dict[str, Any] = {}  # the last piece, where it was not looked at closely

    def _skim(self, name: str, document: Any, events: list[Event]) -> bool:
        if self._raw and document.__class__ is dict and not name and _PLAIN.issuperset(document):
            text = _plain_text(document)
            if text:
                self._parts.text(text, events)
                self._unfolded = document
                self._begun = self._answered = True
                return True
        return False

    def _take(self, name: str, document: Any, events: list[Event]) -> None:
        for chunk in document if isinstance(document, list) else (document,):
            self._look_at(chunk, events, failed=name == "error")

    def _look_at(self, chunk: Any, events: list[Event], *, failed: bool = False, whole: bool = False) -> None:
        """Read a reply, or a piece of one, of which nothing is known."""
        if not isinstance(chunk, dict):
            if failed:
                raise self._reported(chunk)
            raise TypeError("a reply is an object")
        self._fold(self._unfolded)
        self._unfolded = {}
        self._fold(chunk)
        for candidate in chunk.get("candidates") or ():
            if not candidate.get("index"):
                self._answered = True
                self._fold_candidate(candidate)
                for part in (candidate.get("content") or {}).get("parts") or ():
                    self._parts.read(part, events, whole=whole)
                break
        if failed or chunk.get("error"):
            raise self._reported(chunk)
        self._begun = True

    def _fold(self, chunk: dict[str, Any]) -> None:
        """Add the fields of a chunk to what the trace has of the reply."""
        if not chunk:
            return
        for name, value in chunk.items():
            if value is not None and name != "candidates":
                self._raw[name] = value
        if "candidates" in chunk:
            self._raw.setdefault("candidates", [self._candidate])
        self._note(self._raw)

    def _fold_candidate(self, candidate: dict[str, Any]) -> None:
        for name, value in candidate.items():
            before = self._candidate.get(name)
            if value in (None, {}, []) or name == "content":
                continue
            if isinstance(before, dict) and isinstance(value, dict):
                value = before | {key: _later(name, before.get(key), inner) for key, inner in value.items()}
            self._candidate[name] = value
        if reason := candidate.get("finishReason"):
            self._reason = str(reason)

    def _note(self, reply: dict[str, Any]) -> None:
        self._trace.raw = reply
        self._identify(reply.get("modelVersion"), reply.get("responseId"))

    def _reported(self, value: Any) -> ProviderError:
        return reported(value, self._endpoint, self._secrets)

    def _last(self, events: list[Event]) -> None:
        super()._last(events)
        # An error in the middle of a stream comes as bare JSON, over several lines that are no event.
        if self._reason is None and b'"error"' in self._splitter.stray:
            try:
                stray = jiter.from_json(self._splitter.stray.strip(), partial_mode="trailing-strings")
            except ValueError:
                return
            raise self._reported(stray)

    def _cut(self, events: list[Event]) -> None:
        if self._answered and self._reason is None:
            super()._cut(events)
        self._finish(events)

    def _flush(self, events: list[Event]) -> None:
        """Add what was held back: speech, arguments, what the answer rests on, the usage."""
        self._fold(self._unfolded)
        self._unfolded = {}
        self._parts.finish(events)
        if sources := kept(self._endpoint.name, {n: v for n, v in self._candidate.items() if n in SOURCES}):
            events.append(TextDelta("", provider_metadata=sources))
        counts = self._raw.get("usageMetadata")
        if isinstance(counts, Mapping) and counts:
            events.append(UsageEvent(decode_usage(counts)))

    def _finish(self, events: list[Event]) -> None:
        if self.done:
            return
        self.done = True
        self._flush(events)
        feedback = self._raw.get("promptFeedback")
        blocked = feedback.get("blockReason") if isinstance(feedback, Mapping) else None
        if self._reason is None and blocked:
            events.append(Finish("content_filter", str(blocked)))
        elif self._answered:
            events.append(Finish(finish_reason(self._reason, called=self._parts.called), self._reason))
        else:
            events.append(Finish("other"))

    def _take_whole(self, reply: Any, body: bytes, events: list[Event]) -> None:
        # Without `alt=sse` the reply is an array of what would be the pieces of the stream.
        if isinstance(reply, list) and reply:
            for chunk in reply:
                self._look_at(chunk, events)
        else:
            self._look_at(reply, events, whole=True)
            self._note(reply)
        if _KNOWN.isdisjoint(self._raw):
            raise self._bad(body)
        self._finish(events)


def _plain_text(chunk: Mapping[str, Any]) -> str | None:
    """The text of a chunk whose only news it is; None where there is more to it."""
    candidates = chunk.get("candidates")
    if not candidates or len(candidates) != 1:
        return None
    candidate = candidates[0]
    if len(candidate) > 1 and (len(candidate) > 2 or candidate.get("index") != 0):
        return None
    content = candidate.get("content")
    parts = content.get("parts") if content else None
    if not parts or len(parts) != 1 or len(parts[0]) != 1:
        return None
    text = parts[0].get("text")
    return text if text.__class__ is str else None


def _later(name: str, before: Any, value: Any) -> Any:
    """What two pieces of a stream say of one thing: all queries, the probabilities of all tokens, else the later."""
    if not (isinstance(before, list) and isinstance(value, list)):
        return value
    if name == "logprobsResult":
        return before + value
    if all(isinstance(item, str) for item in before + value):
        return list(dict.fromkeys(before + value))
    return value
