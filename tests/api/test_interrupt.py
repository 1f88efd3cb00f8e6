"""Ctrl-C and cancelled tasks: the answer ends as cancelled, the connection is closed, what arrived is kept."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import llm
from llm._storage.history import open_history
from llm._storage.query import TurnQuery
from llm.testing import Reply, Stall, chat_stream

from .fixtures import Serve
from .world import make_app

PROGRAM = Path(__file__).with_name("interrupted.py")


@pytest.mark.parametrize("how", ["plain", "loop", "portal"])
def test_an_interrupt_cancels_the_answer_and_keeps_what_came(how: str, serve: Serve, tmp_path: Path) -> None:
    server = serve(chat_stream("one ", Stall(30)))
    command = [sys.executable, "-W", "error", str(PROGRAM), how, server.url, str(tmp_path)]
    pipe, environ = subprocess.PIPE, {**os.environ, "LLM_USER_PATH": str(tmp_path)}
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, encoding="utf-8", env=environ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "one \n"
        time.sleep(0.3)  # until it waits for the next piece
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert out.split() == ["cancelled", "'one", "'", *(["cleaned"] if how == "portal" else [])], err
    assert "ResourceWarning" not in err
    assert "Exception ignored" not in err
    if how != "portal":
        assert server.exchanges[0].closed_by_client.wait(5)
    (turn,) = [found.turn for found in open_history(tmp_path / "history.db").find(TurnQuery())]
    assert (turn.status, turn.text) == ("cancelled", "one ")


def test_a_cancelled_task_cancels_the_answer(serve: Serve, tmp_path: Path) -> None:
    server = serve(chat_stream("one ", Stall(30)))
    model = make_app(tmp_path, server.url).get_async_model("test/m")

    async def main() -> Any:
        response = model.prompt("go")
        pieces = aiter(response)
        assert await anext(pieces) == "one "
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await response.text()
        assert await asyncio.to_thread(server.exchange(0).closed_by_client.wait, 5)
        with pytest.raises(llm.Incomplete) as caught:
            await response.text()
        return response.status, caught.value.text

    assert asyncio.run(main()) == ("cancelled", "one ")


def test_a_task_that_is_cancelled_before_the_reply_begins_cancels_too(serve: Serve, tmp_path: Path) -> None:
    server = serve(Reply(before=[Stall(30)]))
    model = make_app(tmp_path, server.url).get_async_model("test/m")

    async def main() -> Any:
        response = model.prompt("go")
        task = asyncio.create_task(response.text())
        await asyncio.to_thread(server.exchange, 0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(server.exchange(0).closed_by_client.wait, 5)
        return response.status

    assert asyncio.run(main()) == "cancelled"
