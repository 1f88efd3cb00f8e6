"""Drive the engine from plain code: a waiting call blocks, and a coroutine never suspends."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Coroutine, Generator, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from threading import Event as Flag
from typing import Any, Protocol, TypeVar

from .gate import Gate
from .request import HTTPReply, HTTPRequest

T = TypeVar("T")


class Transport(Protocol):
    """What carries an HTTP exchange."""

    def __call__(self, request: HTTPRequest) -> AbstractAsyncContextManager[HTTPReply]: ...


def run(awaitable: Awaitable[T]) -> T:
    """Return the result of an awaitable that never suspends."""
    steps = awaitable.__await__()
    try:
        next(steps)
    except StopIteration as stop:
        result: T = stop.value
        return result
    raise _refused(steps)


def iterate(items: AsyncGenerator[T, None]) -> Generator[T, None, None]:
    """Yield from an async generator that never suspends, and always close it."""
    step = items.__anext__
    try:
        while True:
            pending = step()
            try:
                pending.send(None)  # an async generator's awaitable is its own iterator
            except StopIteration as stop:
                item: T = stop.value
            except StopAsyncIteration:
                return
            else:
                raise _refused(pending)
            yield item
    finally:
        run(items.aclose())


def _refused(steps: Any) -> RuntimeError:
    """End what has suspended, at the place where it did, so that it cleans up and the traceback shows it."""
    error = RuntimeError("a blocking call awaited something that suspends")
    with suppress(StopIteration, StopAsyncIteration):
        steps.throw(error)
    return error


def _run_job(job: Callable[[], Coroutine[Any, Any, T]]) -> T:
    return run(job())


class BlockingIO:
    """The IO of plain code; *transport* carries HTTP, by default http.client with kept connections."""

    def __init__(self, transport: Transport | None = None) -> None:
        self._transport = transport

    def send(self, request: HTTPRequest) -> AbstractAsyncContextManager[HTTPReply]:
        if self._transport is None:
            from .blocking_http import BlockingTransport

            self._transport = BlockingTransport()
        return self._transport(request)

    async def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    async def call(self, function: Callable[..., T], *args: Any) -> T:
        return function(*args)

    async def iterate(self, items: Iterable[T] | AsyncIterable[T]) -> AsyncGenerator[T, None]:
        if not isinstance(items, Iterable):
            from .portal import drain

            items = drain(items)
        iterator = iter(items)
        try:
            for item in iterator:
                yield item
        finally:
            close = getattr(iterator, "close", None)
            if close is not None:
                close()

    async def gather(self, jobs: Sequence[Callable[[], Coroutine[Any, Any, T]]]) -> list[T]:
        if len(jobs) < 2:
            return [await job() for job in jobs]
        from concurrent.futures import ThreadPoolExecutor
        from contextvars import copy_context

        with ThreadPoolExecutor(len(jobs)) as pool:
            futures = [pool.submit(copy_context().run, _run_job, job) for job in jobs]
            return [future.result() for future in futures]

    async def wait(self, gate: Gate) -> None:
        flag = Flag()
        gate.subscribe(flag.set)
        flag.wait()
