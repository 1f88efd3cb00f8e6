"""Conversations of a `logs.db`."""

from __future__ import annotations

from ..errors import UnknownConversation
from .llm_database import LLMDatabase
from .llm_names import given_name, shortened
from .query import ConversationQuery, ConversationRecord, TurnQuery

_SHOWN = 5
_TITLE_LENGTH = 100


def find_conversations(database: LLMDatabase, query: ConversationQuery) -> list[ConversationRecord]:
    """The conversations that a query asks for, the one used last at the end."""
    if query.tags or query.without_turns:
        return []  # there are none
    names = database.conversations()
    wanted = None if query.search is None else _with_words(database, query.search, names)
    records: dict[str, ConversationRecord] = {}
    for told in database.newest():
        id = told.turn.conversation
        if query.count is not None and len(records) >= query.count:
            break
        if id not in records and (wanted is None or id in wanted):
            records[id] = record(database, id, names[id])
    return list(records.values())[::-1]


def find_conversation(database: LLMDatabase, reference: str) -> ConversationRecord:
    """The conversation with this id, name, or unique start of an id. Raises UnknownConversation."""
    names = database.conversations()
    wanted = reference.strip()
    lower = wanted.lower()
    exact = [id for id in names if id == lower] or [id for id, name in names.items() if wanted and name == wanted]
    found = exact or [id for id in names if lower and id.startswith(lower)]
    known = [it for it in (record(database, id, names[id]) for id in found[: _SHOWN + 1]) if it.turns]
    if not known:
        raise UnknownConversation(f"The history has no conversation {reference}", hint="Give an id or a name")
    if len(known) > 1:
        shown = ", ".join(it.id for it in known[:_SHOWN])
        raise UnknownConversation(
            f"Several conversations are called {reference}, or begin with it: {shown}"
            f"{', ...' if len(known) > _SHOWN else ''}",
            hint="Give more of the id",
        )
    return known[0]


def record(database: LLMDatabase, id: str, name: str) -> ConversationRecord:
    """What is known of a conversation."""
    thread = list(database.thread(id).values())
    if not thread:
        return ConversationRecord(id)
    first, last = thread[0].turn, thread[-1].turn
    given = given_name(name, first)
    return ConversationRecord(
        id,
        name=given,
        title=given or shortened(first.prompt, _TITLE_LENGTH) or name.strip(),
        model=last.model,
        turns=len(thread),
        last=last.id,
        used=last.started,
        head=None if thread[-1].head is None else thread[-1].head.id,
        system=last.system,
    )


def _with_words(database: LLMDatabase, words: str, names: dict[str, str]) -> set[str]:
    from .llm_find import find

    named = {id for id, name in names.items() if words.casefold() in name.casefold()}
    return named | {found.turn.conversation for found in find(database, TurnQuery(search=words))}
