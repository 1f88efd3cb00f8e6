"""Where the history is, and how it is opened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .._config.paths import user_dir

if TYPE_CHECKING:
    from .store import Store


def history_path() -> Path:
    """The file of the history: `history.db` in the user directory."""
    return user_dir() / "history.db"


def open_history(path: Path | None = None) -> Store:
    """The store at *path*, else at `history_path()`. Nothing is opened or created before its first use."""
    from .sqlite import SQLiteStore

    return SQLiteStore(path or history_path())
