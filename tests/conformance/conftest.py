"""Every behaviour is tried over each provider's wire, on four paths: blocking and async, streamed and whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api.colour import Colour, colour
from api.fixtures import serve
from api.world import QUICK, set_policy
from llm._api.app import App

from .servers import SERVERS

__all__ = ["colour", "serve"]

KEY = "sk-conformance-0123456789"
ModelOf = Callable[..., Any]


@pytest.fixture(params=[True, False], ids=["streamed", "whole"])
def stream(request: pytest.FixtureRequest) -> bool:
    """Streamed and whole in turn."""
    return bool(request.param)


@pytest.fixture
def model_of(colour: Colour, tmp_path: Path) -> ModelOf:
    """`model_of(wire, server)`: a model of the colour of the test at this server, over this wire, with a key."""

    def made(wire: str, server: Any) -> Any:
        spoken = SERVERS[wire]
        folder = tmp_path / wire
        folder.mkdir(exist_ok=True)
        url = server.url.removesuffix("/v1") + spoken.PATH
        lines = [f'base_url = "{url}"', f'wire = "{wire}"', f'dialect = "{spoken.DIALECT}"', 'key_name = "mine"']
        (folder / "config.toml").write_text("\n".join([f"[endpoints.{wire}]", *lines]), encoding="utf-8")
        model = colour.model(set_policy(App(folder), retries=QUICK), f"{wire}/m")
        model.key = KEY
        return model

    return made
