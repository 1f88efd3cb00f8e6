"""Where the history is, and how it is opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from .._config.paths import user_dir

if TYPE_CHECKING:
    from ..errors import HistoryError
    from .journal import Journal
    from .spool import Spool
    from .store import Store


def history_path() -> Path:
    """The file of the history: `history.db` in the user directory."""
    return user_dir() / "history.db"


def open_history(path: Path | None = None) -> Store:
    """The store at *path*, else at `history_path()`. Nothing is opened or created before its first use."""
    from .sqlite import SQLiteStore

    return SQLiteStore(path or history_path())


def spool_of(path: Path) -> Spool:
    """The spool of the history at *path*: a directory beside it."""
    from .spool import Spool

    return Spool(path.with_name(f"{path.stem}-spool"))


def open_journal(
    path: Path, store: Store, complain: Callable[[HistoryError], None], terminal: str | None = None
) -> Journal:
    """What keeps turns in *store*, the store at *path*, and in its spool."""
    from .journal import Journal

    return Journal(store, spool_of(path), complain, terminal)
