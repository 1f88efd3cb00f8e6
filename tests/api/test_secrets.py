"""Keys, and the secret headers of an endpoint, show nowhere, whatever the other side repeats."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import llm
from llm._engine.pipeline import Policy
from llm._storage.query import TurnQuery
from llm._storage.sqlite import SQLiteStore
from llm.testing import chat_stream, error_reply

from .fixtures import Serve
from .world import ONCE, make_app

SECRET = "sk-header-0123456789abcdef"


@pytest.fixture
def model(serve: Serve, tmp_path: Path, request: pytest.FixtureRequest) -> Any:
    """A model at an endpoint whose key is in a header of its own."""
    server = serve(request.param, repeat=True)
    app = make_app(tmp_path / "user")
    text = f'[endpoints.test]\nbase_url = "{server.url}"\nheaders = {{ "X-Api-Key" = "{SECRET}" }}\n'
    (app.directory / "config.toml").write_text(text, encoding="utf-8")
    made = app.get_model("test/m")
    app.policy = Policy(retries=ONCE, recorder=app.journal(lambda error: None))
    return made


@pytest.mark.parametrize("model", [error_reply(401, f"bad key {SECRET}")], indirect=True)
def test_a_header_that_the_server_repeats_in_an_error_is_blotted_out(model: Any, tmp_path: Path) -> None:
    with pytest.raises(llm.AuthenticationError) as caught:
        model.prompt("hi").text()
    assert SECRET not in str(caught.value)
    assert SECRET.encode() not in b"".join(path.read_bytes() for path in tmp_path.glob("history.db*"))


@pytest.mark.parametrize(
    "model", [chat_stream(f"your key is {SECRET}", {"content": "."}, finish=SECRET, usage=(1, 2))], indirect=True
)
def test_the_history_and_debug_hold_no_secret_that_the_answer_repeats(model: Any, tmp_path: Path) -> None:
    response = model.prompt("hi")
    response.text()
    assert SECRET not in json.dumps(response.debug())
    (turn,) = [found.turn for found in SQLiteStore(tmp_path / "user" / "history.db").find(TurnQuery())]
    assert turn.text == "your key is ***."
    assert SECRET.encode() not in b"".join(path.read_bytes() for path in tmp_path.glob("history.db*"))


def test_an_explicit_key_goes_before_that_of_the_model(serve: Serve, tmp_path: Path) -> None:
    server = serve(chat_stream("ok"), repeat=True)
    made = make_app(tmp_path / "user", server.url, key="stored").get_model("test/m")
    made.key = "of-the-model"
    assert made.prompt("hi", key="explicit").text() == "ok"
    assert made.prompt("hi").text() == "ok"
    sent = [exchange.headers["authorization"] for exchange in server.exchanges]
    assert sent == ["Bearer explicit", "Bearer of-the-model"]


def test_an_error_of_an_author_does_not_show_the_key() -> None:
    class Quoting(llm.KeyModel):
        model_id = "quoting"
        needs_key = "quoting"

        def generate(self, prompt: llm.Prompt, call: llm.Call) -> Any:
            raise ValueError(f"bad key {call.key}")
            yield

    with pytest.raises(ValueError, match=r"^bad key \*\*\*$"):
        Quoting().prompt("hi", key=SECRET).text()
