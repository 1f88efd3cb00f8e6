"""The history that a command works on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .._api.history import History


def history_of(database: Path | None) -> History:
    """The history in the file *database*, which may be a `logs.db` of the older package; None: the user's own."""
    from .._api.history import History

    return History(database)
