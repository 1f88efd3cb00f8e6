"""Files go with a prompt, and come with an answer."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from llm.testing import Reply, chat_reply, chat_stream, error_reply

from .command import llm, shell
from .conftest import Serve

PNG = b"\x89PNG\r\n\x1a\n" + bytes(8)


def picture() -> Reply:
    url = "data:image/png;base64," + base64.b64encode(PNG).decode()
    return chat_reply("Here", message={"images": [{"type": "image_url", "image_url": {"url": url}}]})


def sent(server: Any) -> dict[str, Any]:
    body: dict[str, Any] = server.exchanges[-1].json()
    return body


def test_a_file_and_an_address_go_with_the_prompt(serve: Serve, tmp_path: Path) -> None:
    server = serve(chat_stream("A dot"))
    (tmp_path / "a.png").write_bytes(PNG)
    done = llm("-m", "mine/m", "What is it?", "-a", str(tmp_path / "a.png"), "-a", "https://example.test/b.png")
    assert (done.code, done.out) == (0, "A dot\n")
    text, file, address = sent(server)["messages"][-1]["content"]
    assert text["text"] == "What is it?"
    assert base64.b64decode(file["image_url"]["url"].partition(",")[2]) == PNG
    assert address["image_url"]["url"] == "https://example.test/b.png"


def test_standard_input_may_be_the_file(serve: Serve) -> None:
    server = serve(chat_stream("A dot"))
    done = llm("-m", "mine/m", "What is it?", "--at", "-", "image/png", stdin=PNG)
    assert (done.code, done.out) == (0, "A dot\n")
    assert len(sent(server)["messages"][-1]["content"]) == 2


def test_a_file_that_is_not_there_is_a_usage_error_and_nothing_is_sent(serve: Serve) -> None:
    server = serve(chat_stream("never"))
    done = llm("-m", "mine/m", "x", "-a", "missing.png")
    assert done.code == 2
    assert "missing.png does not exist" in done.err
    assert not server.exchanges


def test_a_picture_that_the_model_makes_is_saved_under_a_name_of_its_own(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(picture())
    monkeypatch.chdir(tmp_path)
    done = llm("-m", "mine/m", "--no-stream", "Draw a dot")
    assert (done.code, done.out) == (0, "Here\n")
    (saved,) = tmp_path.glob("llm-*.png")
    assert saved.read_bytes() == PNG
    assert f"Saved {saved.name}" in done.err


def test_a_picture_goes_where_it_was_to_go(serve: Serve, tmp_path: Path) -> None:
    serve(picture(), picture(), chat_reply("Only words"))
    assert llm("-m", "mine/m", "--no-stream", "Draw", "--output", str(tmp_path / "dot.png")).code == 0
    assert (tmp_path / "dot.png").read_bytes() == PNG
    done = shell(f"$LLM -m mine/m --no-stream Draw --output - > '{tmp_path}/piped'")
    assert (done.code, (tmp_path / "piped").read_bytes()) == (0, PNG)
    done = llm("-m", "mine/m", "--no-stream", "Draw", "--output", str(tmp_path / "none.png"))
    assert (done.code, done.out) == (2, "Only words\n")
    assert "no file in it" in done.err


def test_an_answer_that_does_not_fit_its_schema_is_asked_for_once_more(serve: Serve) -> None:
    server = serve(chat_stream('{"name": 1}'), chat_stream('{"name": "Cleo"}'))
    done = llm("-m", "mine/m", "A dog", "--schema", "name")
    assert (done.code, done.out) == (0, '{"name": "Cleo"}\n')
    assert len(server.exchanges) == 2
    assert sent(server)["messages"][-2]["content"] == '{"name": 1}'


def test_an_answer_that_never_fits_is_printed_and_has_an_exit_code_of_its_own(serve: Serve) -> None:
    serve(chat_stream("no"), chat_stream("still no"), chat_stream("no"))
    done = llm("-m", "mine/m", "A dog", "--schema", '{"type": "object"}')
    assert (done.code, done.out) == (10, "still no\n")
    done = llm("-m", "mine/m", "A dog", "--schema", '{"type": "object"}', "--no-repair")
    assert (done.code, done.out) == (10, "no\n")
    assert "does not fit its schema" in done.err
    assert llm("-m", "mine/m", "A dog", "--schema", "missing.json").code == 2


def test_the_next_model_is_asked_where_one_fails_and_the_turn_says_so(serve: Serve) -> None:
    server = serve(error_reply(404, "no such model"), chat_stream("Hello"))
    done = llm("-m", "mine/m1, mine/m2", "hi")
    assert (done.code, done.out) == (0, "Hello\n")
    assert [exchange.json()["model"] for exchange in server.exchanges] == ["m1", "m2"]
    assert "mine/m1 failed: " in done.err
    assert "asking the next model" in done.err
    (turn,) = json.loads(llm("logs", "--json").out)
    assert (turn["model"], turn["resolved_model"]) == ("mine/m1", "scripted")
    assert turn["attempts"][0]["model"] == "mine/m1"
    assert "no such model" in turn["attempts"][0]["error"]


def test_a_budget_refuses_before_anything_is_sent(serve: Serve) -> None:
    server = serve(chat_stream("never"))
    done = llm("-m", "mine/m", "hi", "--max-cost", "1")
    assert done.code == 6
    assert "price" in done.err
    assert not server.exchanges
