"""A reader that is dropped out of an `async for` has left at once, before the event loop has closed anything."""

from __future__ import annotations

import asyncio
import gc
from pathlib import Path
from typing import Any

import pytest

import llm
from llm.testing import FaultyServer, Stall, chat_stream

from .fixtures import Serve
from .world import make_app


@pytest.fixture
def server(serve: Serve) -> FaultyServer:
    """Sends one piece, and then nothing until the client leaves."""
    return serve(chat_stream("one ", Stall(10)))


def ask(server: FaultyServer, directory: Path) -> Any:
    return make_app(directory / "user", server.url).get_async_model("test/m").prompt("go")


async def break_out(response: Any) -> None:
    async for _ in response:
        break


async def break_out_of_events(response: Any) -> None:
    async for _ in response.events():
        break


@pytest.mark.parametrize("leave", [break_out, break_out_of_events])
def test_the_text_is_incomplete_right_after_a_break(leave: Any, server: FaultyServer, tmp_path: Path) -> None:
    async def main() -> None:
        response = ask(server, tmp_path)
        await leave(response)
        assert response.status == "partial"
        with pytest.raises(llm.Incomplete) as caught:
            await response.text()
        assert caught.value.text == "one "

    asyncio.run(main())
    assert server.exchange(0).closed_by_client.wait(5)


def test_a_reader_that_the_garbage_collector_drops_in_the_middle_of_a_step_does_no_harm(
    server: FaultyServer, tmp_path: Path
) -> None:
    async def main() -> None:
        response = ask(server, tmp_path)
        held = aiter(response)
        assert await anext(held) == "one "
        cycle: list[Any] = [held]
        cycle.append(cycle)
        del held, cycle
        with response._read()._lock:
            gc.collect()
        assert response.status == "partial"

    asyncio.run(main())


def test_a_reader_that_is_still_held_keeps_the_answer_open(server: FaultyServer, tmp_path: Path) -> None:
    async def main() -> None:
        response = ask(server, tmp_path)
        held = aiter(response)
        assert await anext(held) == "one "
        await break_out(response)
        assert response.status == "running"
        del held
        assert response.status == "partial"

    asyncio.run(main())
