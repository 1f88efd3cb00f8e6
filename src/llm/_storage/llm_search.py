"""Full-text search in a `logs.db`, by its own index; for tables without one, by an index in memory."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from .llm_tables import Tables

_WORDS = 24
_BEST = "bm25({0}, 10.0, 1.0)"
"""A word in the prompt says more of what a turn is about than one in the answer: the order of the older package."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A turn that has the words: its `id` and `conversation`, and where in which `index` it was found."""

    id: str
    conversation: str
    index: str
    row: int


def search(tables: Tables, words: str, by_rank: bool) -> list[Hit]:
    """The turns that have the words, the best first, or the newest. Words that are no query are taken as they are."""
    try:
        return _search(tables, words, by_rank)
    except sqlite3.OperationalError as error:
        if not _is_about_the_query(error):
            raise
    return _search(tables, " ".join(f'"{word}"' for word in words.replace('"', " ").split()) or '""', by_rank)


def snippet(tables: Tables, hit: Hit, words: str) -> str:
    """Where the words are, marked as `**word**`."""
    name = hit.index.split(".")[1]
    statement = (
        f"SELECT CAST(snippet({name}, -1, '**', '**', '…', {_WORDS}) AS BLOB) "  # noqa: S608
        f"FROM {hit.index} WHERE {name} MATCH ? AND rowid = ?"
    )
    for query in (words, " ".join(f'"{word}"' for word in words.replace('"', " ").split())):
        try:
            row = tables.connection.execute(statement, (query, hit.row)).fetchone()
        except sqlite3.OperationalError as error:
            if not _is_about_the_query(error):
                raise
        else:
            return "" if row is None else bytes(row[0] or b"").decode("utf-8", "replace")
    return ""


def _search(tables: Tables, words: str, by_rank: bool) -> list[Hit]:
    found: list[tuple[float, Hit]] = []
    for source in ("turns", "responses", "logs", "log"):
        if not tables.columns(source):
            continue
        index = _index(tables, source)
        name = index.split(".")[1]
        turn = (
            "main.turn_search AS found JOIN main.turns AS its ON its.id = found.turn_id WHERE found.id = hit.number"
            if source == "turns"
            else f'main."{source}" AS its WHERE its.rowid = hit.number'
        )
        rows = tables.connection.execute(
            f"WITH hit AS MATERIALIZED (SELECT rowid AS number, {_BEST.format(name)} AS rank "  # noqa: S608
            f"FROM {index} WHERE {name} MATCH :words) "
            f"SELECT hit.rank, hit.number, entry.id, entry.conversation FROM hit JOIN temp.entry AS entry "
            f"ON entry.source = :source AND entry.row = (SELECT its.rowid FROM {turn})",
            {"words": words, "source": source},
        )
        found += [(row[0], Hit(row[2], row[3], index, row[1])) for row in rows]
    if by_rank:
        found.sort(key=lambda it: (it[0], it[1].id))
    else:
        found.sort(key=lambda it: it[1].id, reverse=True)
    return [hit for _, hit in found]


def _index(tables: Tables, source: str) -> str:
    """The name of the full-text index over a table's prompt and response, which is made where there is none."""
    own = {"turns": "turn_search_fts", "responses": "responses_fts"}.get(source)
    if own and tables.columns(own) >= {"prompt", "response"}:
        return f'main."{own}"'
    name = f"found_{source}"
    connection = tables.connection
    if not connection.execute("SELECT 1 FROM temp.sqlite_master WHERE name = ?", (name,)).fetchone():
        connection.execute(f'CREATE VIRTUAL TABLE temp."{name}" USING fts5(prompt, response)')
        connection.execute(
            f'INSERT INTO temp."{name}" (rowid, prompt, response) '  # noqa: S608
            f'SELECT rowid, prompt, response FROM main."{source}"'
        )
    return f'temp."{name}"'


def _is_about_the_query(error: sqlite3.OperationalError) -> bool:
    text = str(error)
    return "fts5:" in text or "no such column" in text or "unterminated string" in text
