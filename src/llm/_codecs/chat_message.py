"""What a model says, read from whole messages and from the deltas of a stream alike."""

from __future__ import annotations

import binascii
from collections.abc import Iterable, Mapping
from typing import Any

from .._domain.attachment import Attachment
from .._domain.event import Event, PartEvent, ReasoningDelta, TextDelta
from .._domain.media_type import from_content
from .._domain.part import AttachmentPart
from .chat_reasoning import ReasoningDetails, words
from .chat_tool_calls import ToolCalls
from .think_tags import Piece, ThinkTags

_REASONING = ("reasoning_content", "reasoning")


class MessageReader:
    """
    Reads the messages, or the deltas, of one answer, and writes their events into lists.

    Opaque data is kept under *source*, the endpoint's name. `kept` has the fields of the message that are no events.
    """

    def __init__(self, source: str) -> None:
        self.kept: dict[str, Any] = {}
        self.refused = False
        self._source = source
        self._tags: ThinkTags | None = ThinkTags()
        self._calls = ToolCalls(source)
        self._details = ReasoningDetails()
        self._reasoned = False
        self._audio = b""

    @property
    def called(self) -> bool:
        """Whether the answer asks for tools."""
        return self._calls.any

    def text(self, text: str, events: list[Event]) -> None:
        """Add the events of a piece of text."""
        if self._tags is None:
            events.append(TextDelta(text))
            return
        self._pieces(self._tags.feed(text), events)
        if self._tags.passing:
            self._tags = None

    def skim(self, delta: Mapping[str, Any], events: list[Event]) -> bool:
        """Read a delta of a stream; whether it held nothing but words, as most do. The role is in the first alone."""
        content = said = ""
        details: list[Any] = []
        for name, value in delta.items():
            if not value or name == "role":
                continue
            if name == "content" and value.__class__ is str:
                content = value
            elif name in _REASONING and value.__class__ is str:
                said = said or value
            elif name == "reasoning_details" and value.__class__ is list:
                details = value
            else:
                self.read(delta, events)
                return False
        if details:
            self._details.feed(details)
        if said or (details and (said := words(details))):
            self._reason(said, events)
        if content:
            self.text(content, events)
        return True

    def read(self, message: Mapping[str, Any], events: list[Event], *, whole: bool = False) -> None:
        """Add the events of a message, or of a delta: reasoning, what the provider ran, text, files, calls."""
        self._reasoning(message, events, whole)
        if executed := message.get("executed_tools"):
            events.extend(self._calls.executed(executed))
        content = message.get("content")
        if isinstance(content, str) and content:
            self.text(content, events)
        elif isinstance(content, list):
            self._chunks(content, events)
        self._others(message, events)
        if calls := message.get("tool_calls"):
            self._settle(events)
            events += self._calls.feed(calls, whole=whole)
        if call := message.get("function_call"):
            events.extend(self._calls.function_call(call))
        self._keep(message)

    def finish(self, events: list[Event]) -> None:
        """Add the events that were held back, in case more of the same should come."""
        self._settle(events)
        events.extend(self._calls.flush())
        if self._details.blocks:
            metadata = self._metadata("reasoning_details", self._details.blocks)
            events.append(ReasoningDelta(redacted=not self._reasoned, provider_metadata=metadata))
            self._details = ReasoningDetails()
        if self._audio:
            self._file(self._audio, from_content(self._audio) or "audio/wav", events)
            self._audio = b""

    def _settle(self, events: list[Event]) -> None:
        """End the search for think tags."""
        if self._tags is not None:
            self._pieces(self._tags.close(), events)
            self._tags = None

    def _pieces(self, pieces: Iterable[Piece], events: list[Event]) -> None:
        for kind, piece in pieces:
            if kind == "text":
                events.append(TextDelta(piece))
            else:
                self._reason(piece, events)

    def _reason(self, text: str, events: list[Event]) -> None:
        self._reasoned = True
        events.append(ReasoningDelta(text))

    def _reasoning(self, message: Mapping[str, Any], events: list[Event], whole: bool) -> None:
        """The words of reasoning once, however many fields say them."""
        details = message.get("reasoning_details")
        details = details if isinstance(details, list) else ()
        if details:
            self._details.feed(details, whole=whole)
        said = next((text for name in _REASONING if isinstance(text := message.get(name), str) and text), None)
        if text := said or words(details):
            self._reason(text, events)

    def _chunks(self, chunks: Iterable[Any], events: list[Event]) -> None:
        """Content as a list, as Mistral's reasoning models send it."""
        for chunk in chunks:
            match chunk:
                case str() | {"type": "text"}:
                    text = chunk if isinstance(chunk, str) else chunk.get("text")
                    if text:
                        self.text(text, events)
                case {"type": "thinking", "thinking": thinking}:
                    text = thinking if isinstance(thinking, str) else words(thinking or ())
                    if text:
                        self._reason(text, events)
                case {"type": "refusal", "refusal": str(text)}:
                    self._refuse(text, events)
                case {"type": "image_url", "image_url": image}:
                    self._image(image, events)
                case _:
                    events.append(TextDelta("", provider_metadata=self._metadata("content", [chunk])))

    def _others(self, message: Mapping[str, Any], events: list[Event]) -> None:
        if (refusal := message.get("refusal")) and isinstance(refusal, str):
            self._refuse(refusal, events)
        if annotations := message.get("annotations"):
            events.append(TextDelta("", provider_metadata=self._metadata("annotations", annotations)))
        for image in message.get("images") or ():
            self._image(image.get("image_url") if isinstance(image, Mapping) else image, events)
        if isinstance(audio := message.get("audio"), Mapping):
            if transcript := audio.get("transcript"):
                self.text(transcript, events)
            self._audio += _decoded(audio.get("data"))

    def _refuse(self, text: str, events: list[Event]) -> None:
        self.refused = True
        events.append(TextDelta(text, refusal=True))

    def _image(self, image: Any, events: list[Event]) -> None:
        url = image.get("url") if isinstance(image, Mapping) else image
        if not isinstance(url, str):
            return
        head, _, data = url.partition(",")
        if not head.startswith("data:"):
            events.append(PartEvent(AttachmentPart(Attachment(url=url))))
        elif content := _decoded(data):
            self._file(content, head[5:].partition(";")[0] or "image/png", events)

    def _file(self, content: bytes, media_type: str, events: list[Event]) -> None:
        events.append(PartEvent(AttachmentPart(Attachment(media_type, content=content))))

    def _keep(self, message: Mapping[str, Any]) -> None:
        for name, value in message.items():
            if name in _TOLD or value is None or value == "" or value == []:
                continue
            self.kept[name] = self.kept[name] + value if isinstance(value, list) and name in self.kept else value

    def _metadata(self, name: str, value: Any) -> dict[str, Any]:
        return {self._source: {name: value}}


_TOLD = frozenset(
    ("audio", "content", "function_call", "images", "reasoning", "reasoning_content", "reasoning_details", "refusal",
     "tool_calls")
)  # fmt: skip


def _decoded(data: Any) -> bytes:
    """The bytes of base64; none for what is no base64."""
    try:
        return binascii.a2b_base64(data or b"")
    except (binascii.Error, TypeError, ValueError):
        return b""
