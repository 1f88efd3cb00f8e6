"""`cancel()` ends an answer under a reader who waits for its next piece."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path

import pytest

import llm
from llm.testing import FaultyServer, Stall, chat_stream

from .fixtures import Serve
from .world import make_app


@pytest.fixture
def server(serve: Serve) -> FaultyServer:
    """Sends one piece, and then nothing until the client leaves."""
    return serve(chat_stream("one ", Stall(20)))


def test_a_thread_that_waits_wakes_up(server: FaultyServer, tmp_path: Path) -> None:
    response = make_app(tmp_path / "user", server.url).get_model("test/m").prompt("go")
    raised: list[BaseException] = []

    def read() -> None:
        try:
            response.text()
        except llm.LLMError as error:
            raised.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(500):
        if response._reading is not None and response._reading.events:
            break
        time.sleep(0.01)
    response.cancel()
    reader.join(5)
    assert not reader.is_alive()
    assert [type(error) for error in raised] == [llm.Incomplete]
    assert response.status == "cancelled"
    assert server.exchange(0).closed_by_client.wait(5)


def test_a_task_that_waits_wakes_up(server: FaultyServer, tmp_path: Path) -> None:
    async def main() -> None:
        response = make_app(tmp_path / "user", server.url).get_async_model("test/m").prompt("go")
        reader = asyncio.create_task(response.text())
        async for _ in response:
            break
        await response.cancel()
        with pytest.raises(llm.Incomplete):
            await asyncio.wait_for(reader, 5)
        assert response.status == "cancelled"

    asyncio.run(main())
    assert server.exchange(0).closed_by_client.wait(5)
