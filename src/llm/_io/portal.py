"""One background event loop for what is truly asynchronous, used from plain code."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Callable, Coroutine, Generator
from concurrent.futures import Future
from contextvars import copy_context
from threading import Lock, Thread
from typing import Any, TypeVar

T = TypeVar("T")


class Portal:
    """An event loop on a daemon thread, started when it is first needed."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    def call(self, function: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run a coroutine on the loop, with the caller's context, and wait; an interrupt here cancels it there."""
        loop = self._started()
        done: Future[T] = Future()
        task: list[asyncio.Task[None]] = []

        async def settle() -> None:
            try:
                done.set_result(await function())
            except BaseException as error:
                done.set_exception(error)

        loop.call_soon_threadsafe(lambda: task.append(loop.create_task(settle())), context=copy_context())
        try:
            return done.result()
        except BaseException:
            loop.call_soon_threadsafe(lambda: [pending.cancel() for pending in task])
            raise

    def _started(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                Thread(target=self._loop.run_forever, name="llm-portal", daemon=True).start()
            return self._loop


_portal = Portal()


def drain(items: AsyncIterable[T]) -> Generator[T, None, None]:
    """Iterate over *items*, which need an event loop, from plain code; closing closes them there."""
    iterator = aiter(items)

    async def step() -> tuple[T] | None:
        try:
            return (await anext(iterator),)
        except StopAsyncIteration:
            return None

    try:
        while found := _portal.call(step):
            yield found[0]
    finally:
        close = getattr(iterator, "aclose", None)
        if close is not None:
            _portal.call(close)
