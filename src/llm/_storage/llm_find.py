"""Turns of a `logs.db` that are like a query wants them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from . import llm_search
from .llm_database import LLMDatabase
from .llm_matching import matches
from .llm_tables import reading
from .query import Found, TurnQuery


def find(database: LLMDatabase, query: TurnQuery) -> Iterator[Found]:
    """The turns that a query asks for, oldest first; with `search` and order `rank`, the best last."""
    if query.count is None and query.search is None:
        yield from _all(database, query, oldest_first=True)
        return
    candidates = _all(database, query) if query.search is None else _with_words(database, query, query.search)
    yield from reversed(list(candidates if query.count is None else islice(candidates, max(query.count, 0))))


def _all(database: LLMDatabase, query: TurnQuery, *, oldest_first: bool = False) -> Iterator[Found]:
    for told in database.newest(query.conversation, oldest_first=oldest_first):
        if matches(query, told.turn):
            yield Found(told.turn)


def _with_words(database: LLMDatabase, query: TurnQuery, words: str) -> Iterator[Found]:
    with database.lock, reading(database.path):
        hits = llm_search.search(database.tables(), words, query.order == "rank")
    for hit in hits:
        told = database.thread(hit.conversation).get(hit.id)
        if told is None or not matches(query, told.turn):
            continue
        with database.lock, reading(database.path):
            snippet = llm_search.snippet(database.tables(), hit, words)
        yield Found(told.turn, snippet)
