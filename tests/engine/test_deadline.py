"""The total limit holds for a whole call: waits on the network, retries, and a plugin's own code."""

from __future__ import annotations

import time
from typing import Any

import pytest

import llm
from api.colour import Blocking, Colour
from api.fixtures import ModelAt, Serve
from api.world import set_policy
from llm._engine.retry import Retries
from llm.testing import AsyncScriptedModel, Pause, Reply, ScriptedModel, Stall, chat_stream, error_reply


def test_slow_bytes_do_not_stretch_the_total(colour: Colour, model_at: ModelAt, serve: Serve) -> None:
    drip = [piece for number in range(50) for piece in (f"{number} ", Pause(0.05))]
    server = serve(chat_stream(*drip))
    started = time.monotonic()
    response = model_at(server.url, total=1.5).prompt("go")
    with pytest.raises(llm.LLMTimeoutError, match=r"took more than 1\.5 s") as caught:
        colour.run(response.text())
    assert 1.5 <= time.monotonic() - started < 2.4
    assert (caught.value.phase, caught.value.seconds) == ("total", 1.5)
    assert caught.value.hint == "Give it longer with --timeout SECONDS"
    assert next(colour.iterate(response)) == "0 "


def test_the_total_covers_all_attempts_together(colour: Colour, model_at: ModelAt, serve: Serve) -> None:
    server = serve(*[Reply(before=[Pause(0.25), *error_reply(500).before], status=500)] * 20)
    started = time.monotonic()
    response = model_at(server.url, total=0.6, retries=Retries(attempts=20, delay=0.001)).prompt("go")
    with pytest.raises(llm.LLMTimeoutError) as caught:
        colour.run(response.text())
    assert 0.6 <= time.monotonic() - started < 2
    assert str(caught.value) == f"127.0.0.1:{server.port} took more than 0.6 s to finish its reply"
    assert len(server.exchanges) == 3
    assert len(colour.run(response.debug())["attempts"]) == 2


def test_the_total_covers_attachments_that_are_fetched_again(colour: Colour, model_at: ModelAt, serve: Serve) -> None:
    sound = {"Content-Type": "audio/wav"}
    files = serve(Reply([b"RIFF0000WAVE"], headers=sound, before=[Pause(0.9)]), Reply(before=[Stall(10)]))
    model = model_at(serve(error_reply(503), chat_stream("never")).url, total=1.2)
    attached = llm.Attachment("audio/wav", url=f"http://127.0.0.1:{files.port}/a.wav")
    started = time.monotonic()
    with pytest.raises(llm.LLMTimeoutError) as caught:
        colour.run(model.prompt("go", attachments=[attached]).text())
    assert caught.value.phase == "total"
    assert 1.2 <= time.monotonic() - started < 2
    assert len(files.exchanges) == 2


def test_a_spent_total_is_not_retried(colour: Colour, model_at: ModelAt, serve: Serve) -> None:
    server = serve(Reply(before=[Stall(10)]), chat_stream("never"))
    with pytest.raises(llm.LLMTimeoutError):
        colour.run(model_at(server.url, total=0.2).prompt("go").text())
    assert len(server.exchanges) == 1


def test_code_that_takes_too_long_is_stopped_between_two_pieces(colour: Colour) -> None:
    def slow(self: Any, prompt: Any, call: Any) -> Any:
        for _ in range(100):
            yield "x"
            time.sleep(0.02)

    base: Any = ScriptedModel if isinstance(colour, Blocking) else AsyncScriptedModel
    model = type("Slow", (base,), {"generate": slow})(model_id="slow")
    set_policy(model.app, total=0.1)
    response = model.prompt("go")
    with pytest.raises(llm.LLMTimeoutError, match=r"slow took more than 0\.1 s to answer"):
        colour.run(response.text())
    assert 1 <= response._read().text.count("x") < 20
    assert response.status == "error"


def test_without_a_total_there_is_no_end(colour: Colour, model_at: ModelAt, serve: Serve) -> None:
    model = model_at(serve(chat_stream("a", Pause(0.2), "b")).url)
    assert model.app.policy.deadline() is None
    assert colour.run(model.prompt("go").text()) == "ab"
