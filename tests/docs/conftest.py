"""The server that the pages of the manual speak to, and a place for each page to work in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from llm.testing import ModelServer, Script, write_scripted_model

ANSWER = "Hello! I am a scripted test model running offline."


@pytest.fixture(scope="session")
def demo_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModelServer]:
    """A server whose model `tiny` answers every chat with `ANSWER`; pages find its address in `DEMO_URL`."""
    path = write_scripted_model(tmp_path_factory.mktemp("tiny") / "tiny.gguf", Script(chat=ANSWER))
    with ModelServer(path, alias="tiny") as server:
        yield server
