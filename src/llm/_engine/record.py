"""A turn is on disk before its request leaves, each event before it is passed on, and the end, however it ends."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any, Protocol

from .._domain.assembly import assemble
from .._domain.call import Call, Trace
from .._domain.event import Event, Finish, UsageEvent
from .._domain.message import Message
from .._domain.message_id import chain_id
from .._domain.message_json import part_from_dict, part_to_dict
from .._domain.option import as_dict
from .._domain.prompt import Prompt
from .._domain.tool import Tool
from .._domain.turn import Status, Turn
from .._domain.usage import Usage
from .._io.io import IO, Handler
from .._storage.ids import new_id
from .kept_files import kept_files
from .redact import SHORTEST_IN_ANSWERS, redact


class Entry(Protocol):
    """One turn on its way into the history; nothing that it does fails."""

    def begin(self) -> None:
        """Keep what is about to be asked: on return it outlives this process."""
        ...

    def append(self, event: Event) -> None:
        """Keep an event that has just arrived."""
        ...

    def finish(self, turn: Turn) -> None:
        """Keep how the turn ended; where `begin` runs still, after it."""
        ...


class Recorder(Protocol):
    """Where turns are kept. What fails there is told to somebody, and the answer goes on."""

    def open(self, turn: Turn, before: Sequence[Message]) -> Entry:
        """The entry of a turn that is about to be asked; *before* are the messages up to `turn.after`."""
        ...


def record(
    handler: Handler, recorder: Recorder, model: str, conversation: str, call: Call, *, after: str | None = None
) -> Handler:
    """
    The handler, with its turn kept by the recorder; the key is not, wherever the provider repeats it.

    *after* is the id of the message before this turn's input, where it is known.
    """
    trace = call.trace

    async def recorded(prompt: Prompt, io: IO) -> AsyncGenerator[Event, None]:
        clock = time.monotonic()
        turn, before = await io.call(_begun, prompt, model, conversation, after)
        entry = recorder.open(turn, before)
        events: list[Event] = []
        status: Status = "partial"
        error: BaseException | None = None
        try:
            await io.call(entry.begin)
            async with aclosing(handler(prompt, io)) as stream:
                async for event in stream:
                    events.append(event)
                    entry.append(_blotted(event, trace.secrets) if trace.secrets else event)
                    yield event
            status = "done"
        except GeneratorExit:
            status = "cancelled" if trace.cancelled else "partial"
            raise
        except Exception as caught:
            status, error = "error", caught
            raise
        except BaseException:
            status = "cancelled"
            raise
        finally:
            if status != "done":
                events += trace.held  # what was held back until the answer is whole is all there will be
            ended = _without(trace.secrets, _ended(turn, events, status, error, trace, clock))
            await io.call(entry.finish, ended)
            if status == "done" and call.conversation is not None:
                trace.head = chain_id((*ended.input, *ended.answer), ended.after)

    return recorded


def _begun(prompt: Prompt, model: str, conversation: str, after: str | None) -> tuple[Turn, tuple[Message, ...]]:
    """The turn as it is asked, and the messages before it."""
    before = prompt.earlier
    if after is None and before:
        before = kept_files(before)
        after = chain_id(before)
    turn = Turn(
        new_id(),
        conversation,
        model=model,
        input=kept_files(prompt.input),
        after=after,
        system=prompt.system,
        fragments=prompt.fragments,
        system_fragments=prompt.system_fragments,
        template=prompt.template,
        options=as_dict(prompt.options),
        schema=prompt.schema,
        tools=tuple(_declared(tool) for tool in prompt.tools),
        started=time.time(),
    )
    return turn, before


def _declared(tool: Any) -> dict[str, Any]:
    if not isinstance(tool, Tool):
        return {"spec": tool.spec}
    declared = {"name": tool.name, "description": tool.description, "input_schema": dict(tool.input_schema)}
    return {**declared, "plugin": tool.plugin} if tool.plugin else declared


def _blotted(event: Event, secrets: tuple[str, ...]) -> Event:
    text = getattr(event, "text", None)
    if not text or not any(secret in text for secret in secrets):
        return event
    return replace(event, text=redact(text, secrets, SHORTEST_IN_ANSWERS))


def _without(secrets: tuple[str, ...], turn: Turn) -> Turn:
    if not secrets:
        return turn
    names = ("error", "raw", "attempts", "request_id", "resolved_model", "finish_reason")
    facts = {name: redact(getattr(turn, name), secrets) for name in names}
    facts["attempts"] = tuple(facts["attempts"])
    said = redact([part_to_dict(part) for part in turn.parts], secrets, SHORTEST_IN_ANSWERS)
    usage = replace(turn.usage, details=redact(turn.usage.details, secrets))
    return replace(turn, **facts, usage=usage, parts=tuple(map(part_from_dict, said)))


def _ended(
    turn: Turn, events: list[Event], status: Status, error: BaseException | None, trace: Trace, clock: float
) -> Turn:
    finish = next((event for event in reversed(events) if isinstance(event, Finish)), None)
    usage = next((event.usage for event in reversed(events) if isinstance(event, UsageEvent)), Usage())
    first = trace.first_byte
    return replace(
        turn,
        status=status,
        parts=assemble(events),
        resolved_model=trace.model or trace.notes.get("answered_by"),
        usage=usage,
        price_key=trace.price_key,
        duration_ms=round((time.monotonic() - clock) * 1000),
        first_byte_ms=None if first is None else round((first - clock) * 1000),
        finish_reason=None if finish is None else finish.raw or finish.reason,
        request_id=trace.request_id,
        attempts=tuple(attempt.to_dict() for attempt in trace.attempts),
        error=None if error is None else f"{type(error).__name__}: {error}",
        raw=trace.raw,
    )
