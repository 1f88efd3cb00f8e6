"""What an `async for` over an answer holds."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from typing import Generic, TypeVar

from .reading import Reading

T = TypeVar("T")


class AsyncReader(Generic[T]):
    """
    Reads what *items* makes of an answer; dropped early, it leaves the answer at once.

    An async generator that is dropped is closed by the event loop a little later. Until then `await response.text()`
    would still read on, and whether it did would be a matter of luck.
    """

    def __init__(self, reading: Reading, items: Callable[[object], AsyncGenerator[T, None]]) -> None:
        self._reading = reading
        self._name = object()
        self._items = items(self._name)
        self._open = False

    def __aiter__(self) -> AsyncReader[T]:
        return self

    async def __anext__(self) -> T:
        self._open = True
        try:
            return await anext(self._items)
        except BaseException:
            self._open = False
            raise

    async def aclose(self) -> None:
        """Leave the answer, and wait until its connection is closed."""
        self._open = False
        await self._items.aclose()

    def __del__(self) -> None:
        if self._open:
            self._reading.drop(self._name)
