"""What tests of several layers start from: servers that fail on purpose, and a model of either colour at one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from llm.testing import FaultyServer

from .colour import Colour
from .world import QUICK, make_app, set_policy

Serve = Callable[..., FaultyServer]
ModelAt = Callable[..., Any]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts servers that play replies, and ends them with the test."""
    with ExitStack() as stack:
        yield lambda *replies, **how: stack.enter_context(FaultyServer(*replies, **how))


@pytest.fixture
def model_at(colour: Colour, tmp_path: Path) -> ModelAt:
    """The model `test/m` at a base URL, in the colour of the test; keywords are a key, retries and time limits."""

    def made(url: str, *, key: str | None = None, retries: Any = QUICK, recorder: Any = None, **limits: Any) -> Any:
        app = make_app(tmp_path / "user", url, key=key)
        set_policy(app, retries=retries, recorder=recorder, **limits)
        return colour.model(app, "test/m")

    return made
