"""One background event loop for what is truly asynchronous, used from plain code."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterable, AsyncIterator, Generator
from concurrent.futures import Future
from threading import Lock, Thread
from typing import TypeAlias, TypeVar

T = TypeVar("T")
_Wish: TypeAlias = "Future[tuple[T] | None]"


class Portal:
    """An event loop on a daemon thread, started when it is first needed."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._process = 0

    def loop(self) -> asyncio.AbstractEventLoop:
        """The running loop. A forked process has one of its own, for threads are not forked along."""
        with self._lock:
            if self._loop is None or self._process != os.getpid():
                self._loop, self._process = asyncio.new_event_loop(), os.getpid()
                Thread(target=self._loop.run_forever, name="llm-portal", daemon=True).start()
            return self._loop


_portal = Portal()


def drain(items: AsyncIterable[T]) -> Generator[T, None, None]:
    """
    Iterate over *items*, which need an event loop, from plain code; closing closes them there.

    One task with the caller's context owns the iteration from start to end, as timeouts and cancel scopes that are held
    across a `yield` need. An interrupt here cancels it there, and waits until it has cleaned up.
    """
    iterator, loop = aiter(items), _portal.loop()
    wishes: asyncio.Queue[_Wish[T] | None] = asyncio.Queue()
    closed: Future[None] = Future()
    task = asyncio.run_coroutine_threadsafe(_own(iterator, wishes, closed), loop)
    wish: _Wish[T] = Future()
    try:
        while True:
            loop.call_soon_threadsafe(wishes.put_nowait, wish)
            found = wish.result()
            if found is None:
                return
            yield found[0]
            wish = Future()
    finally:
        if wish.done():
            loop.call_soon_threadsafe(wishes.put_nowait, None)
        else:
            task.cancel()
        closed.result()


async def _own(iterator: AsyncIterator[T], wishes: asyncio.Queue[_Wish[T] | None], closed: Future[None]) -> None:
    """Step through an iteration as wished, and close it in the end."""
    try:
        try:
            while (wish := await wishes.get()) is not None and await _fulfil(wish, iterator):
                pass
        finally:
            close = getattr(iterator, "aclose", None)
            if close is not None:
                await close()
    except asyncio.CancelledError:
        closed.set_result(None)
    except BaseException as error:  # not even an exit may end the loop, which others use too
        closed.set_exception(error)
    else:
        closed.set_result(None)


async def _fulfil(wish: _Wish[T], iterator: AsyncIterator[T]) -> bool:
    """Take one step; False where it was the last."""
    try:
        wish.set_result((await anext(iterator),))
    except StopAsyncIteration:
        wish.set_result(None)
    except BaseException as error:
        wish.set_exception(error)
    return not wish.exception() and wish.result() is not None
