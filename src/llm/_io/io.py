"""
The six ways in which the engine waits.

The engine is written once, as coroutines over this protocol. The blocking implementation never suspends, so plain code
drives the same coroutines with a single step (`run`, `iterate` in `blocking.py`), without an event loop or a thread.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, Callable, Coroutine, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, TypeAlias, TypeVar

from .._domain.event import Event
from .._domain.prompt import Prompt
from .gate import Gate
from .request import HTTPReply, HTTPRequest

T = TypeVar("T")


class IO(Protocol):
    """What the engine may wait for."""

    def send(self, request: HTTPRequest) -> AbstractAsyncContextManager[HTTPReply]:
        """One HTTP exchange; leaving the context early closes the connection. Raises NetworkError."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""
        ...

    async def call(self, function: Callable[..., T], *args: Any) -> T:
        """Call a function that may block."""
        ...

    def iterate(self, items: Iterable[T] | AsyncIterable[T]) -> AsyncGenerator[T, None]:
        """Iterate over something that may block, or that needs an event loop; closing closes it too."""
        ...

    async def gather(self, jobs: Sequence[Callable[[], Coroutine[Any, Any, T]]]) -> list[T]:
        """Run jobs side by side; results in the order of *jobs*."""
        ...

    async def wait(self, gate: Gate) -> None:
        """Wait until another thread or task opens the gate."""
        ...


Handler: TypeAlias = Callable[[Prompt, IO], AsyncGenerator[Event, None]]
"""Answers a prompt with events. Every policy of the engine takes a handler and returns one."""
