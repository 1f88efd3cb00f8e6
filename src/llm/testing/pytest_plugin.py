"""
Fixtures for tests against a real model server.

Switch them on in the top `conftest.py` with `pytest_plugins = ["llm.testing.pytest_plugin"]`. Each lasts for the test
session (for a worker's share of it under pytest-xdist), and starts when the first test asks for it, in about 0.1 s.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from .scripted_gguf import write_scripted_model
from .server import ModelServer


@pytest.fixture(scope="session")
def scripted_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The path of a model file that says what `Script()` says."""
    return write_scripted_model(tmp_path_factory.mktemp("scripted") / "scripted.gguf")


@pytest.fixture(scope="session")
def model_server(scripted_model: Path) -> Iterator[ModelServer]:
    """A running server of the scripted model that asks for no key."""
    with ModelServer(scripted_model) as server:
        yield server


@pytest.fixture(scope="session")
def keyed_model_server(scripted_model: Path) -> Iterator[ModelServer]:
    """A running server of the scripted model that answers 401 to whoever lacks its `key`."""
    with ModelServer(scripted_model, key=f"sk-test-{secrets.token_hex(16)}") as server:
        yield server
