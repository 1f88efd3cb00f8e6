"""The conversation that a prompt belongs to, where the command line names one."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from threading import Event
from typing import TYPE_CHECKING

import click

from .._storage.journal import Entry, Journal
from ..errors import HistoryError, RequestError, UnknownConversation
from .stderr import say

if TYPE_CHECKING:
    from .._api.app import App
    from .._api.conversation import Conversation
    from .._api.history import History
    from .._domain.message import Message
    from .._domain.turn import Turn

_PATIENCE = 2.0  # seconds, as any prompt waits for the history
_PAUSE = 0.05


def continued(app: App, reference: str | None, model: str | None) -> Conversation:
    """
    The conversation that *reference* names, to go on with; None: the one used last, from this terminal if there is one.

    Raises UnknownConversation where there is none.
    """
    history = _history(app)
    record = history.find_conversation(_last_used(history) if reference is None else reference)
    conversation = history.conversation(record.id, model=model)
    if sys.stderr.isatty():
        turns = f"{record.turns} turn{'' if record.turns == 1 else 's'}"
        say(f"Continuing {record.title or record.id} ({turns}) with {conversation.model.model_id}", dim=True)
    return conversation


def named(app: App, journal: Journal | None, name: str, conversation: str) -> Journal:
    """The journal, which will name the conversation with this id. Raises RequestError where it cannot have the name."""
    if journal is None:
        raise click.UsageError("--name names a conversation of the history, and this turn is not kept there")
    if not name.strip():
        raise click.UsageError("The name of a conversation is not empty")
    _require_free(_history(app), name.strip(), conversation)
    return _NamingJournal(journal, name.strip())


class _NamingJournal(Journal):
    """A journal that names the conversation of its turns, as soon as it is there."""

    def __init__(self, journal: Journal, name: str) -> None:
        super().__init__(journal.store, journal.spool, journal.complain, journal.terminal)
        self.name = name

    def open(self, turn: Turn, before: Sequence[Message] = ()) -> Entry:
        """Keep a turn that is about to be asked, and name its conversation."""
        return _NamingEntry(self, turn, before)


class _NamingEntry(Entry):
    def __init__(self, journal: _NamingJournal, turn: Turn, before: Sequence[Message]) -> None:
        super().__init__(journal, turn, before)
        self._naming = journal
        self._conversation = turn.conversation
        self._unnamed: HistoryError | UnknownConversation | None = None

    def begin(self) -> None:
        """Keep what is about to be asked."""
        super().begin()
        self._name()

    def finish(self, turn: Turn) -> None:
        """Keep how the turn ended."""
        super().finish(turn)
        if self._unnamed is not None:
            self._name()  # the store may take what it did not take before
        if self._unnamed is not None:
            say(f"The conversation is not named {self._naming.name}. {self._unnamed}")

    def _name(self) -> None:
        try:
            self._naming.store.name(self._conversation, self._naming.name)
        except (HistoryError, UnknownConversation) as error:
            self._unnamed = error
        else:
            self._unnamed = None


def _history(app: App) -> History:
    from .._api.history import History

    return History(app=app, patient=False)  # a prompt is not held up by who vacuums


def _last_used(history: History) -> str:
    from .terminal import terminal

    _require_settled(history)
    last = history.last_used(terminal())
    if last is None:
        raise UnknownConversation(
            "There is no conversation to continue: the history is empty", hint="Leave out -c to begin one"
        )
    return last


def _require_settled(history: History) -> None:
    """Wait, not for long, until what waits is in the history: the conversation used last may be among it."""
    deadline = time.monotonic() + _PATIENCE
    while history.waiting():
        with suppress(HistoryError):
            history.recover()
        if time.monotonic() > deadline:
            raise HistoryError(
                "Turns wait to be added to the history, so which conversation was used last is not known",
                hint="Name the conversation with --cid, or try again when the history can be written (llm logs status)",
            )
        Event().wait(_PAUSE)


def _require_free(history: History, name: str, conversation: str) -> None:
    try:
        owner = history.find_conversation(name)
    except UnknownConversation:
        return
    taken = name == owner.name or name.lower() == owner.id  # else it is the start of an id
    if taken and owner.id != conversation:
        raise RequestError(
            f"The name {name} belongs to another conversation, {owner.id}",
            hint=f"Continue that one with --cid {owner.id}, or choose another name",
        )
