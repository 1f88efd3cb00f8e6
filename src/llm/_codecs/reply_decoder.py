"""What decoders of all wires have in common: cutting a stream into documents, and ending well whatever comes."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, Protocol

import jiter

from .._domain.call import Trace
from .._domain.endpoint import Endpoint
from .._domain.event import Event
from .._io.request import HTTPRequest
from ..errors import BadReplyError, LLMError, NetworkError, ProviderError
from .provider_error import bad_reply, is_number, reported, who
from .sound_events import keep_sound
from .sse import EventSplitter, ServerSentEvent
from .surrogate import mended

MALFORMED = (AttributeError, IndexError, KeyError, OverflowError, RecursionError, TypeError, ValueError)
"""What reading a document raises that is not of the form that the wire promises."""

_from_json = jiter.from_json


class Splitter(Protocol):
    """Cuts the bytes of a stream into documents, each with the name that the stream gave it (or none)."""

    @property
    def stray(self) -> bytes:
        """The first of what belongs to no document, for the message of an error."""
        ...

    def feed(self, chunk: bytes) -> list[ServerSentEvent]:
        """The documents that *chunk* completes."""
        ...

    def close(self) -> list[ServerSentEvent]:
        """The document that the end of the stream left open, if any."""
        ...


class ReplyDecoder(ABC):
    """
    Decodes one reply, streamed or whole; see `codec.Decoder`.

    A subclass reads documents: `_take` one of a stream, `_take_whole` a complete reply; both append to a list of
    events, set `done` once nothing more can come, and may raise what `reported` makes of an error in the reply.
    Anything in MALFORMED that they raise becomes a BadReplyError, and so does an event that is not sound. `_flush`
    gives out what is held back, when the answer breaks off.
    """

    def __init__(
        self, trace: Trace, endpoint: Endpoint, secrets: tuple[str, ...] = (), splitter: Splitter | None = None
    ) -> None:
        self.done = False
        self._trace = trace
        self._endpoint = endpoint
        self._secrets = secrets
        self._splitter = EventSplitter() if splitter is None else splitter
        self._begun = False  # whether anything of an answer has come

    @abstractmethod
    def _take(self, name: str, document: Any, events: list[Event]) -> None:
        """Add the events of one document of the stream."""

    def _skim(self, name: str, document: Any, events: list[Event]) -> bool:
        """
        Read a document that says no more than a piece of text, as nearly all of a stream do.

        False, and nothing was read, where there is more to it. What is added here is not looked at again.
        """
        return False

    @abstractmethod
    def _take_whole(self, reply: Any, body: bytes, events: list[Event]) -> None:
        """Add the events of a complete reply."""

    def _flush(self, events: list[Event]) -> None:
        """Add the events that were held back; the answer breaks off here."""
        return

    def _cut(self, events: list[Event]) -> None:
        """The stream ended without its end mark: an error, unless the wire can tell that the answer is whole."""
        message = f"{who(self._endpoint)} ended the stream early, before the answer was whole"
        raise NetworkError(message, host=HTTPRequest(self._endpoint.base_url).host)

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
            if not self.done:
                self._cut(events)
            if not keep_sound(events):
                raise self._bad(self._splitter.stray)
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
        with suppress(*MALFORMED):
            self._flush(events)
        keep_sound(events)
        return _then_raise(events, error)

    def _bad(self, data: bytes) -> BadReplyError:
        return bad_reply(self._endpoint, data, self._secrets)

    def _reported(self, value: Any) -> ProviderError:
        return reported(value, self._endpoint, self._secrets)

    def _identify(self, model: Any, identity: Any) -> None:
        """Note who answered, and the provider's name for the exchange."""
        if isinstance(model, str) and model:
            self._trace.model = model
        if self._trace.request_id is None and identity and (isinstance(identity, str) or is_number(identity)):
            self._trace.request_id = str(identity)

    def _read(self, name: str, data: bytes, events: list[Event]) -> None:
        """Add the events of one document of the stream, as bytes."""
        try:
            document = _from_json(data)
        except ValueError:
            document = self._salvage(name, data, events)
            if document is None:
                return
        try:
            if self._skim(name, document, events):
                return
            before = len(events)
            self._take(name, document, events)
        except MALFORMED:
            raise self._bad(data) from None
        if not keep_sound(events, before):
            raise self._bad(data)

    def _salvage(self, name: str, data: bytes, events: list[Event]) -> Any:
        """
        The document in what a strict parser does not take, such as halves of characters.

        None where that was an end mark, or several documents that no blank lines were between; they have been read.
        """
        text = data.decode("utf-8", "replace").strip()
        if text.startswith("[DONE]"):
            self._end_mark(events)
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

    def _end_mark(self, events: list[Event]) -> None:
        """`[DONE]` has come; wires that end otherwise pass it over."""
        return

    def _joined(self, document: Any) -> Any:
        """A document whose texts may begin or end with half a character."""
        return mended(document)

    def _last(self, events: list[Event]) -> None:
        """Read the document that the end of the stream left open; one that it cut in two was never sent."""
        for name, data in self._splitter.close():
            if self.done:
                return
            try:
                self._read(name, data, events)
            except BadReplyError:
                if not self._begun:
                    raise

    def _whole(self, body: bytes, events: list[Event]) -> None:
        try:
            reply = _from_json(body)
        except ValueError:
            reply = self._salvaged(body)
        try:
            self._take_whole(reply, body, events)
        except MALFORMED:
            raise self._bad(body) from None
        if not keep_sound(events):
            raise self._bad(body)

    def _salvaged(self, body: bytes) -> Any:
        """The JSON of a body that a strict parser does not take."""
        try:
            return mended(json.loads(body.decode("utf-8-sig", "replace"), strict=False))
        except (ValueError, RecursionError):
            raise self._bad(body) from None


def _then_raise(events: list[Event], error: LLMError) -> Iterator[Event]:
    yield from events
    raise error
