"""What SQLite and the file system raise, as HistoryError."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .._config.paths import user_dir
from ..errors import HistoryError

_BROKEN = "Move it away (and its -wal and -shm files), and the next prompt begins a new history"
_OTHER = "Is it a history of llm? If it is, import a backup or an export of it"
_ACCESS = "Check who may write the file and its folder, or set LLM_USER_PATH to another folder"
_SPACE = "Free some space on that disk, or set LLM_USER_PATH to another folder"
_REASONS: dict[int, tuple[str, str | None]] = {
    sqlite3.SQLITE_BUSY: (
        "another process holds its lock",
        "Try again when that process (a backup, a database browser, another llm command) has finished",
    ),
    sqlite3.SQLITE_CANTOPEN: ("the file cannot be opened", _ACCESS),
    sqlite3.SQLITE_CORRUPT: ("the file is damaged", _BROKEN),
    sqlite3.SQLITE_FULL: ("the disk is full", _SPACE),
    sqlite3.SQLITE_IOERR: ("the disk failed, or is full", _SPACE),  # which of them it is, SQLite does not always say
    sqlite3.SQLITE_NOTADB: ("the file is not a database", _BROKEN),
    sqlite3.SQLITE_PERM: ("access is denied", _ACCESS),
    sqlite3.SQLITE_READONLY: ("it may only be read", _ACCESS),
}


@contextmanager
def explained(action: str, path: Path) -> Iterator[None]:
    """Raise what goes wrong inside as a HistoryError: `action` is what was tried, as in "write to"."""
    try:
        yield
    except (sqlite3.Error, OverflowError) as error:
        code = getattr(error, "sqlite_errorcode", None)
        why, hint = _REASONS.get((code or 0) & 0xFF, (str(error), None))
        if hint == _BROKEN and path != user_dir() / "history.db":
            hint = _OTHER  # which nobody should move away for this
        raise HistoryError(f"Cannot {action} the history {path}: {why}", hint=hint) from error
    except OSError as error:
        raise HistoryError(f"Cannot {action} the history {path}: {error.strerror or error}", hint=_ACCESS) from error
