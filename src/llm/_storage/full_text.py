"""The full-text index: what is asked of it, and where the words are."""

from __future__ import annotations

import re
import sqlite3

_SHOWN_WORDS = 24
# What FTS5 says of a query that is none. The code for all of these is the general one.
_NO_QUERY = re.compile(r"fts5: |no such column|unterminated string|unknown special query|malformed MATCH")


def expression(connection: sqlite3.Connection, text: str) -> str:
    """
    What FTS5 is to look for: the text itself where it is a query of FTS5, else every word of it, as it stands.

    So `it's`, `C++` and `foo-bar` are words to look for, and no errors of syntax.
    """
    text = text.replace("\0", " ").encode("utf-8", "replace").decode()
    try:
        connection.execute("SELECT rowid FROM turn_search WHERE turn_search MATCH ? LIMIT 1", (text,)).fetchone()
    except sqlite3.OperationalError as error:
        if not _NO_QUERY.search(str(error)):
            raise
        return words(text)
    return text


def words(text: str) -> str:
    """A query for every word of *text*: for `it's "so"` that is `"it's" "so"`."""
    return " ".join(f'"{word}"' for word in text.replace('"', " ").split()) or '""'


def snippet(connection: sqlite3.Connection, key: int, expression: str) -> str | None:
    """The place of the turn's text where the words are, each between two stars."""
    row = connection.execute(
        """
        SELECT CAST(snippet(turn_search, -1, '**', '**', '…', ?) AS BLOB) FROM turn_search
        WHERE turn_search MATCH ? AND rowid = ?
        """,
        (_SHOWN_WORDS, expression, key),
    ).fetchone()
    # As bytes: half a character is no UTF-8, and would hide the hit.
    return None if row is None else bytes(row[0]).decode("utf-8", "replace")
