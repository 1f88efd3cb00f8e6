"""Replies of the Responses API as events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from .._domain.call import Trace
from .._domain.endpoint import Endpoint
from .._domain.event import Event, Finish, FinishReason, ReasoningDelta, TextDelta, UsageEvent
from .finish_reason import finish_reason
from .reply_decoder import ReplyDecoder
from .responses_output import OutputReader
from .responses_usage import decode_usage
from .surrogate import SurrogateJoiner, mended

Take: TypeAlias = "Callable[[ResponsesDecoder, dict[str, Any], list[Event]], None]"

_CUT: dict[str, FinishReason] = {"max_output_tokens": "length", "content_filter": "content_filter"}
_ENDED = ("completed", "incomplete", "failed", "cancelled")


def decoder(trace: Trace, endpoint: Endpoint, *, secrets: tuple[str, ...] = ()) -> ResponsesDecoder:
    """A decoder for one reply, which notes facts in *trace* and keeps *secrets* out of its errors."""
    return ResponsesDecoder(trace, endpoint, secrets)


class ResponsesDecoder(ReplyDecoder):
    """
    Decodes one reply, streamed or whole; see `codec.Decoder`.

    Of a stream `trace.raw` is the response as its last event has it, without the output, which is in the events.
    """

    def __init__(self, trace: Trace, endpoint: Endpoint, secrets: tuple[str, ...] = ()) -> None:
        super().__init__(trace, endpoint, secrets)
        self._output = OutputReader(endpoint.name)
        self._halves: dict[str, SurrogateJoiner] = {}

    def _skim(self, name: str, document: Any, events: list[Event]) -> bool:
        if (document.get("type") or name) != "response.output_text.delta":
            return False
        text = document["delta"]
        if text.__class__ is not str:
            raise TypeError("text is a string")
        self._begun = True
        events.append(TextDelta(text, begins=self._output.begins(document, "content")))
        return True

    def _take(self, name: str, document: Any, events: list[Event]) -> None:
        kind = document.get("type") or name
        take = _TAKES.get(kind)
        if take is not None:
            self._begun = True
            take(self, document, events)
        elif kind == "error" or document.get("error"):
            raise self._reported(document if isinstance(document.get("error"), Mapping) else {"error": document})

    def _take_whole(self, reply: Any, body: bytes, events: list[Event]) -> None:
        if reply.get("error") and not reply.get("status"):
            raise self._reported(reply)
        if not isinstance(reply.get("output"), list):
            raise self._bad(body)
        for index, item in enumerate(reply["output"]):
            self._output.item({"output_index": index, "item": item}, events)
        self._end(reply, events)
        self._trace.raw = reply

    def _refusal(self, document: dict[str, Any], events: list[Event]) -> None:
        events.append(TextDelta(document["delta"], refusal=True, begins=self._output.begins(document, "content")))

    def _summary(self, document: dict[str, Any], events: list[Event]) -> None:
        self._muse(document, "summary", events)

    def _reasoning(self, document: dict[str, Any], events: list[Event]) -> None:
        self._muse(document, "content", events)

    def _muse(self, document: dict[str, Any], entries: str, events: list[Event]) -> None:
        begins = self._output.begins(document, entries)
        kept = self._output.reasoning_begun(document, entries) if begins else None
        events.append(ReasoningDelta(document["delta"], provider_metadata=kept, begins=begins))

    def _arguments(self, document: dict[str, Any], events: list[Event]) -> None:
        self._output.arguments(document, events)

    def _added(self, document: dict[str, Any], events: list[Event]) -> None:
        self._output.added(document, events)

    def _part_done(self, document: dict[str, Any], events: list[Event]) -> None:
        self._output.part_done(document, events)

    def _done(self, document: dict[str, Any], events: list[Event]) -> None:
        self._output.item(document, events)

    def _note(self, document: dict[str, Any], events: list[Event]) -> None:
        response = document["response"]
        self._trace.raw = {**response, "output": []}
        self._identify(response.get("model"), response.get("id"))

    def _ended(self, document: dict[str, Any], events: list[Event]) -> None:
        self._note(document, events)
        self._end(document["response"], events)

    def _end(self, response: Mapping[str, Any], events: list[Event]) -> None:
        """Add the usage and why the answer ended. Raises ProviderError where it failed."""
        self._identify(response.get("model"), response.get("id"))
        if counts := response.get("usage"):
            events.append(UsageEvent(decode_usage(counts)))
        status = response.get("status")
        if response.get("error"):
            raise self._reported({"error": response["error"]})
        if status == "failed":
            raise self._reported(response)
        raw = status if isinstance(status, str) else None
        events.append(Finish(self._reason(raw, response), raw))
        self.done = True

    def _reason(self, status: str | None, response: Mapping[str, Any]) -> FinishReason:
        if status == "incomplete":
            details = response.get("incomplete_details") or {}
            return _CUT.get(str(details.get("reason")), "other")
        return finish_reason(status, called=self._output.called, refused=self._output.refused)

    def _joined(self, document: Any) -> Any:
        """A document whose delta may begin or end with half a character, which has its other half in another one."""
        if isinstance(document, dict) and isinstance(delta := document.get("delta"), str):
            document["delta"] = self._halves.setdefault(str(document.get("type")), SurrogateJoiner()).join(delta)
        return mended(document)


_TAKES: dict[str, Take] = {
    "response.refusal.delta": ResponsesDecoder._refusal,
    "response.reasoning_summary_text.delta": ResponsesDecoder._summary,
    "response.reasoning_summary.delta": ResponsesDecoder._summary,
    "response.reasoning_text.delta": ResponsesDecoder._reasoning,
    "response.reasoning.delta": ResponsesDecoder._reasoning,
    "response.function_call_arguments.delta": ResponsesDecoder._arguments,
    "response.custom_tool_call_input.delta": ResponsesDecoder._arguments,
    "response.output_item.added": ResponsesDecoder._added,
    "response.output_item.done": ResponsesDecoder._done,
    "response.content_part.done": ResponsesDecoder._part_done,
    "response.created": ResponsesDecoder._note,
    "response.queued": ResponsesDecoder._note,
    "response.in_progress": ResponsesDecoder._note,
    **{f"response.{status}": ResponsesDecoder._ended for status in _ENDED},
}
