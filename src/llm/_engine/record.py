"""A turn is on disk before its request leaves, and is finished there when it ends, however it ends."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from typing import Any

from .._domain.assembly import assemble
from .._domain.call import Call, Trace
from .._domain.event import Event, Finish, UsageEvent
from .._domain.message_json import part_from_dict, part_to_dict
from .._domain.option import as_dict
from .._domain.prompt import Prompt
from .._domain.tool import Tool
from .._domain.turn import Status, Turn
from .._domain.usage import Usage
from .._io.io import IO, Handler
from .._storage.ids import new_id
from .._storage.store import Store
from ..errors import HistoryError
from .redact import SHORTEST_IN_ANSWERS, redact


@dataclass(frozen=True, slots=True)
class Recorder:
    """Where turns are kept, and whom to tell, once, when that fails: the answer goes on all the same."""

    store: Store
    complain: Callable[[HistoryError], None]


def record(handler: Handler, recorder: Recorder, model: str, conversation: str, call: Call) -> Handler:
    """The handler, with its turn kept in the recorder's store; the key is not, wherever the provider repeats it."""
    trace, secrets = call.trace, call.secrets

    async def recorded(prompt: Prompt, io: IO) -> AsyncGenerator[Event, None]:
        turn = _begun(prompt, model, conversation)
        clock = time.monotonic()
        events: list[Event] = []
        status: Status = "partial"
        error: BaseException | None = None
        try:
            await io.call(_begin, recorder, turn)
            async with aclosing(handler(prompt, io)) as stream:
                async for event in stream:
                    events.append(event)
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
            ended = _without(secrets, _ended(turn, events, status, error, trace, clock))
            await io.call(_finish, recorder, ended)

    return recorded


def _begin(recorder: Recorder, turn: Turn) -> None:
    """Write the turn before it is asked; where that fails, finishing it is the second try, which writes it whole."""
    with suppress(HistoryError):
        recorder.store.begin(turn)


def _finish(recorder: Recorder, turn: Turn) -> None:
    """Write how the turn ended; a failure is told and no more, for the answer matters more than its record."""
    try:
        recorder.store.finish(turn)
    except HistoryError as error:
        recorder.complain(error)


def _begun(prompt: Prompt, model: str, conversation: str) -> Turn:
    now = time.time()
    return Turn(
        new_id(),
        conversation,
        model=model,
        messages=prompt.messages,
        prompt=prompt.prompt,
        system=prompt.system,
        options=as_dict(prompt.options),
        schema=prompt.schema,
        tools=tuple(_declared(tool) for tool in prompt.tools),
        started=now,
    )


def _declared(tool: Any) -> dict[str, Any]:
    if isinstance(tool, Tool):
        return {"name": tool.name, "description": tool.description, "input_schema": dict(tool.input_schema)}
    return {"spec": tool.spec}


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
        resolved_model=trace.model,
        usage=usage,
        duration_ms=round((time.monotonic() - clock) * 1000),
        first_byte_ms=None if first is None else round((first - clock) * 1000),
        finish_reason=None if finish is None else finish.raw or finish.reason,
        request_id=trace.request_id,
        attempts=tuple({"error": a.error, "waited": a.waited, "status": a.status} for a in trace.attempts),
        error=None if error is None else f"{type(error).__name__}: {error}",
        raw=trace.raw,
    )
