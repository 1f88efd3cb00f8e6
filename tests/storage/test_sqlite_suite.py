"""The SQLite store behaves as every store does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from llm._storage import Store
from llm._storage.sqlite import SQLiteStore

from .store_suite import StoreSuite


class TestSQLiteStore(StoreSuite):
    @pytest.fixture
    def factory(self, tmp_path: Path) -> Callable[[], Store]:
        return lambda: SQLiteStore(tmp_path / "user" / "history.db")
