"""The history: every turn that was asked, and how it ended. Nothing outside this layer knows how turns are kept."""

from __future__ import annotations

from .history import history_path, open_history
from .ids import new_id
from .store import Store

__all__ = ["Store", "history_path", "new_id", "open_history"]
