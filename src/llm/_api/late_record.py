"""An answer that has ended is kept after all, by the way that it would have gone while it ran."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

from .._domain.call import Call
from .._domain.event import Event
from .._domain.message import Message
from .._domain.prompt import Prompt
from .._domain.turn import Turn
from .._engine.record import Entry, record
from .._io.io import IO, Handler
from ..errors import HistoryError
from .opening import conversation_id
from .reading import Reading

if TYPE_CHECKING:
    from .._storage.journal import Journal
    from .answer import Answer


async def log(answer: Answer) -> None:
    """Keep an answer that has ended, unless it is kept. Raises HistoryError."""
    with answer._lock:
        if answer._recorded:
            return
        answer._recorded = True
    try:
        await _replay(answer)
    except _Waits as error:  # another try would keep it twice
        raise error.told from None
    except BaseException:
        answer._recorded = False
        raise


class _Waits(Exception):
    """The turn is not in the store, and is not lost: *told* says where it waits."""

    def __init__(self, told: HistoryError) -> None:
        super().__init__(told)
        self.told = told


async def _replay(answer: Answer) -> None:
    reading = answer._read()
    complaints: list[HistoryError] = []
    journal = answer.model.app.journal(complaints.append)
    recorder = _LateRecorder(journal, answer._id, reading, answer._trace.first_byte)
    call = Call(conversation=answer.conversation, trace=answer._trace)
    handler = record(
        _again(reading), recorder, answer.model.model_id, conversation_id(answer), call, after=answer._after
    )
    try:
        async with aclosing(handler(answer.prompt, answer._io)) as events:
            async for _ in events:
                pass
    except Exception as error:
        if error is not reading.error:
            raise
    if complaints:
        raise _Waits(complaints[0]) if journal.spool.lives(recorder.id) else complaints[0]


def _again(reading: Reading) -> Handler:
    async def again(prompt: Prompt, io: IO) -> AsyncGenerator[Event, None]:
        for event in reading.events:
            yield event
        if reading.error is not None:
            raise reading.error

    return again


class _LateRecorder:
    """A recorder of what happened before: when that was, and how it ended, is as the reading has it."""

    def __init__(self, journal: Journal, id: str, reading: Reading, first_byte: float | None) -> None:
        self.journal = journal
        self.id = id
        self.reading = reading
        self.first = first_byte or reading.first

    def open(self, turn: Turn, before: Sequence[Message]) -> _LateEntry:
        asked = replace(turn, id=self.id, started=self.reading.asked)
        return _LateEntry(self, asked, self.journal.open(asked, before))

    def ended(self, turn: Turn, asked: Turn) -> Turn:
        reading = self.reading
        return replace(
            turn,
            id=asked.id,
            started=asked.started,
            status=reading.status,
            duration_ms=None if reading.last is None else round((reading.last - reading.started) * 1000),
            first_byte_ms=None if self.first is None else round((self.first - reading.started) * 1000),
        )


class _LateEntry:
    def __init__(self, recorder: _LateRecorder, asked: Turn, entry: Entry) -> None:
        self._recorder = recorder
        self._asked = asked
        self._entry = entry

    def begin(self) -> None:
        self._entry.begin()

    def append(self, event: Event) -> None:
        self._entry.append(event)

    def finish(self, turn: Turn) -> None:
        self._entry.finish(self._recorder.ended(turn, self._asked))
