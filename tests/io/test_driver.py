"""`run` and `iterate` drive coroutines that never suspend, and refuse those that do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Any

import pytest

from llm._io.blocking import iterate, run

SUSPENDS = "a blocking call awaited something that suspends"


class Suspends:
    """Awaits what only an event loop could."""

    def __await__(self) -> Any:
        yield


def test_run_gives_the_result() -> None:
    async def inner() -> int:
        return 42

    async def outer() -> int:
        return await inner()

    assert run(outer()) == 42


def test_run_raises_what_the_coroutine_raises() -> None:
    async def fails() -> None:
        raise LookupError("gone")

    with pytest.raises(LookupError, match="gone"):
        run(fails())


def test_suspending_is_an_error_and_the_coroutine_cleans_up() -> None:
    cleaned = []

    async def suspends() -> None:
        try:
            await Suspends()
        finally:
            cleaned.append(True)

    with pytest.raises(RuntimeError, match=SUSPENDS):
        run(suspends())
    assert cleaned == [True]


def test_a_coroutine_that_swallows_the_refusal_is_refused_all_the_same() -> None:
    async def stubborn() -> str:
        with suppress(RuntimeError):
            await Suspends()
        return "done"

    with pytest.raises(RuntimeError, match=SUSPENDS):
        run(stubborn())


def test_sleeping_on_an_event_loop_is_refused_in_plain_code() -> None:
    with pytest.raises(RuntimeError):
        run(asyncio.sleep(0))


class Counting:
    """An async generator that notes when it is closed."""

    def __init__(self) -> None:
        self.closed = 0

    async def items(self, stop: int = 3) -> AsyncGenerator[int, None]:
        try:
            for number in range(stop):
                yield number
        finally:
            self.closed += 1


def test_iterate_gives_every_item_and_closes() -> None:
    counting = Counting()
    assert list(iterate(counting.items())) == [0, 1, 2]
    assert counting.closed == 1


def test_closing_early_closes_the_async_generator() -> None:
    counting = Counting()
    steps = iterate(counting.items())
    assert next(steps) == 0
    steps.close()
    assert counting.closed == 1
    assert list(steps) == []


def test_an_error_in_the_loop_that_reads_closes_it_too() -> None:
    counting = Counting()

    def read() -> None:
        for _ in iterate(counting.items()):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        read()
    assert counting.closed == 1


def test_iterate_raises_what_the_generator_raises_after_its_items() -> None:
    async def fails() -> AsyncGenerator[str, None]:
        yield "first"
        raise LookupError("gone")

    steps = iterate(fails())
    assert next(steps) == "first"
    with pytest.raises(LookupError, match="gone"):
        next(steps)


def test_suspending_between_items_is_an_error_and_the_generator_cleans_up() -> None:
    cleaned = []

    async def suspends() -> AsyncGenerator[str, None]:
        try:
            yield "first"
            await Suspends()
        finally:
            cleaned.append(True)

    steps = iterate(suspends())
    assert next(steps) == "first"
    with pytest.raises(RuntimeError, match=SUSPENDS):
        next(steps)
    assert cleaned == [True]
