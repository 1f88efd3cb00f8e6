"""A background loop that is kept busy by somebody's blocking code delays others, and hangs nobody."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import AsyncGenerator, Iterator
from typing import Any

import pytest

from llm._io.portal import _portal, drain


@pytest.fixture
def interrupt() -> Iterator[threading.Timer]:
    """Starts a timer that interrupts the main thread as Ctrl-C does, by a signal that nobody else listens to."""

    def handle(*_: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGUSR1, handle)
    timer = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGUSR1))
    yield timer
    timer.join()
    signal.signal(signal.SIGUSR1, before)


@pytest.mark.skipif(not hasattr(signal, "SIGUSR1"), reason="this system has no such signal")
@pytest.mark.timeout(20)
def test_an_interrupt_before_the_iteration_has_begun_ends_it(interrupt: threading.Timer) -> None:
    ended = threading.Event()

    async def items() -> AsyncGenerator[int, None]:
        try:
            yield 1
        finally:
            ended.set()

    _portal.loop().call_soon_threadsafe(time.sleep, 0.5)
    interrupt.start()
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        next(drain(items()))
    assert time.monotonic() - started < 5
    assert ended.is_set()
    assert list(drain(items())) == [1]
