"""Drive the engine from an event loop: a waiting call suspends, and what blocks runs in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Coroutine, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, suppress
from contextvars import copy_context
from typing import Any, TypeVar

from .blocking import Transport
from .gate import Gate
from .request import HTTPReply, HTTPRequest

T = TypeVar("T")
_END = object()


class EventLoopIO:
    """The IO of code on an asyncio event loop; *transport* carries HTTP, by default aiohttp with a session per loop."""

    def __init__(self, transport: Transport | None = None) -> None:
        self._transport = transport

    def send(self, request: HTTPRequest) -> AbstractAsyncContextManager[HTTPReply]:
        if self._transport is None:
            from .event_loop_http import EventLoopTransport

            self._transport = EventLoopTransport()
        return self._transport(request)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def call(self, function: Callable[..., T], *args: Any) -> T:
        return await asyncio.to_thread(function, *args)

    async def iterate(self, items: Iterable[T] | AsyncIterable[T]) -> AsyncGenerator[T, None]:
        if isinstance(items, AsyncIterable):
            iterator = aiter(items)
            try:
                async for item in iterator:
                    yield item
            finally:
                aclose = getattr(iterator, "aclose", None)
                if aclose is not None:
                    await aclose()
        else:
            threaded = _iterate_in_thread(items)
            try:
                async for item in threaded:
                    yield item
            finally:
                await threaded.aclose()

    async def gather(self, jobs: Sequence[Callable[[], Coroutine[Any, Any, T]]]) -> list[T]:
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(job()) for job in jobs]
        except BaseExceptionGroup as failed:  # callers catch the same error in both colours
            raise failed.exceptions[0] from None
        return [task.result() for task in tasks]

    async def wait(self, gate: Gate) -> None:
        loop = asyncio.get_running_loop()
        opened = loop.create_future()

        def settle() -> None:
            if not opened.done():
                opened.set_result(None)

        def notify() -> None:
            with suppress(RuntimeError):  # the loop was closed meanwhile, so nobody waits any more
                loop.call_soon_threadsafe(settle)

        gate.subscribe(notify)
        await opened


async def _iterate_in_thread(items: Iterable[T]) -> AsyncGenerator[T, None]:
    """
    Step through a blocking iterable on one thread of its own.

    A thread to itself keeps what must stay on one thread there (SQLite connections), and puts the closing after a step
    that is still running when the reader leaves.
    """
    loop = asyncio.get_running_loop()
    context = copy_context()
    thread = ThreadPoolExecutor(1, thread_name_prefix="llm-iterate")
    iterator: Iterator[T] = await loop.run_in_executor(thread, context.run, iter, items)

    def step() -> Any:
        return next(iterator, _END)

    try:
        while True:
            item: Any = await loop.run_in_executor(thread, context.run, step)
            if item is _END:
                return
            yield item
    finally:
        close = getattr(iterator, "close", None)
        if close is not None:
            thread.submit(context.run, close)
        thread.shutdown(wait=False)
