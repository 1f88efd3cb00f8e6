"""
Two colours, one small surface: a test of the engine or of a response is written once and runs blocking and async.

`colour.run(...)` gives what a method returns, awaited where it must be; `colour.iterate(...)` steps through an answer
from plain code, and closing it closes the answer; `colour.model(app, name)` is the model of that colour.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Generator, Iterator
from typing import Any

import pytest

from llm._api.app import App
from llm._io.blocking import BlockingIO, iterate, run
from llm._io.event_loop import EventLoopIO


class Blocking:
    """Plain code."""

    name = "blocking"

    def model(self, app: App, name: str) -> Any:
        return app.get_model(name)

    def io(self, transport: Any = None) -> Any:
        return BlockingIO(transport)

    def run(self, result: Any) -> Any:
        return run(result) if inspect.iscoroutine(result) else result

    def iterate(self, items: Any) -> Iterator[Any]:
        return iterate(items) if hasattr(items, "__anext__") else iter(items)

    def close(self) -> None:
        """Nothing is held open between calls."""


class Async:
    """One event loop for the whole test."""

    name = "async"

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self._held: list[Generator[Any, None, None]] = []

    def model(self, app: App, name: str) -> Any:
        return app.get_async_model(name)

    def io(self, transport: Any = None) -> Any:
        return EventLoopIO(transport)

    def run(self, result: Any) -> Any:
        async def awaited() -> Any:
            return await result

        return self._runner.run(awaited()) if inspect.isawaitable(result) else result

    def iterate(self, items: Any) -> Iterator[Any]:
        self._held.append(self._steps(items))
        return self._held[-1]

    def _steps(self, items: Any) -> Generator[Any, None, None]:
        iterator = aiter(items)
        try:
            while True:
                try:
                    item = self.run(anext(iterator))
                except StopAsyncIteration:
                    return
                yield item
        finally:
            self.run(iterator.aclose())

    def close(self) -> None:
        for steps in self._held:
            steps.close()
        self._runner.close()


Colour = Blocking | Async


@pytest.fixture(params=[Blocking, Async], ids=["blocking", "async"])
def colour(request: pytest.FixtureRequest) -> Iterator[Colour]:
    """Each colour in turn."""
    chosen: Colour = request.param()
    yield chosen
    chosen.close()


def take(colour: Colour, items: Any, count: int) -> list[Any]:
    """The first *count* items; then the reader leaves."""
    iterator = colour.iterate(items)
    taken = [next(iterator) for _ in range(count)]
    iterator.close()  # type: ignore[attr-defined]
    return taken
