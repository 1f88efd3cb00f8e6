"""A gate opens once, for threads and tasks alike."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from api.colour import Colour
from llm._io.blocking import BlockingIO, run
from llm._io.event_loop import EventLoopIO
from llm._io.gate import Gate


def test_those_who_subscribed_are_called_when_it_opens_and_later_ones_at_once() -> None:
    gate, called = Gate(), []
    gate.subscribe(lambda: called.append("early"))
    assert called == []
    gate.open()
    assert called == ["early"]
    gate.subscribe(lambda: called.append("late"))
    assert called == ["early", "late"]


def test_opening_twice_calls_nobody_twice() -> None:
    gate, called = Gate(), []
    gate.subscribe(lambda: called.append(1))
    gate.open()
    gate.open()
    assert called == [1]


def test_a_subscriber_may_subscribe_again_while_the_gate_opens() -> None:
    gate, called = Gate(), []
    gate.subscribe(lambda: gate.subscribe(lambda: called.append("inner")))
    gate.open()
    assert called == ["inner"]


def test_an_open_gate_is_passed_without_waiting(colour: Colour) -> None:
    gate = Gate()
    gate.open()
    assert colour.run(colour.io().wait(gate)) is None


def test_another_thread_opens_it(colour: Colour) -> None:
    gate = Gate()
    opener = threading.Timer(0.05, gate.open)
    opener.start()
    assert colour.run(colour.io().wait(gate)) is None
    opener.join()


def test_threads_and_tasks_pass_the_same_gate() -> None:
    gate, io = Gate(), EventLoopIO()

    async def tasks() -> list[None]:
        return await asyncio.gather(*(io.wait(gate) for _ in range(5)))

    with ThreadPoolExecutor(6) as pool:
        threads = [pool.submit(run, BlockingIO().wait(gate)) for _ in range(5)]
        loop = pool.submit(asyncio.run, tasks())
        assert not any(thread.done() for thread in threads)
        gate.open()
        assert [thread.result(5) for thread in threads] == [None] * 5
        assert loop.result(5) == [None] * 5


def test_opening_it_after_the_waiting_task_was_cancelled_or_its_loop_closed_is_harmless() -> None:
    gate = Gate()

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await EventLoopIO().wait(gate)

    async def cancelled_then_opened() -> None:
        await give_up()
        inner = Gate()
        waiting = asyncio.ensure_future(EventLoopIO().wait(inner))
        await asyncio.sleep(0)
        waiting.cancel()
        inner.open()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    asyncio.run(cancelled_then_opened())
    gate.open()
    assert run(BlockingIO().wait(gate)) is None
