"""A `logs.db` of the `llm` package before 1.0 as a store that is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from ..errors import HistoryError, UnknownTurn
from . import llm_conversations
from .llm_database import LLMDatabase, Told
from .query import Damage, Found, UsageRow

if TYPE_CHECKING:
    from .._domain.message import Message
    from .._domain.turn import Turn
    from .query import ConversationQuery, ConversationRecord, Redacted, Removed, TurnQuery

PATIENCE = 2.0
_SHOWN = 5


class LLMStore:
    """Reads the file *path*, over one connection that is opened by the first call; what would write is refused."""

    def __init__(self, path: Path, patience: float = PATIENCE) -> None:
        self.path = path
        self.patience = patience
        self.database = LLMDatabase(path, patience)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.path)!r})"

    def running(self) -> list[str]:
        """None: only what had ended was kept."""
        return []

    def find(self, query: TurnQuery) -> Iterator[Found]:
        """The turns that a query asks for."""
        from .llm_find import find

        return find(self.database, query)

    def find_turn(self, id: str) -> Turn:
        """The turn whose id begins like this."""
        return self._told(id).turn

    def messages(self, turn_id: str) -> tuple[Message, ...]:
        """What was sent in a turn."""
        from .._domain.message import system
        from .llm_chain import unroll

        told = self._told(turn_id)
        leading = (system(told.turn.system),) if told.turn.system else ()
        return (*leading, *unroll(told.before), *told.turn.input)

    def chain(self, message_id: str) -> tuple[Message, ...]:
        """The messages from the first to this one, wherever it is: all that was kept is looked through."""
        from .llm_chain import unroll

        for conversation in self.database.conversations():
            seen: set[int] = set()
            for told in self.database.thread(conversation).values():
                link = told.head
                while link is not None and id(link) not in seen:
                    if link.id == message_id:
                        return unroll(link)
                    seen.add(id(link))
                    link = link.before
        raise UnknownTurn(f"The history has no message {message_id}")

    def find_conversations(self, query: ConversationQuery) -> list[ConversationRecord]:
        """The conversations that a query asks for."""
        return llm_conversations.find_conversations(self.database, query)

    def find_conversation(self, reference: str) -> ConversationRecord:
        """The conversation with this id, start of an id, or name."""
        return llm_conversations.find_conversation(self.database, reference)

    def last_used(self, terminal: str | None) -> str | None:
        """The conversation of the newest turn: nobody noted terminals."""
        newest = next(self.database.newest(), None)
        return None if newest is None else newest.turn.conversation

    def count(self) -> tuple[int, int]:
        """How many turns and how many conversations there are."""
        return self.database.count(), len(self.database.conversations())

    def usage(self) -> list[UsageRow]:
        """Turns and tokens, added up."""
        from .llm_usage import usage

        return usage(self.database)

    def verify(self) -> Iterator[Damage]:
        """Read everything, and tell what cannot be read."""
        for _ in self.database.told():
            pass
        return (Damage(str(self.path), problem) for problem in self.database.problems)

    def size(self) -> int:
        """How many bytes the file takes, with what is still in its log."""
        files = (self.path, self.path.with_name(f"{self.path.name}-wal"))
        return sum(file.stat().st_size for file in files if file.exists())

    def close(self) -> None:
        """Let go of the file."""
        self.database.close()

    def begin(self, turn: Turn, before: Sequence[Message] = (), *, terminal: str | None = None) -> None:
        """Refused."""
        self._refuse()

    def finish(self, turn: Turn) -> None:
        """Refused."""
        self._refuse()

    def add(self, turn: Turn, before: Sequence[Message] = (), *, terminal: str | None = None) -> bool:
        """Refused."""
        self._refuse()

    def name(self, conversation: str, name: str | None) -> None:
        """Refused."""
        self._refuse()

    def tag(self, conversation: str, add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        """Refused."""
        self._refuse()

    def fork(self, message_id: str, *, system: str | None = None, name: str | None = None) -> str:
        """Refused."""
        self._refuse()

    def add_conversation(self, record: ConversationRecord, before: Sequence[Message] = ()) -> bool:
        """Refused."""
        self._refuse()

    def remove(self, turn_ids: Sequence[str], *, with_later: bool = False, dry_run: bool = False) -> Removed:
        """Refused."""
        self._refuse()

    def prune(
        self,
        *,
        before: float | None = None,
        keep: int | None = None,
        max_size: int | None = None,
        dry_run: bool = False,
    ) -> Removed:
        """Refused."""
        self._refuse()

    def forget(self, conversation: str) -> Removed:
        """Refused."""
        self._refuse()

    def redact(self, rewrite: Callable[[str], str], *, dry_run: bool = False) -> Redacted:
        """Refused."""
        self._refuse()

    def backup(self, path: Path) -> None:
        """Refused: a backup would be no history of ours."""
        self._refuse()

    def vacuum(self) -> None:
        """Refused."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise HistoryError(
            f"{self.path} is a history of the llm package before 1.0, which is read and never written",
            hint=f"llm logs import-llm {self.path} copies it into the history",
        )

    def _told(self, id: str) -> Told:
        id = id.strip().lower()
        if not id:
            raise UnknownTurn("No turn is named", hint="llm logs lists ids")
        found = self.database.beginning_with(id, _SHOWN + 1)
        if len(found) > 1 and found[0].id != id:
            shown = ", ".join(entry.id for entry in found[:_SHOWN])
            raise UnknownTurn(
                f"Several turns have ids that begin with {id}: {shown}{', ...' if len(found) > _SHOWN else ''}",
                hint="Give more of the id",
            )
        told = self.database.thread(found[0].conversation).get(found[0].id) if found else None
        if told is None:
            raise UnknownTurn(f"The history has no turn {id}", hint="llm logs lists turns with their ids")
        return told
