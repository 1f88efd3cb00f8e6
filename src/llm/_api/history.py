"""What was asked and answered: found, continued, put in order, and taken away."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Literal, Self

from .._config.paths import user_dir
from .._storage.query import ConversationQuery, TurnQuery
from ..errors import HistoryError, RequestError

if TYPE_CHECKING:
    from .._domain.message import Message
    from .._domain.turn import Turn
    from .._storage.journal import Journal
    from .._storage.jsonl import Imported
    from .._storage.llm_import import Imported as ImportedLLM
    from .._storage.query import ConversationRecord, Damage, Found, Redacted, Removed
    from .._storage.store import Store
    from .app import App
    from .conversation import AsyncConversation, Conversation
    from .transcript import Transcript
    from .usage_report import UsageLine


def _silent(done: int, total: int) -> None:
    """Nobody is told how far it is."""


class History:
    """
    The turns and conversations of one file: what `llm.history()` returns, and what `llm logs` works with.

    Turns and conversations are named by their ids, or by as much of the start of an id as is unique; conversations by
    their names too. `path` is the file; it is created by the first turn that is kept in it, and may be a `logs.db` of
    the older `llm` package, which is read and never written.

    What processes that died have left behind is added before anything else is done. Every method raises HistoryError
    where the file cannot be read or written. A history is a context manager that closes it.
    """

    def __init__(self, path: Path | None = None, *, app: App | None = None, patient: bool = True) -> None:
        self._directory = user_dir() if app is None else app.directory
        self.path = self._directory / "history.db" if path is None else Path(path)
        self._is_own = path is None
        self._given_app = app
        self._patient = patient
        self._recovered = False

    def turns(self, query: TurnQuery | None = None) -> Iterator[Turn]:
        """The turns that a query asks for (None: all of them), the newest or the best last."""
        return (found.turn for found in self.find(query))

    def find(self, query: TurnQuery | None = None) -> Iterator[Found]:
        """The turns that a query asks for, each with the place where the words of its search are."""
        return self._ready().find(query or TurnQuery())

    def turn(self, id: str) -> Turn:
        """The turn with this id, or the only one whose id begins like it. Raises UnknownTurn."""
        return self._ready().find_turn(id)

    def messages(self, turn_id: str) -> tuple[Message, ...]:
        """Exactly what was sent in a turn, the system prompt first. Raises UnknownTurn."""
        store = self._ready()
        return store.messages(store.find_turn(turn_id).id)

    def conversations(self, query: ConversationQuery | None = None) -> list[ConversationRecord]:
        """The conversations that a query asks for (None: all of them), the one used last at the end."""
        return self._ready().find_conversations(query or ConversationQuery())

    def find_conversation(self, reference: str) -> ConversationRecord:
        """What is known of the conversation with this id, start of an id, or name. Raises UnknownConversation."""
        return self._ready().find_conversation(reference)

    def last_used(self, terminal: str | None = None) -> str | None:
        """The id of the conversation used last from *terminal*, else of the one used last at all (None: none)."""
        return self._ready().last_used(terminal)

    def conversation(self, reference: str, *, model: str | None = None) -> Conversation:
        """
        The conversation with this id, start of an id, or name, to go on with.

        Its next turn follows the last one that was answered whole, and is asked of the same model with the same system
        prompt, options and tools, unless it names others; *model* is the id or alias of another model. Tools come
        back without the functions that they call: pass `tools=` to give them.

        Raises UnknownConversation, and UnknownModelError where its model is not there any more.
        """
        from .history_loading import load, model_for

        record = self.find_conversation(reference)
        conversation: Conversation = load(self._store, record, model_for(self._app.get_model, record, model))
        return conversation

    def async_conversation(self, reference: str, *, model: str | None = None) -> AsyncConversation:
        """The same as `conversation`, for code on an event loop."""
        from .history_loading import load, model_for

        record = self.find_conversation(reference)
        conversation: AsyncConversation = load(self._store, record, model_for(self._app.get_async_model, record, model))
        return conversation

    def transcript(self, reference: str) -> Transcript:
        """
        All that was said in a conversation, to be read: `to_markdown()`, `to_html()` and `to_dict()` give it.

        Raises UnknownConversation.
        """
        from .transcript import transcript

        return transcript(self._ready(), reference)

    def rename(self, reference: str, name: str | None) -> None:
        """Name a conversation (None: no more). Raises UnknownConversation, and HistoryError for a taken name."""
        self._writable().name(self.find_conversation(reference).id, name)

    def tag(self, reference: str, add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        """Give a conversation tags, and take others away. Raises UnknownConversation."""
        self._writable().tag(self.find_conversation(reference).id, tuple(add), tuple(remove))

    def fork(self, reference: str, name: str | None = None) -> str:
        """
        Begin a conversation that goes on from a turn, a message, or the end of a conversation, and copies nothing.

        The id of the new conversation is returned. It has the system prompt of the turn; from a message alone it has
        none. Raises UnknownTurn, and HistoryError where the name is taken.
        """
        from .history_loading import fork

        return fork(self._writable(), reference, name)

    def rm(self, ids: Iterable[str], with_later: bool = False, dry_run: bool = False) -> Removed:
        """
        Delete turns, and every message that no other turn refers to; with *dry_run* nothing but say what would go.

        Raises UnknownTurn, and LaterTurns where turns that stay carry the text of one that would go; *with_later*
        deletes these too.
        """
        store = self._writable()
        whole = dict.fromkeys(store.find_turn(id).id for id in ((ids,) if isinstance(ids, str) else ids))
        return store.remove(list(whole), with_later=with_later, dry_run=dry_run)

    def rm_conversation(self, reference: str, dry_run: bool = False, *, with_later: bool = False) -> Removed:
        """Delete a conversation with all of its turns, as `rm` does. Raises UnknownConversation and LaterTurns."""
        from .history_removal import remove_conversation

        return remove_conversation(self._writable(), self.find_conversation(reference), with_later, dry_run)

    def prune(
        self,
        older_than: float | timedelta | None = None,
        keep: int | None = None,
        max_size: int | None = None,
        dry_run: bool = False,
    ) -> Removed:
        """
        Delete old turns: those *older_than* so many seconds, and the oldest until the file takes *max_size* bytes.

        The newest *keep* turns stay in any case; with nothing else given, all others go. A turn stays, too, while it
        runs, and while a later one that stays carries its text. With *dry_run* nothing but say what would go. Raises
        RequestError where no limit is given.
        """
        age = older_than.total_seconds() if isinstance(older_than, timedelta) else older_than
        _check_limits(age, keep, max_size)
        store = self._ready()
        before = None if age is None else time.time() - age
        removed = store.prune(before=before, keep=keep, max_size=max_size, dry_run=dry_run)
        if removed.turns and max_size is not None and not dry_run:
            store.vacuum()
        return removed

    def redact(
        self, text: str, regex: bool = False, replacement: str = "[redacted]", dry_run: bool = False
    ) -> Redacted:
        """
        Put *replacement* in place of *text* wherever it is kept, and leave no trace of it.

        With *regex* the text is a pattern of Python's `re`; with *dry_run* nothing but say what would change. Waits
        for other processes that read the file, or have the text in a turn that runs; raises HistoryError where they
        stay, and RequestError for a pattern that cannot be.
        """
        from .history_redaction import redact_with_spool, rewriting

        rewrite = rewriting(text, regex, replacement)
        store = self._ready(always=True)
        if self._is_llm or dry_run:
            return store.redact(rewrite, dry_run=dry_run)
        return redact_with_spool(self._journal, rewrite)

    def verify(self) -> Iterator[Damage]:
        """Hash everything again, and tell what does not fit."""
        return self._ready().verify()

    def vacuum(self) -> None:
        """Give back the space of what was deleted."""
        self._ready().vacuum()

    def backup(self, path: Path) -> None:
        """Write a consistent copy to *path*, which must not exist, while others go on writing."""
        self._ready().backup(Path(path))

    def count(self) -> tuple[int, int]:
        """How many turns and how many conversations there are."""
        return self._ready().count()

    def stats(
        self,
        by: Literal["day", "model", "template"] = "day",
        since: float | None = None,
        until: float | None = None,
    ) -> list[UsageLine]:
        """Turns, tokens and cost by day, model or template; *since* and *until* are seconds since the epoch."""
        from .usage_report import usage_report

        return usage_report(self._ready().usage(), by, since, until)

    def export(self, file: IO[str], query: TurnQuery | None = None) -> int:
        """Write turns to a text file, as JSON, one line each, with all that belongs to them; how many these were."""
        from .._storage.jsonl import export_turns

        return export_turns(self._ready(), file, query or TurnQuery())

    def import_(self, file: IO[str]) -> Imported:
        """Add what `export` wrote; turns that are there already stay as they are."""
        from .._storage.jsonl import import_turns

        return import_turns(self._ready(), file)

    def import_llm(self, path: Path, progress: Callable[[int, int], None] = _silent) -> ImportedLLM:
        """Add what the older `llm` package has logged to the file *path*, which is only read; again adds nothing."""
        from .._storage.llm_import import import_llm

        return import_llm(self._ready(), Path(path), progress)

    def size(self) -> int:
        """How many bytes the history takes."""
        return self._ready().size()

    @property
    def recording(self) -> bool:
        """Whether prompts of the command line are kept unless they say otherwise."""
        return not self._off.exists()

    def on(self) -> None:
        """Keep the prompts of the command line, from now on."""
        self._off.unlink(missing_ok=True)

    def off(self) -> None:
        """Keep no prompts of the command line, from now on, unless they ask for it with `--log`."""
        self._off.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._off.touch()

    def recover(self) -> int:
        """Add what processes that died have left behind, where there is any; how many turns these were."""
        self._recovered = True
        if self._is_llm or not self._left():
            return 0
        return self._journal.recover(patient=self._patient)

    def close(self) -> None:
        """Close the file; it is opened again when it is needed."""
        if "_store" in self.__dict__:
            self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.path)!r})"

    def _ready(self, *, always: bool = False) -> Store:
        """The store, once what was left behind is in it; that it cannot be written hinders nobody who reads."""
        if always:
            self.recover()
        elif not self._recovered:
            with suppress(HistoryError):
                self.recover()
        return self._store

    def _writable(self) -> Store:
        """The store, where it may be written: one of the older package refuses, whatever is to be done."""
        store = self._ready()
        if self._is_llm:
            store.remove(())
        return store

    def waiting(self) -> bool:
        """Whether turns of processes that are gone could not be added to the history yet."""
        return not self._is_llm and self._journal.waiting()

    def _left(self) -> bool:
        """Whether there may be anything that was left behind."""
        return self.path.exists() or bool(self._journal.spool.paths())

    @cached_property
    def _is_llm(self) -> bool:
        if self._is_own:
            return False
        from .._storage.llm_tables import is_llm_database

        return is_llm_database(self.path)

    @cached_property
    def _store(self) -> Store:
        if self._is_llm:
            from .._storage.llm_store import LLMStore

            return LLMStore(self.path)
        if self._is_own and self._given_app is not None:
            return self._given_app.store
        from .._storage.history import open_history

        return open_history(self.path)

    @cached_property
    def _journal(self) -> Journal:
        from .._storage.history import open_journal

        return open_journal(self.path, self._store, _unheard)

    @property
    def _app(self) -> App:
        if self._given_app is not None:
            return self._given_app
        from .app import default_app

        return default_app()

    @property
    def _off(self) -> Path:
        return self._directory / "logs-off"


def _check_limits(*limits: float | None) -> None:
    given = [limit for limit in limits if limit is not None]
    if not given:
        raise RequestError("Nothing says which turns to delete", hint="Give an age, a number to keep, or a size")
    if min(given) < 0:
        raise RequestError("An age, a number to keep and a size are not negative")


def _unheard(error: HistoryError) -> None:
    """Complaints are about turns that are asked, and none are asked here."""
