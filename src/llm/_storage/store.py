"""Where turns are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from .._domain.message import Message
    from .._domain.turn import Turn
    from .query import ConversationQuery, ConversationRecord, Damage, Found, Redacted, Removed, TurnQuery, UsageRow


class Store(Protocol):
    """
    Keeps turns. `tests/storage/store_suite.py` is what any implementation must pass.

    Every method may be called from any thread, and raises HistoryError where the store cannot be read or written.
    Nothing is opened before the first call, and a store that was closed opens again when it is used. A history that
    does not exist yet is empty. Ids are given whole; `find_turn` and `find_conversation` complete them.
    """

    patience: float
    """How many seconds a call waits for a lock that another process holds."""

    def begin(self, turn: Turn, before: Sequence[Message] = (), *, terminal: str | None = None) -> None:
        """
        Keep a turn that is about to be asked: on return it outlives this process. Its `id` must be new.

        *before* are the messages up to `turn.after`, without the system prompt; they are looked at only where the
        store does not have that message yet. *terminal* is where it was asked from, for `last_used`.
        """
        ...

    def finish(self, turn: Turn) -> None:
        """Keep how the turn with this `id` ended; what was asked stays as it was begun. Raises MissingTurn."""
        ...

    def add(self, turn: Turn, before: Sequence[Message] = (), *, terminal: str | None = None) -> bool:
        """Keep a whole turn, begun or not, in one step; False where it was there already and had ended."""
        ...

    def running(self) -> list[str]:
        """The ids of the turns that have not ended."""
        ...

    def find(self, query: TurnQuery) -> Iterator[Found]:
        """The turns that a query asks for, oldest first; with `search` and order `rank`, the best last."""
        ...

    def find_turn(self, id: str) -> Turn:
        """The turn whose id begins with *id*. Raises UnknownTurn where none or several do."""
        ...

    def messages(self, turn_id: str) -> tuple[Message, ...]:
        """Exactly what was sent in a turn: the system prompt, what was said before, and its input."""
        ...

    def chain(self, message_id: str) -> tuple[Message, ...]:
        """The messages from the first to this one."""
        ...

    def find_conversations(self, query: ConversationQuery) -> list[ConversationRecord]:
        """The conversations that a query asks for, the one used last at the end."""
        ...

    def find_conversation(self, reference: str) -> ConversationRecord:
        """The conversation with this id, unique start of an id, or name. Raises UnknownConversation."""
        ...

    def last_used(self, terminal: str | None) -> str | None:
        """The id of the conversation used last from *terminal*, else of the one used last at all, if there is one."""
        ...

    def name(self, conversation: str, name: str | None) -> None:
        """Name a conversation, or take its name away. Raises HistoryError where another one has the name."""
        ...

    def tag(self, conversation: str, add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        """Give a conversation tags, and take others away."""
        ...

    def fork(self, message_id: str, *, system: str | None = None, name: str | None = None) -> str:
        """
        Begin a conversation whose next turn follows this message, which costs no copy; its id is returned.

        The unique start of the message's id is enough. *system* is the system prompt that it keeps; None: that of the
        turn which said the message. Raises UnknownTurn, and HistoryError where the name is taken.
        """
        ...

    def add_conversation(self, record: ConversationRecord, before: Sequence[Message] = ()) -> bool:
        """
        Keep a conversation as another history has it, once its turns are here; *before* are the messages to its head.

        One that is here already keeps its name and its tags, and its head where it was used later. False where another
        conversation has its name, which it does not get.
        """
        ...

    def remove(self, turn_ids: Sequence[str], *, with_later: bool = False, dry_run: bool = False) -> Removed:
        """
        Delete turns, and every message and content that no other turn refers to.

        Raises LaterTurns, which names them, where turns that stay carry the text of one that would go; *with_later*
        deletes these too.
        """
        ...

    def prune(
        self,
        *,
        before: float | None = None,
        keep: int | None = None,
        max_size: int | None = None,
        dry_run: bool = False,
    ) -> Removed:
        """
        Delete the turns begun before *before* (seconds since the epoch), then the oldest until *max_size* bytes do.

        The newest *keep* stay, and alone means that all others go. A turn stays while it runs, and while a later one
        that stays carries its text. The space is given back by `vacuum`.
        """
        ...

    def forget(self, conversation: str) -> Removed:
        """Delete a conversation that has no turns; one that has some stays as it is."""
        ...

    def redact(self, rewrite: Callable[[str], str], *, dry_run: bool = False) -> Redacted:
        """
        Put `rewrite(text)` in place of every text that it changes, wherever it is kept, and leave no trace of the old.

        Messages that descend from a rewritten one get new ids, and turns refer to these. Raises HistoryError where
        other processes keep a copy alive by reading all the time.
        """
        ...

    def verify(self) -> Iterator[Damage]:
        """Hash everything again, and tell what does not fit."""
        ...

    def backup(self, path: Path) -> None:
        """Write a consistent copy to *path*, which must not exist, while others go on writing."""
        ...

    def vacuum(self) -> None:
        """Give back the space of what was deleted."""
        ...

    def count(self) -> tuple[int, int]:
        """How many turns and how many conversations there are."""
        ...

    def usage(self) -> list[UsageRow]:
        """Turns and tokens, added up by day, model, template and price key."""
        ...

    def size(self) -> int:
        """How many bytes the history takes."""
        ...

    def close(self) -> None:
        """Let go of what the store holds open. Closing twice does nothing."""
        ...
