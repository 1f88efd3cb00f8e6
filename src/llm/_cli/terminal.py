"""The terminal that a command runs in."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

_MAJOR_OF_PTS = range(136, 144)  # Documentation/admin-guide/devices.txt of Linux
_MAJOR_OF_TTY = 4
_FIRST_SERIAL = 64


def terminal() -> str | None:
    """
    Which terminal this process runs in, as `DEVICE SESSION START`; None where there is none.

    The device alone is not enough, as its name is given to the next window that is opened: the number of the process
    that leads the session, and when it started, tell them apart. Of a session whose leader is gone, or where the
    system does not say, the start is left out. Streams that are pipes do not matter.
    """
    if sys.platform == "win32":
        return None  # there are consoles, but no name that would tell one from the next
    try:
        return _of_linux() if sys.platform == "linux" else _of_posix()
    except (OSError, ValueError, IndexError):
        return None


def _of_linux() -> str | None:
    """By proc(5): /proc/self/stat has the session and the device, its leader's has the start in ticks since boot."""
    fields = _stat("self")
    session, device = fields[3], int(fields[4])
    if not device:
        return None
    words = [_device_name(device), session]
    with suppress(OSError):
        words.append(_stat(session)[19])
    return " ".join(words)


def _stat(process: str) -> list[str]:
    """The fields from the state on: what comes before is the program's name, which may hold anything."""
    descriptor = os.open(f"/proc/{process}/stat", os.O_RDONLY | os.O_CLOEXEC)
    try:
        text = os.read(descriptor, 4096)
    finally:
        os.close(descriptor)
    return text[text.rindex(b")") + 1 :].decode().split()


def _device_name(number: int) -> str:
    """The usual name of a device by its number; looking through /dev, as `os.ttyname` does, may take milliseconds."""
    # The bits of the minor number stand on both sides of those of the major one, as in proc(5).
    major, minor = number >> 8 & 0xFFF, number & 0xFF | number >> 12 & 0xFFF00
    if major in _MAJOR_OF_PTS:
        return f"/dev/pts/{(major - _MAJOR_OF_PTS.start) * 256 + minor}"
    if major == _MAJOR_OF_TTY:
        return f"/dev/tty{minor}" if minor < _FIRST_SERIAL else f"/dev/ttyS{minor - _FIRST_SERIAL}"
    return f"{major}:{minor}"


def _of_posix() -> str | None:
    """By the streams, one of which is mostly the terminal; that /dev/tty opens tells of one, but not of its name."""
    for descriptor in (0, 1, 2):
        with suppress(OSError):
            return f"{os.ttyname(descriptor)} {os.getsid(0)}"
    return None
