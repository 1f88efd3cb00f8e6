"""Both IOs behave alike: call, sleep, iterate, gather."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextvars import ContextVar
from typing import Any

import pytest

from api.colour import Colour, take
from llm._io.gate import Gate

VARIABLE: ContextVar[str] = ContextVar("VARIABLE", default="unset")


def eventually(true: Any) -> bool:
    """Whether it comes true within five seconds: an event loop does not wait for a thread that cleans up."""
    end = time.monotonic() + 5
    while not true() and time.monotonic() < end:
        time.sleep(0.005)
    return bool(true())


def test_call_gives_the_result_and_raises_the_error(colour: Colour) -> None:
    io = colour.io()
    assert colour.run(io.call(divmod, 7, 2)) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        colour.run(io.call(divmod, 7, 0))


def test_call_sees_the_context_of_the_caller(colour: Colour) -> None:
    async def main() -> str:
        VARIABLE.set("mine")
        return await colour.io().call(VARIABLE.get)

    assert colour.run(main()) == "mine"


def test_sleep_lets_time_pass(colour: Colour) -> None:
    start = time.monotonic()
    colour.run(colour.io().sleep(0.05))
    assert time.monotonic() - start >= 0.045


class Source:
    """Yields numbers as an iterable of one kind, and notes that it was closed, and where it ran."""

    def __init__(self, error: Exception | None = None) -> None:
        self.closed = 0
        self.threads: set[int] = set()
        self.contexts: list[str] = []
        self.error = error

    def plain(self) -> Iterator[int]:
        try:
            for number in range(3):
                self.threads.add(threading.get_ident())
                self.contexts.append(VARIABLE.get())
                yield number
            if self.error:
                raise self.error
        finally:
            self.threads.add(threading.get_ident())
            self.closed += 1

    async def waiting(self) -> AsyncIterator[int]:
        for number in self.plain():
            yield number

    def object(self) -> Any:
        """An iterable that is no iterator; its `close` is not the iteration's."""
        source = self

        class Iterable:
            def __iter__(self) -> Iterator[int]:
                return source.plain()

            def close(self) -> None:
                raise AssertionError("only the iteration is ended, not what is iterated over")

        return Iterable()


KINDS = ["plain", "waiting", "object"]


@pytest.mark.parametrize("kind", KINDS)
def test_iterate_gives_every_item_and_closes(colour: Colour, kind: str) -> None:
    source = Source()
    items = colour.io().iterate(getattr(source, kind)())
    assert list(colour.iterate(items)) == [0, 1, 2]
    assert eventually(lambda: source.closed)
    assert (source.closed, len(source.threads)) == (1, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_leaving_early_closes(colour: Colour, kind: str) -> None:
    source = Source()
    assert take(colour, colour.io().iterate(getattr(source, kind)()), 2) == [0, 1]
    assert eventually(lambda: source.closed)
    assert (source.closed, len(source.threads)) == (1, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_comes_after_the_items(colour: Colour, kind: str) -> None:
    source = Source(LookupError("gone"))
    steps = colour.iterate(colour.io().iterate(getattr(source, kind)()))
    assert [next(steps), next(steps), next(steps)] == [0, 1, 2]
    with pytest.raises(LookupError, match="gone"):
        next(steps)
    assert eventually(lambda: source.closed)


def test_a_list_is_iterated_over_too(colour: Colour) -> None:
    assert list(colour.iterate(colour.io().iterate(["a", "b"]))) == ["a", "b"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_iterated_over_sees_the_context_of_the_caller(colour: Colour, kind: str) -> None:
    source = Source()

    async def main() -> list[int]:
        VARIABLE.set("mine")
        return [item async for item in colour.io().iterate(getattr(source, kind)())]

    assert colour.run(main()) == [0, 1, 2]
    assert source.contexts == ["mine"] * 3


def test_gather_keeps_the_order_of_the_jobs_and_runs_them_side_by_side(colour: Colour) -> None:
    io, gate = colour.io(), Gate()

    async def first() -> str:
        await io.wait(gate)  # which the second job opens: one after the other would wait for ever
        return "first"

    async def second() -> str:
        gate.open()
        return "second"

    assert colour.run(io.gather([first, second])) == ["first", "second"]


def test_gather_of_none_and_of_one(colour: Colour) -> None:
    io = colour.io()

    async def only() -> str:
        return "only"

    assert colour.run(io.gather([])) == []
    assert colour.run(io.gather([only])) == ["only"]


@pytest.mark.parametrize("others", [0, 1])
def test_gather_raises_the_error_of_a_job_as_it_is(colour: Colour, others: int) -> None:
    io = colour.io()

    async def fine() -> str:
        return "fine"

    async def fails() -> str:
        raise LookupError("gone")

    with pytest.raises(LookupError, match="gone"):
        colour.run(io.gather([*[fine] * others, fails]))


def test_gather_hands_the_context_on(colour: Colour) -> None:
    io = colour.io()

    async def job() -> str:
        return VARIABLE.get()

    async def main() -> list[str]:
        VARIABLE.set("mine")
        return await io.gather([job, job])

    assert colour.run(main()) == ["mine", "mine"]
