"""What both response handles know: the prompt, the call, and the reading once it has begun."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any

from .._domain.assembly import assemble
from .._domain.call import Trace
from .._domain.event import Finish, UsageEvent
from .._domain.message import Message
from .._domain.part import Part, ReasoningPart, TextPart, ToolCallPart
from .._domain.prompt import Prompt
from .._domain.tool import ToolCall
from .._domain.turn import Status
from .._domain.usage import Usage
from .._engine.redact import redact
from .._io.io import IO
from .._storage.ids import new_id
from ..errors import ModelError
from .opening import open_answer
from .reading import Reading
from .recording import is_on

if TYPE_CHECKING:
    from .model import BaseModel

_OWN = ("model", "status", "url", "timings")  # said by nobody else, and a key such as `test` may be a word in them


class Answer:
    """
    The part of a response that does not wait.

    `prompt` is what is asked, `model` who is asked, `conversation` the conversation that the turn belongs to or None.
    """

    def __init__(
        self,
        prompt: Prompt,
        model: BaseModel[Any, Any],
        io: IO,
        *,
        stream: bool = True,
        conversation: Any = None,
        key: str | None = None,
    ) -> None:
        self.prompt = prompt
        self.model = model
        self.stream = stream
        self.conversation = conversation
        self._key = key
        self._io = io
        self._lock = Lock()
        self._trace = Trace()
        self._reading: Reading | None = None
        self._fallbacks: tuple[Any, ...] = ()
        self._options: dict[str, Any] = {}
        self._after: str | None = None
        self._to_record = is_on()
        self._recorded = False
        self._id = ""

    def _read(self) -> Reading:
        """The one reading of this answer, begun when it is first needed."""
        if self._reading is None:
            with self._lock:
                if self._reading is None:
                    self._id = new_id()  # here: ids sort by the time at which turns were asked
                    self._reading = Reading(partial(open_answer, self), self._io, self._trace, self._done)
        return self._reading

    def _done(self) -> None:
        if self.conversation is not None:
            self.conversation._answered(self)

    @property
    def status(self) -> Status:
        """`running` (also before anything was sent), `done`, `partial`, `error` or `cancelled`."""
        return "running" if self._reading is None else self._reading.status

    def text_or_raise(self) -> str:
        """The whole text, without waiting: raises ModelError where the answer has not ended."""
        return self._ended().text

    def tool_calls_or_raise(self) -> list[ToolCall]:
        """The tool calls, without waiting: raises ModelError where the answer has not ended."""
        return _tool_calls(assemble(self._ended().events))

    def _ended(self) -> Reading:
        if self._reading is None or not self._reading.ended:
            raise ModelError("The response has not been read to its end", hint="Read it first: response.text()")
        self._reading.check()
        return self._reading

    def _parts(self) -> tuple[Part, ...]:
        return assemble(self._read().events)

    def _messages(self) -> list[Message]:
        return [Message("assistant", self._parts())]

    @property
    def _secrets(self) -> tuple[str, ...]:
        return self._trace.secrets

    def _usage(self) -> Usage:
        reading = self._read()
        usage = next((event.usage for event in reversed(reading.events) if isinstance(event, UsageEvent)), Usage())
        details = redact(usage.details, self._secrets) if self._secrets else usage.details
        return replace(usage, details=details, price_key=self._trace.price_key, when=reading.asked)

    def _finish(self) -> Finish | None:
        return next((event for event in reversed(self._read().events) if isinstance(event, Finish)), None)

    def _reasoning(self) -> str:
        return "".join(part.text for part in self._parts() if isinstance(part, ReasoningPart))

    def _json(self) -> Any:
        return json.loads(self._read().text)

    def _debug(self) -> dict[str, Any]:
        reading, trace, finish = self._read(), self._trace, self._finish()
        first = trace.first_byte or reading.first
        facts: dict[str, Any] = {
            "model": self.model.model_id,
            "resolved_model": trace.model or trace.notes.get("answered_by") or self.model.model_id,
            "status": reading.status,
            "finish_reason": finish and finish.reason,
            "raw_finish_reason": finish and finish.raw,
            "request_id": trace.request_id,
            "url": trace.url,
            "usage": self._usage().to_dict(),
            "timings": {
                "first_byte": None if first is None else round(first - reading.started, 6),
                "last_byte": None if reading.last is None else round(reading.last - reading.started, 6),
            },
            "attempts": [attempt.to_dict() for attempt in trace.attempts],
            "error": None if reading.error is None else f"{type(reading.error).__name__}: {reading.error}",
            "refusal": "".join(p.text for p in self._parts() if isinstance(p, TextPart) and p.refusal) or None,
            **trace.notes,
            "raw": trace.raw,
        }
        return {name: value if name in _OWN else redact(value, self._secrets) for name, value in facts.items()}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.model.model_id}: {self.status}>"


def _tool_calls(parts: tuple[Part, ...]) -> list[ToolCall]:
    return [
        ToolCall(part.name, part.arguments, part.tool_call_id)
        for part in parts
        if isinstance(part, ToolCallPart) and not part.server_executed
    ]
