"""The commands of a page's console blocks, run one after the other as one person would type them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

_SECONDS = 60


class Typed(NamedTuple):
    """A command and what the page says it prints."""

    command: str
    output: str


def typed(code: str) -> Iterator[Typed]:
    """The commands of a console block. A line that begins with `> ` goes on with the command above it."""
    command: list[str] = []
    output: list[str] = []
    for line in code.splitlines():
        if line.startswith("$ "):
            if command:
                yield Typed("\n".join(command), "\n".join(output))
            command, output = [line[2:]], []
        elif command and not output and (line.startswith("> ") or line == ">"):
            command.append(line[2:])
        else:
            assert command, f"a console block begins with a command, not with {line!r}"
            output.append(line)
    assert command, "a console block without a command"
    yield Typed("\n".join(command), "\n".join(output))


class Console:
    """bash in the directory *work*. What a command exports, and its exit status, are there for the next one."""

    def __init__(self, work: Path, environ: Mapping[str, str]) -> None:
        self._work = work
        self._environ = dict(environ)
        self._state = work.parent / "exported"
        self._state.touch()
        self._status = 0

    def run(self, command: str) -> str:
        """What the command prints, standard error included."""
        script = f". '{self._state}'\ntrap \"export -p > '{self._state}'\" EXIT\n(exit {self._status})\n{command}\n"
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=self._work,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_SECONDS,
            check=False,
        )
        self._status = done.returncode
        return done.stdout.decode("utf-8")
