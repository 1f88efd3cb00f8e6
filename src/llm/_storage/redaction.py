"""A text gives way to another one wherever it is kept, and leaves no trace in the file or beside it."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ..errors import HistoryError
from .content_redaction import redact_contents
from .maintenance import PATIENCE, empty_log
from .message_redaction import redact_messages
from .query import Redacted
from .redactor import Redactor
from .transaction import immediate
from .turn_redaction import redact_names, redact_turns

_AGAIN = "When nobody else uses the history, run the same command again: it takes the traces away"


def redact(
    connection: sqlite3.Connection, rewrite: Callable[[str], str], *, dry_run: bool = False, wait: float = PATIENCE
) -> Redacted:
    """
    Put `rewrite(text)` in place of every text that it changes: in messages, files, names, errors, payloads.

    Texts are taken as they were said, so that `rewrite` need not know how they are stored; names of the format itself
    (`role`, `type`) stay. All is rewritten in one transaction. Then the file is written anew, and its log emptied;
    where others read old pages for longer than *wait* seconds, that is a HistoryError that says so.

    No more than a few rows are held in memory. With *dry_run* nothing is changed, and it is told what would be.
    """
    # What is deleted is overwritten at once, not only where the file is written anew.
    connection.execute("PRAGMA secure_delete = ON")
    redacted = _rewritten(connection, rewrite, dry_run)
    if not dry_run:
        _wipe(connection, wait)
    return redacted


class _Undone(Exception):
    """Ends the transaction of a dry run."""


def _rewritten(connection: sqlite3.Connection, rewrite: Callable[[str], str], dry_run: bool) -> Redacted:
    redacted = Redacted()
    try:
        with _notes(connection), immediate(connection):
            redactor = Redactor(rewrite)
            contents = redact_contents(connection, redactor)
            messages = redact_messages(connection, redactor)
            redact_names(connection, redactor)
            turns = redact_turns(connection, redactor)
            redacted = Redacted(turns, messages, contents, redactor.places)
            if dry_run:
                raise _Undone
            _index(connection)
    except _Undone:
        pass
    except (json.JSONDecodeError, zlib.error) as error:
        raise HistoryError(
            f"Nothing is redacted: what is kept cannot be read everywhere: {error}", hint="llm logs verify tells where"
        ) from error
    return redacted


@contextmanager
def _notes(connection: sqlite3.Connection) -> Iterator[None]:
    """The tables in which a redaction notes what it did; they are gone afterwards."""
    try:
        connection.execute("CREATE TEMP TABLE dirty (key INTEGER PRIMARY KEY)")
        yield
    finally:
        for table in ("dirty", "moved", "rewritten", "changed"):
            connection.execute(f"DROP TABLE IF EXISTS temp.{table}")


def _index(connection: sqlite3.Connection) -> None:
    """Build the full-text index anew: one that rows are taken out of keeps their words for a while."""
    connection.execute("INSERT INTO turn_search(turn_search) VALUES ('delete-all')")
    connection.execute(
        "INSERT INTO turn_search(rowid, prompt, response) "
        "SELECT turn_text.key, turn_text.prompt, turn_text.response "
        "FROM turn JOIN turn_text ON turn_text.key = turn.key WHERE turn.status != 'running'"
    )


def _wipe(connection: sqlite3.Connection, wait: float) -> None:
    """Write the file anew, and empty its log, in which old pages still are."""
    try:
        connection.execute("VACUUM")
        is_empty = empty_log(connection, wait)
    except sqlite3.Error as error:
        raise HistoryError(
            f"The text is redacted in the history, but traces of it may be left in its files: {error}", hint=_AGAIN
        ) from error
    if not is_empty:
        raise HistoryError(
            "The text is redacted in the history, but traces of it are left in the log beside the file: "
            f"another process has been reading there for {wait:g} seconds",
            hint=_AGAIN,
        )
