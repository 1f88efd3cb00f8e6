"""What a Gemini model says, read from the parts of whole replies and of the pieces of a stream alike."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any, Literal

from .._domain.attachment import Attachment
from .._domain.event import Event, PartEvent, ReasoningDelta, TextDelta, ToolCallDelta
from .._domain.part import AttachmentPart, Opaque, ToolResultPart
from .gemini_opaque import PART, kept
from .gemini_partial_args import PartialArguments
from .gemini_speech import is_bare, wav

_CODE = "code_execution"


class PartReader:
    """
    Reads the parts of one answer, and writes their events into lists.

    Opaque data is kept under *source*, the endpoint's name. A part with a signature stays apart from its neighbours,
    and goes back as it came: whoever joins them breaks the signature.
    """

    def __init__(self, source: str) -> None:
        self.called = False  # whether a function is called that the caller is to run
        self._source = source
        self._count = 0
        self._last: Literal["text", "thought"] | None = None  # what a next piece of the same kind goes on with
        self._speech = bytearray()
        self._speech_type = ""
        self._speech_metadata: Opaque | None = None
        self._partial: PartialArguments | None = None

    def text(self, text: str, events: list[Event]) -> None:
        """Add a piece of plain text."""
        if self._last == "text":
            events.append(TextDelta(text))
        else:
            self.finish(events)
            events.append(TextDelta(text, begins=True))
            self._last = "text"

    def read(self, part: Mapping[str, Any], events: list[Event], *, whole: bool = False) -> None:
        """Add the events of one part, which is *whole* or may be a piece that others follow."""
        if "functionCall" in part:
            self._call(part, part["functionCall"] or {}, events)
        elif "text" in part:
            self._text(part, events, whole)
        elif "inlineData" in part:
            self._data(part, part["inlineData"], events)
        else:
            self.finish(events)
            self._last = None
            self._other(part, events)

    def finish(self, events: list[Event]) -> None:
        """Add the events that were held back, in case more of the same should come."""
        if self._speech:
            file = Attachment("audio/wav", content=wav(bytes(self._speech), self._speech_type))
            self._speech.clear()
            events.append(PartEvent(AttachmentPart(file, provider_metadata=self._speech_metadata)))
            self._speech_metadata = None
        if self._partial is not None:
            events.append(ToolCallDelta(self._count - 1, arguments=_json(self._partial.value)))
            self._partial = None

    def _text(self, part: Mapping[str, Any], events: list[Event], whole: bool) -> None:
        text = part["text"] or ""
        if not isinstance(text, str):
            raise TypeError("text is a string")
        opaque = _without(part, "text", "thought")
        thought = part.get("thought") is True
        if not text and not opaque:
            return
        kind: Literal["text", "thought"] = "thought" if thought else "text"
        goes_on = self._last == kind and not opaque and not whole
        if not goes_on:
            self.finish(events)
        if thought:
            # Marked as thought of this model, as another's goes to no other.
            mark = None if goes_on else kept(self._source, {"thought": True, **opaque})
            events.append(ReasoningDelta(text, provider_metadata=mark, begins=not goes_on))
        else:
            events.append(TextDelta(text, provider_metadata=kept(self._source, opaque), begins=not goes_on))
        self._last = None if opaque else kind

    def _call(self, part: Mapping[str, Any], call: Mapping[str, Any], events: list[Event]) -> None:
        self._last = None
        if self._partial is not None and call.get("args") is None:
            self._partial.feed(call.get("partialArgs") or ())
            if not call.get("willContinue"):
                self.finish(events)
            return
        self.finish(events)
        self.called = True
        delta = ToolCallDelta(
            self._next(),
            str(call.get("name") or ""),
            tool_call_id=call.get("id") or None,
            provider_metadata=kept(self._source, _without(part, "functionCall")),
            arguments="" if _is_partial(call) else _json(call.get("args") or {}),
        )
        events.append(delta)
        if _is_partial(call):
            self._partial = PartialArguments()
            self._partial.feed(call.get("partialArgs") or ())
            if not call.get("willContinue"):
                self.finish(events)

    def _data(self, part: Mapping[str, Any], data: Mapping[str, Any], events: list[Event]) -> None:
        self._last = None
        media_type = str(data.get("mimeType") or "")
        content = base64.b64decode(_standard(data.get("data") or ""), validate=True)
        metadata = kept(self._source, _without(part, "inlineData"))
        if not is_bare(media_type):
            self.finish(events)
            file = Attachment(media_type or None, content=content)
            events.append(PartEvent(AttachmentPart(file, provider_metadata=metadata)))
            return
        if media_type != self._speech_type:
            self.finish(events)
        self._speech += content
        self._speech_type = media_type
        self._speech_metadata = metadata or self._speech_metadata

    def _other(self, part: Mapping[str, Any], events: list[Event]) -> None:
        """Add what there is at most a few of in an answer."""
        whole = kept(self._source, {PART: dict(part)})
        match part:
            case {"executableCode": dict(code)}:
                self._executed(_CODE, _without(code, "id"), code.get("id"), whole, events)
            case {"toolCall": dict(call)}:
                self._executed(_kind(call), call.get("args") or {}, call.get("id"), whole, events)
            case {"codeExecutionResult": dict(result)}:
                outcome = str(result.get("outcome") or "OUTCOME_OK")
                failed = None if outcome == "OUTCOME_OK" else outcome
                events.append(_result(_CODE, str(result.get("output") or ""), result.get("id"), whole, failed))
            case {"toolResponse": dict(result)}:
                output = _json(result.get("response") or {})
                events.append(_result(_kind(result), output, result.get("id"), whole))
            case {"fileData": dict(data)}:
                file = Attachment(data.get("mimeType"), url=str(data["fileUri"]))
                metadata = kept(self._source, _without(part, "fileData"))
                events.append(PartEvent(AttachmentPart(file, provider_metadata=metadata)))
            case {**fields} if fields:  # a kind that is not known here: it goes back as it came
                events.append(TextDelta("", provider_metadata=whole, begins=True))

    def _executed(
        self, name: str, arguments: Mapping[str, Any], identity: Any, whole: Opaque | None, events: list[Event]
    ) -> None:
        """Add a call that the provider ran itself."""
        events.append(
            ToolCallDelta(
                self._next(),
                name,
                _json(arguments),
                tool_call_id=identity or None,
                server_executed=True,
                provider_metadata=whole,
            )
        )

    def _next(self) -> int:
        self._count += 1
        return self._count - 1


def _result(name: str, output: str, identity: Any, whole: Opaque | None, exception: str | None = None) -> PartEvent:
    part = ToolResultPart(
        name, output, identity or None, exception=exception, server_executed=True, provider_metadata=whole
    )
    return PartEvent(part)


def _is_partial(call: Mapping[str, Any]) -> bool:
    return bool(call.get("willContinue")) or "partialArgs" in call


def _kind(call: Mapping[str, Any]) -> str:
    return str(call.get("toolType") or "server_tool").lower()


def _without(fields: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """The other fields that say anything."""
    return {name: value for name, value in fields.items() if name not in names and value is not None}


def _json(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _standard(data: str) -> str:
    """Base64 in the standard alphabet, padded: JSON of protobuf may have either alphabet, and no padding."""
    data = data.replace("-", "+").replace("_", "/")
    return data + "=" * (-len(data) % 4)
