"""A lock between processes that rewrite the same file."""

from __future__ import annotations

import errno
import os
import sys
import threading
import time
from pathlib import Path

from ..errors import ConfigError

if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def hold(descriptor: int) -> bool:
    """Lock the whole file for as long as the descriptor is open, where nobody else has; False where somebody has."""
    if sys.platform == "win32":
        os.lseek(descriptor, 1 << 40, os.SEEK_SET)  # what is locked there cannot be read; so lock what is never written
    try:
        _take(descriptor)
    except OSError as error:
        if error.errno in _UNSUPPORTED:
            return True
        if error.errno not in _BUSY:
            raise
        return False
    return True


_BUSY = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)
_UNSUPPORTED = (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS)
_PAUSE = 0.01


class FileLock:
    """
    While it is entered, nobody else is inside the lock of the same file: no process, and no thread of this one.

    The lock is a small hidden file beside the real file, which stays: removing it would let two holders in. The
    system gives it back when its holder dies. Raises ConfigError after *wait* seconds.
    """

    def __init__(self, path: Path, wait: float = 10.0) -> None:
        target = Path(os.path.realpath(path))
        self.path = target.with_name(f".{target.name}.lock")
        self._wait = wait
        self._descriptor = -1

    def __enter__(self) -> None:
        try:
            self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise ConfigError(f"Cannot write {self.path}: {error.strerror}") from error
        try:
            self._acquire()
        except BaseException:
            os.close(self._descriptor)
            raise

    def __exit__(self, *details: object) -> None:
        os.close(self._descriptor)

    def _acquire(self) -> None:
        deadline = time.monotonic() + self._wait
        while not self._taken():
            if time.monotonic() >= deadline:
                raise ConfigError(
                    f"Another process has held {self.path} for {self._wait:g} seconds",
                    hint="Wait for the other llm command to end, or stop it",
                )
            # No platform bounds the wait for a file lock, so it is asked for again and again; the holder needs
            # milliseconds. An event that nobody sets is a pause that every thread may take.
            threading.Event().wait(_PAUSE)

    def _taken(self) -> bool:
        try:
            _take(self._descriptor)
        except OSError as error:
            if error.errno in _BUSY:
                return False
            if error.errno not in _UNSUPPORTED:
                raise ConfigError(f"Cannot lock {self.path}: {error.strerror}") from error
            # Some network file systems have no locks: a whole file without a lock beats no way to store a key.
        return True
