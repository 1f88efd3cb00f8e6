"""A command, and the CPU time that it takes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """A program with its arguments and the whole of its environment. What it prints is thrown away."""

    arguments: list[str]
    environ: Mapping[str, str]

    def __call__(self) -> float:
        """Run it; the seconds of CPU, user and system, that it and its children took. It must succeed."""
        streams = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in (0, 1)]
        pid = os.posix_spawn(self.arguments[0], self.arguments, self.environ, file_actions=streams)
        _, status, usage = os.wait4(pid, 0)
        code = os.waitstatus_to_exitcode(status)
        if code:
            raise SystemExit(f"{' '.join(self.arguments)} ended with {code}")
        return usage.ru_utime + usage.ru_stime
