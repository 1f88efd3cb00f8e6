"""One answer, many readers: threads, tasks, and an iterator that is held while the text is read."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import llm
from llm.testing import AsyncScriptedModel, Pause, ScriptedModel, chat_stream

from .colour import Blocking, Colour
from .fixtures import Serve
from .world import make_app

WORDS = [f"w{number} " for number in range(200)]


class Slow(llm.Model):
    """Says its words one at a time, each when the test lets it."""

    model_id = "slow"

    def __init__(self) -> None:
        self.steps = threading.Semaphore(0)
        self.asked = 0

    def generate(self, prompt: Any, call: Any) -> Any:
        self.asked += 1
        for word in ("a", "b", "c"):
            assert self.steps.acquire(timeout=10)
            yield word


def test_many_threads_read_one_answer_and_each_sees_all() -> None:
    model = ScriptedModel(WORDS)
    response = model.prompt("go")
    start = threading.Barrier(16)

    def read(number: int) -> str:
        start.wait(10)
        return response.text() if number % 2 else "".join(response)

    with ThreadPoolExecutor(16) as pool:
        texts = list(pool.map(read, range(16)))
    assert texts == ["".join(WORDS)] * 16
    assert len(model.prompts) == 1


def test_many_threads_send_one_request(serve: Serve, tmp_path: Any) -> None:
    server = serve(chat_stream(*WORDS), repeat=True)
    response = make_app(tmp_path, server.url).get_model("test/m").prompt("go")
    start = threading.Barrier(8)

    def read(_: int) -> list[str]:
        start.wait(10)
        return list(response)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(read, range(8))) == [WORDS] * 8
    assert len(server.exchanges) == 1


def test_tasks_share_one_request(serve: Serve, tmp_path: Any) -> None:
    server = serve(chat_stream("one ", Pause(0.02), "two"), repeat=True)
    model = make_app(tmp_path, server.url).get_async_model("test/m")

    async def main() -> list[Any]:
        response = model.prompt("go")

        async def pieces() -> str:
            return "".join([piece async for piece in response])

        return await asyncio.gather(response.text(), pieces(), pieces(), response.text())

    assert asyncio.run(main()) == ["one two"] * 4
    assert len(server.exchanges) == 1


def test_a_thread_that_waits_for_another_sees_each_piece_as_it_comes() -> None:
    model = Slow()
    response = model.prompt("go")
    seen: dict[str, list[str]] = {"first": [], "second": []}
    came = threading.Semaphore(0)

    def read(name: str) -> None:
        for piece in response:
            seen[name].append(piece)
            came.release()

    readers = [threading.Thread(target=read, args=(name,)) for name in seen]
    for reader in readers:
        reader.start()
    for expected in (["a"], ["a", "b"], ["a", "b", "c"]):
        model.steps.release()
        assert came.acquire(timeout=10)
        assert came.acquire(timeout=10)
        assert list(seen.values()) == [expected, expected]
    for reader in readers:
        reader.join(10)
    assert model.asked == 1


def test_an_error_reaches_every_thread() -> None:
    response = ScriptedModel(["a", llm.ModelError("gone")]).prompt("go")
    start = threading.Barrier(4)

    def read(_: int) -> str:
        start.wait(10)
        with pytest.raises(llm.ModelError, match="gone"):
            response.text()
        return response.status

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(read, range(4))) == ["error"] * 4


def test_the_text_reads_on_while_an_iterator_is_held(colour: Colour) -> None:
    model = (ScriptedModel if isinstance(colour, Blocking) else AsyncScriptedModel)(WORDS)
    response = model.prompt("go")
    held = colour.iterate(response)
    assert [next(held), next(held)] == WORDS[:2]
    assert colour.run(response.text()) == "".join(WORDS)
    assert list(held) == WORDS[2:]
    assert response.status == "done"
    assert len(model.prompts) == 1


def test_one_of_two_iterators_may_leave(colour: Colour) -> None:
    response = (ScriptedModel if isinstance(colour, Blocking) else AsyncScriptedModel)(WORDS).prompt("go")
    stays, leaves = colour.iterate(response), colour.iterate(response)
    assert [next(stays), next(leaves), next(leaves)] == [*WORDS[:1], *WORDS[:2]]
    leaves.close()  # type: ignore[attr-defined]
    assert response.status == "running"
    assert [*stays] == WORDS[1:]
    assert response.status == "done"


def test_another_thread_cancels_and_the_reader_stops_after_the_piece_that_it_waits_for() -> None:
    model = Slow()
    response = model.prompt("go")
    reading, result = threading.Event(), []

    def read() -> None:
        try:
            for piece in response:
                result.append(piece)
                reading.set()
        except llm.Incomplete as error:
            result.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    model.steps.release()
    assert reading.wait(10)
    response.cancel()
    model.steps.release()
    reader.join(10)
    assert response.status == "cancelled"
    assert result[:2] == ["a", "b"]
    assert isinstance(result[2], llm.Incomplete)
    assert result[2].text == "ab"


def test_cancelling_one_task_of_two_cancels_the_answer_for_both(serve: Serve, tmp_path: Any) -> None:
    server = serve(chat_stream("one ", Pause(5), "two"))
    model = make_app(tmp_path, server.url).get_async_model("test/m")

    async def main() -> Any:
        response = model.prompt("go")
        first = asyncio.create_task(response.text())
        while not response._read().events:
            await asyncio.sleep(0.005)
        second = asyncio.create_task(response.text())
        await asyncio.sleep(0.01)
        first.cancel()
        return response, await asyncio.gather(first, second, return_exceptions=True)

    response, (first, second) = asyncio.run(main())
    assert isinstance(first, asyncio.CancelledError)
    assert isinstance(second, llm.Incomplete)
    assert (second.text, response.status) == ("one ", "cancelled")
    assert server.exchanges[0].closed_by_client.wait(5)
