"""Turns are kept in the store; what cannot be kept there waits in the spool, and nothing is lost in between."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any

from .._domain.assembly import assemble
from .._domain.event import Event
from .._domain.event_json import event_from_value, event_to_line
from .._domain.json_text import json_text
from .._domain.message import Message
from .._domain.turn import Turn
from ..errors import HistoryError, LLMError, MissingTurn, UnknownTurn
from .ids import new_id
from .spool import Spool, SpoolFile
from .store import Store
from .turn_value import turn_from_value, turn_to_value

LONG_PATIENCE = 60.0
"""How many seconds the spool's replay waits for a lock that another process holds."""
_SENSELESS = (AttributeError, KeyError, TypeError, ValueError)
"""What comes of values that are not of the kind that they should be."""


class Journal:
    """
    Keeps the turns of a process in *store*, and in *spool* while they run or cannot be kept in the store.

    *complain* is told what could not be kept, and where it waits; *terminal* is where prompts are asked from.
    """

    def __init__(
        self, store: Store, spool: Spool, complain: Callable[[HistoryError], None], terminal: str | None = None
    ) -> None:
        self.store = store
        self.spool = spool
        self.complain = complain
        self.terminal = terminal

    def open(self, turn: Turn, before: Sequence[Message] = ()) -> Entry:
        """The entry of a turn that is about to be asked; *before* are the messages up to `turn.after`."""
        return Entry(self, turn, before)

    def recover(self, *, patient: bool = False) -> int:
        """
        Keep in the store what was left behind by processes that are gone; how many turns these were.

        A turn whose process lives is not touched. Raises HistoryError where the store cannot be written; what waits
        goes on waiting then.
        """
        patience, self.store.patience = self.store.patience, LONG_PATIENCE if patient else 0.0
        try:
            count, failed = self._replay()
            count += self._end_the_dead()
        finally:
            self.store.patience = patience
        if failed is not None:
            raise failed
        return count

    def waiting(self) -> bool:
        """Whether turns of processes that are gone wait to be added to the store."""
        for file in self.spool.abandoned():
            file.release()
            return True
        return False

    def _replay(self) -> tuple[int, HistoryError | None]:
        """
        Keep what waits in the spool; how much that was, and what kept the first of the rest from being kept.

        What cannot be kept waits on, and is in the way of nothing else.
        """
        count = 0
        failed: HistoryError | None = None

        def refused(path: Path, error: OSError) -> None:
            nonlocal failed
            failed = failed or _unusable(path, error.strerror or error)

        for file in self.spool.abandoned(refused):
            try:
                _keep(self.store, file)
            except HistoryError as error:
                file.release()
                failed = failed or error
                self.store.patience = 0.0  # it was waited for once
            except BaseException:
                file.release()
                raise
            else:
                file.remove()
                count += 1
        return count, failed

    def _end_the_dead(self) -> int:
        """
        End the turns that run and have no file. The file goes after the turn has ended in the store, so look there
        again: between the two looks the turn may have ended.
        """
        dead = [id for id in self.store.running() if not self.spool.lives(id)]
        count = 0
        for id in dead:
            with suppress(UnknownTurn, MissingTurn):
                turn = self.store.find_turn(id)
                if turn.status == "running":
                    self.store.finish(replace(turn, status="partial"))
                    count += 1
        return count


class Entry:
    """One turn on its way into the history."""

    def __init__(self, journal: Journal, turn: Turn, before: Sequence[Message]) -> None:
        self._journal = journal
        self._turn = turn
        self._before = before
        self._file: SpoolFile | None = None
        self._begun = False
        self._spooled = False
        self._writable = True
        self._lock = Lock()  # a task that is cancelled finishes while the thread that begins for it still does

    def begin(self) -> None:
        """Keep what is about to be asked. Where the store does not take it, it is on the disk in the spool."""
        with self._lock:
            with suppress(OSError):  # told at the end, if the turn cannot be kept in the store either
                self._file = self._journal.spool.open(self._turn.id)  # first: who runs without a file is taken for dead
            try:
                self._journal.store.begin(self._turn, self._before, terminal=self._journal.terminal)
                self._begun = True
            except HistoryError:
                self._spool(self._asked(self._turn))

    def append(self, event: Event) -> None:
        """Keep an event that has just arrived."""
        if self._file is not None and self._writable:
            try:
                self._file.append(event_to_line(event))
            except (OSError, TypeError, ValueError, RecursionError):
                self._writable = False  # and it stays locked: the turn lives

    def finish(self, turn: Turn) -> None:
        """Keep how the turn ended. Where that fails, the journal complains, and the turn waits in the spool."""
        with self._lock:
            try:
                self._store(turn)
            except HistoryError as error:
                self._leave(turn, error)
            else:
                if self._file is not None:
                    self._file.remove()

    def _store(self, turn: Turn) -> None:
        store = self._journal.store
        if self._begun:
            try:
                return store.finish(turn)
            except MissingTurn:
                pass  # the file was deleted meanwhile; the turn goes whole into the new one
        patience = store.patience
        if not self._begun:
            store.patience = 0.0  # it was waited for once
        try:
            store.add(turn, self._before, terminal=self._journal.terminal)
        finally:
            store.patience = patience
        return None

    def _leave(self, turn: Turn, error: HistoryError) -> None:
        if not self._spooled:
            self._spool(self._asked(turn))
        if self._spooled:
            self._spool({"ended": turn_to_value(replace(turn, input=()))})
        if self._spooled and self._file is not None:
            where, path = "waits to be added to the history by the next command", self._file.path
            told = HistoryError(f"This turn {where}, in {path}. {error}", hint=error.hint)
        else:
            told = HistoryError(f"This turn is not kept. {error}", hint=error.hint)
        told.__cause__ = error
        if self._file is not None:
            self._file.release()  # what is in it is for the next command
        self._journal.complain(told)

    def _asked(self, turn: Turn) -> dict[str, Any]:
        before = [message.to_dict() for message in self._before]
        return {"asked": turn_to_value(turn), "before": before, "terminal": self._journal.terminal}

    def _spool(self, value: dict[str, Any]) -> None:
        """Write to the file what the store did not take, and wait until it is on the disk."""
        self._spooled = False
        if self._file is not None and self._writable:
            try:
                self._file.append(json_text(value))
                self._file.sync()
                self._spooled = True
            except (OSError, TypeError, ValueError, RecursionError):
                self._writable = False


def _keep(store: Store, file: SpoolFile) -> None:
    """Write what a file has into the store. Raises HistoryError, also where the file makes no sense."""
    try:
        _take_over(store, file)
    except (*_SENSELESS, OSError) as error:
        raise _unusable(file.path, error) from error


def _unusable(path: Path, why: object) -> HistoryError:
    return HistoryError(f"What waits in {path} cannot be added to the history: {why}", hint="Move that file away")


def _take_over(store: Store, file: SpoolFile) -> None:
    asked: Turn | None = None
    ended: Turn | None = None
    before: tuple[Message, ...] = ()
    terminal: str | None = None
    events: list[Event] = []
    lines = file.lines()
    broken = bool(lines)  # the first line, in which what was asked may stand
    for number, line in enumerate(lines):
        with suppress(*_SENSELESS, RecursionError, LLMError):  # a line that is broken hides none of the others
            value = json.loads(line)
            if isinstance(value, dict) and "asked" in value:
                asked, terminal = turn_from_value(value["asked"]), value["terminal"]
                before = tuple(map(Message.from_dict, value["before"]))
            elif isinstance(value, dict) and "ended" in value:
                ended = turn_from_value(value["ended"])
            else:
                events.append(event_from_value(value))
            broken = broken and number > 0
    turn = asked or _of_store(store, file.turn_id, lost=bool(lines), broken=broken)
    if turn is None:
        return  # its process died before anything was asked
    if ended is not None:
        turn = replace(ended, input=turn.input)
    elif turn.status != "running":
        return
    else:
        turn = replace(turn, status="partial", parts=assemble(events))
    store.add(turn, before, terminal=terminal)


def _of_store(store: Store, id: str, *, lost: bool, broken: bool) -> Turn | None:
    """
    The turn that the store has; where it has none, and what was asked is *lost*, one that says so.

    Raises ValueError where what was asked may stand in a first line that is *broken*: somebody may mend it.
    """
    try:
        return store.find_turn(id)
    except UnknownTurn:
        if broken:
            raise ValueError("its first line is damaged") from None
        if not lost:
            return None
        return Turn(id, new_id(), model="unknown", error="What was asked is lost: the history was deleted meanwhile")
