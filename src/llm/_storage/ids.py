"""Names for turns and conversations that sort by the time at which they were made."""

from __future__ import annotations

import os
import threading
import time

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_RANDOM_BITS = 80
_STEP_BACK = 60_000  # milliseconds by which a clock that is set right may go back without ids doing so
_lock = threading.Lock()
_last = (0, 0)
"""The newest name as a number, and the process that made it: after a fork both sides would go on from the same one."""


def new_id(now_seconds: float | None = None) -> str:
    """
    A ULID in lower case: 48 bits of milliseconds since the epoch, then 80 random bits, as 26 characters.

    Those that a process makes within one millisecond ascend, as https://github.com/ulid/spec asks; an overflow of
    the random part is carried into the time. Raises ValueError for a time before 1970 or after the year 10889.
    """
    global _last
    process = os.getpid()
    with _lock:
        # The clock is read inside the lock: a thread that read it before and waited would go back in time.
        milliseconds = int((time.time() if now_seconds is None else now_seconds) * 1000)
        if not 0 <= milliseconds < 1 << 48:
            raise ValueError(f"{now_seconds!r} seconds since the epoch do not fit a ULID")
        value, maker = _last
        newest = value >> _RANDOM_BITS
        if now_seconds is None and 0 < newest - milliseconds < _STEP_BACK:
            milliseconds = newest
        if maker == process and newest == milliseconds:
            value += 1
        else:
            value = milliseconds << _RANDOM_BITS | int.from_bytes(os.urandom(_RANDOM_BITS // 8))
        _last = (value, process)
    return encode(value)


def first_id(seconds: float) -> str:
    """What no id of that time (in seconds since the epoch) or a later one is below, and every earlier one is."""
    milliseconds = min(max(int(seconds * 1000), 0), (1 << 48) - 1)
    return encode(milliseconds << _RANDOM_BITS)


def encode(value: int) -> str:
    """The 128 bits in Crockford's base 32, the highest first."""
    return "".join(ALPHABET[value >> shift & 31] for shift in range(125, -1, -5))
