"""Python processes that run at the same time, for the tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import llm

_SOURCE = Path(llm.__file__).parents[1]


def start(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Start a process that runs *code* with *arguments* in `sys.argv[1:]`."""
    command = [sys.executable, "-W", "error", "-c", code, *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(_SOURCE)}
    return subprocess.Popen(
        command, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def finish(*processes: subprocess.Popen[str]) -> list[str]:
    """What each process printed, once all have ended well."""
    ended = [(process.communicate(timeout=60), process.returncode) for process in processes]
    for (_, complaints), status in ended:
        assert status == 0, complaints
    return [printed for (printed, _), _ in ended]
