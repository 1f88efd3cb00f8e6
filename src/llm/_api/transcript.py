"""A conversation, to be read: all that was said in it, in the forms that it can be given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from .._domain.message import Message
from .._domain.message_id import message_id
from .._domain.turn import Turn
from .._storage.query import ConversationRecord, TurnQuery

if TYPE_CHECKING:
    from .._storage.store import Store
    from .conversation_tree import Branch


class Said(NamedTuple):
    """A message, its id, and the id of the one before it."""

    id: str
    message: Message
    after: str | None


@dataclass(frozen=True, slots=True)
class Transcript:
    """
    All that was said in a conversation: `record` is what is known of it, `turns` are its own, oldest first.

    `before` are the messages that its first turn follows, which is what a fork shares with another conversation.
    """

    record: ConversationRecord
    before: tuple[Message, ...] = ()
    turns: tuple[Turn, ...] = ()

    def to_markdown(self) -> str:
        """The conversation as Markdown."""
        from .conversation_markdown import conversation_markdown

        return conversation_markdown(self)

    def to_html(self) -> str:
        """The conversation as one page of HTML that needs nothing else, and runs no scripts."""
        from .conversation_html import conversation_html

        return conversation_html(self)

    def to_dict(self) -> dict[str, Any]:
        """The conversation as JSON values, with the ids of all messages."""
        from .conversation_json import conversation_json

        return conversation_json(self)

    def branches(self) -> list[Branch]:
        """The turns as trees: each followed by those that go on from it."""
        from .conversation_tree import branches

        return branches(self.turns)


def transcript(store: Store, reference: str) -> Transcript:
    """The conversation with this id, start of an id, or name. Raises UnknownConversation."""
    record = store.find_conversation(reference)
    turns = tuple(found.turn for found in store.find(TurnQuery(conversation=record.id)))
    start = turns[0].after if turns else record.head
    return Transcript(record, () if start is None else store.chain(start), turns)


def said(messages: tuple[Message, ...], after: str | None = None) -> Iterator[Said]:
    """The messages with their ids, where they follow the message *after*."""
    for message in messages:
        id = message_id(message, after)
        yield Said(id, message, after)
        after = id


def said_in(turn: Turn) -> tuple[Said, ...]:
    """What a turn asked and what was answered, with the ids."""
    return tuple(said((*turn.input, *turn.answer), turn.after))
