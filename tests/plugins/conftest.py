"""The world of these tests: an empty directory of installed packages."""

from __future__ import annotations

from pathlib import Path

import pytest

from .installed import Site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A directory of installed packages, empty as yet."""
    return Site(tmp_path)
