"""Which turns, and which conversations, are asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from .._domain.turn import Status, Turn

ByText: TypeAlias = Literal["rank", "latest"]


@dataclass(frozen=True, slots=True)
class TurnQuery:
    """
    What turns must be like; a turn must fit every field that is set.

    `search` is a full-text query over prompt and response. `count` is how many to return: the newest, or with
    `search` and order `rank` the best. `model` is the model asked or answered, `conversation` an id,
    `since` and `until` are in seconds since the epoch (`until` excluded), `after_id` and `from_id` bound the id.
    `schema` is a schema id (32 hex digits), `fragments` are SHA-256 hashes, all of which the turn must have,
    `tools` names of tools that took part, `any_tool` asks for turns in which any did.
    """

    count: int | None = None
    search: str | None = field(default=None, kw_only=True)
    order: ByText = field(default="rank", kw_only=True)
    ids: tuple[str, ...] | None = field(default=None, kw_only=True)
    model: str | None = field(default=None, kw_only=True)
    conversation: str | None = field(default=None, kw_only=True)
    statuses: tuple[Status, ...] = field(default=(), kw_only=True)
    template: str | None = field(default=None, kw_only=True)
    schema: str | None = field(default=None, kw_only=True)
    fragments: tuple[str, ...] = field(default=(), kw_only=True)
    tools: tuple[str, ...] = field(default=(), kw_only=True)
    any_tool: bool = field(default=False, kw_only=True)
    since: float | None = field(default=None, kw_only=True)
    until: float | None = field(default=None, kw_only=True)
    after_id: str | None = field(default=None, kw_only=True)
    from_id: str | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class Found:
    """A turn that a query found; `snippet` is where the search's words are, marked as `**word**` (None: no search)."""

    turn: Turn
    snippet: str | None = None


@dataclass(frozen=True, slots=True)
class ConversationQuery:
    """
    Which conversations: the `count` last used, with *search* in a turn or in the name, and with all *tags*.

    `without_turns` asks for those that were begun and in which nothing was asked yet.
    """

    count: int | None = None
    search: str | None = field(default=None, kw_only=True)
    tags: tuple[str, ...] = field(default=(), kw_only=True)
    without_turns: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class ConversationRecord:
    """
    What is known of a conversation.

    `name` is the one it was given (None: none), `title` that or the start of what was asked first. `last` is the id of
    the turn that used it last, `used` the time of it in seconds since the epoch. `model` is the model asked last.
    `head` is the id of the message that its next turn follows, and `system` the system prompt it keeps.
    """

    id: str
    name: str | None = field(default=None, kw_only=True)
    title: str = field(default="", kw_only=True)
    model: str | None = field(default=None, kw_only=True)
    tags: tuple[str, ...] = field(default=(), kw_only=True)
    turns: int = field(default=0, kw_only=True)
    last: str | None = field(default=None, kw_only=True)
    used: float = field(default=0.0, kw_only=True)
    head: str | None = field(default=None, kw_only=True)
    system: str = field(default="", kw_only=True)


@dataclass(frozen=True, slots=True)
class Removed:
    """What a removal took: the ids of the `turns`, and how many messages and other contents went with them."""

    turns: tuple[str, ...] = ()
    messages: int = 0
    contents: int = 0


@dataclass(frozen=True, slots=True)
class Redacted:
    """What a redaction rewrote: how many turns, messages and other contents, and in how many places in all."""

    turns: int = 0
    messages: int = 0
    contents: int = 0
    places: int = 0


@dataclass(frozen=True, slots=True)
class Damage:
    """One thing that verification found wrong: `where` it is, and `what` is wrong."""

    where: str
    what: str


@dataclass(frozen=True, slots=True)
class UsageRow:
    """
    Turns that are alike in day, model, template and price key, added up.

    `day` is a date in UTC, as `2027-01-31`. Tokens are sums of what providers reported.
    """

    day: str
    model: str
    template: str | None
    price_key: str | None
    turns: int
    input: int
    output: int
    cached: int
    cache_write: int = 0
