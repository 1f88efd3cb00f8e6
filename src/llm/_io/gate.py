"""A door that opens once, for threads and tasks alike."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock


class Gate:
    """Closed until `open()`; those who subscribed are then called, and later subscribers at once."""

    __slots__ = ("_lock", "_opened", "_waiting")

    def __init__(self) -> None:
        self._lock = Lock()
        self._opened = False
        self._waiting: list[Callable[[], None]] = []

    def open(self) -> None:
        """Let everybody through, now and later."""
        with self._lock:
            self._opened = True
            waiting, self._waiting = self._waiting, []
        for callback in waiting:
            callback()

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Call *callback* once the gate is open, from the thread that opens it."""
        with self._lock:
            if not self._opened:
                self._waiting.append(callback)
                return
        callback()
