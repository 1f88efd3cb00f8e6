"""What needs an event loop, iterated over from plain code: one loop in the background, one task per iteration."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import AsyncGenerator
from contextvars import ContextVar
from typing import Any

import pytest

from llm._io.portal import drain

CALLER: ContextVar[str] = ContextVar("CALLER", default="nobody")


class Notes:
    """What an async generator went through."""

    def __init__(self) -> None:
        self.tasks: set[Any] = set()
        self.loops: set[Any] = set()
        self.callers: list[str] = []
        self.ended: list[str] = []

    async def count(self, count: int, *, wait: float = 0) -> AsyncGenerator[int, None]:
        try:
            async with asyncio.timeout(30):
                for number in range(count):
                    await asyncio.sleep(wait)
                    self.tasks.add(asyncio.current_task())
                    self.loops.add(asyncio.get_running_loop())
                    self.callers.append(CALLER.get())
                    CALLER.set("changed within")
                    yield number
        except asyncio.CancelledError:
            self.ended.append("cancelled")
            raise
        finally:
            await asyncio.sleep(0.01)
            self.ended.append("cleaned up")


def test_one_task_on_one_loop_owns_an_iteration() -> None:
    one, other = Notes(), Notes()
    assert list(drain(one.count(3))) == [0, 1, 2]
    assert list(drain(other.count(2))) == [0, 1]
    assert len(one.tasks) == len(other.tasks) == 1
    assert one.tasks != other.tasks
    assert one.loops == other.loops
    assert one.ended == ["cleaned up"]


def test_the_callers_context_goes_along_and_comes_back_unchanged() -> None:
    notes = Notes()
    token = CALLER.set("me")
    try:
        assert list(drain(notes.count(2))) == [0, 1]
        assert CALLER.get() == "me"
    finally:
        CALLER.reset(token)
    assert notes.callers == ["me", "changed within"]


def test_closing_early_waits_until_it_has_cleaned_up() -> None:
    notes = Notes()
    numbers = drain(notes.count(3))
    assert next(numbers) == 0
    assert notes.ended == []
    numbers.close()
    assert notes.ended == ["cleaned up"]


def test_an_iteration_that_never_began_ends_too() -> None:
    numbers = drain(Notes().count(3))
    numbers.close()
    assert list(numbers) == []


def test_an_error_comes_out_as_it_is_and_after_the_items() -> None:
    async def failing() -> AsyncGenerator[int, None]:
        yield 1
        raise LookupError("gone")

    numbers = drain(failing())
    assert next(numbers) == 1
    with pytest.raises(LookupError, match="gone"):
        next(numbers)


@pytest.mark.parametrize("ending", [SystemExit(3), KeyboardInterrupt(), asyncio.CancelledError()])
def test_what_ends_programs_does_not_end_the_loop(ending: BaseException) -> None:
    async def leaving() -> AsyncGenerator[int, None]:
        yield 1
        raise ending

    numbers = drain(leaving())
    assert next(numbers) == 1
    with pytest.raises(type(ending)):
        next(numbers)
    assert list(drain(Notes().count(2))) == [0, 1]


def test_an_error_while_it_closes_is_not_lost() -> None:
    async def careless() -> AsyncGenerator[int, None]:
        try:
            yield 1
        finally:
            raise LookupError("could not close")

    numbers = drain(careless())
    next(numbers)
    with pytest.raises(LookupError, match="could not close"):
        numbers.close()


def test_an_interrupt_cancels_the_step_and_waits_for_its_clean_up(monkeypatch: pytest.MonkeyPatch) -> None:
    notes, interrupted = Notes(), threading.Event()

    def interrupt(*_: Any) -> None:
        interrupted.set()
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGUSR1, interrupt)
    try:
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGUSR1)).start()
        started = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            list(drain(notes.count(1, wait=20)))
        assert time.monotonic() - started < 5
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert interrupted.is_set()
    assert notes.ended == ["cancelled", "cleaned up"]


def test_threads_iterate_side_by_side_on_the_one_loop() -> None:
    barrier, results = threading.Barrier(4), {}
    shared: list[Notes] = [Notes() for _ in range(4)]

    def read(number: int) -> None:
        barrier.wait(10)
        results[number] = list(drain(shared[number].count(20, wait=0.001)))

    threads = [threading.Thread(target=read, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert results == {number: list(range(20)) for number in range(4)}
    assert len(set().union(*(notes.loops for notes in shared))) == 1


def test_it_works_within_a_running_event_loop() -> None:
    async def main() -> list[int]:
        return list(drain(Notes().count(3)))

    assert asyncio.run(main()) == [0, 1, 2]


def test_an_iterator_that_is_no_generator_will_do() -> None:
    class Countdown:
        def __init__(self) -> None:
            self.left = 3

        def __aiter__(self) -> Countdown:
            return self

        async def __anext__(self) -> int:
            if not self.left:
                raise StopAsyncIteration
            self.left -= 1
            return self.left

    assert list(drain(Countdown())) == [2, 1, 0]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_process_has_a_loop_of_its_own() -> None:
    assert list(drain(Notes().count(1))) == [0]
    child = os.fork()
    if not child:
        os._exit(0 if list(drain(Notes().count(2))) == [0, 1] else 1)
    deadline = time.monotonic() + 10
    while (ended := os.waitpid(child, os.WNOHANG)) == (0, 0) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert ended[0] == child
    assert os.waitstatus_to_exitcode(ended[1]) == 0
