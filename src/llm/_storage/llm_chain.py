"""A chain of messages, each of which knows the one before it; chains that begin alike share what is alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from .._domain.message import Message
from .._domain.message_id import message_id


@dataclass(frozen=True, slots=True)
class Link:
    """A message in its place: after `before` (None: it is the first), with the id that it has there."""

    message: Message
    before: Link | None = field(repr=False)
    id: str


def extend(last: Link | None, messages: Iterable[Message]) -> Link | None:
    """The last link of the chain with *messages* added; raises AttachmentError for a file that is gone."""
    for message in messages:
        last = Link(message, last, message_id(message, None if last is None else last.id))
    return last


def unroll(last: Link | None) -> tuple[Message, ...]:
    """The messages from the first to this link."""
    messages: list[Message] = []
    while last is not None:
        messages.append(last.message)
        last = last.before
    return tuple(reversed(messages))
