"""The real command at a pseudo-terminal."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import time
from contextlib import suppress
from types import TracebackType

from .command import LLM, variables


class Terminal:
    """
    A terminal with `llm` in it. The streams in *piped* are not connected to it: those two are pipes of their own.

    `screen` is what was shown so far, with line feeds alone at the ends of lines.
    """

    def __init__(self, *arguments: str, piped: tuple[str, ...] = (), **environ: str) -> None:
        self._ours, theirs = pty.openpty()
        self._seen = b""
        streams = {name: subprocess.PIPE if name in piped else theirs for name in ("stdin", "stdout", "stderr")}
        self.process = subprocess.Popen([*LLM, *arguments], **streams, env=variables(environ), start_new_session=True)
        os.close(theirs)

    @property
    def screen(self) -> str:
        return self._seen.decode("utf-8", "replace").replace("\r\n", "\n")

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
        os.close(self._ours)

    def type(self, text: str | bytes) -> None:
        """Type *text*: a line feed is the key Enter, `\\x04` is Ctrl-D."""
        os.write(self._ours, text if isinstance(text, bytes) else text.encode())

    def wait_for(self, text: str, seconds: float = 10.0) -> str:
        """Wait until *text* is on the screen, and return all of it."""
        end = time.monotonic() + seconds
        while text not in self.screen:
            assert self._read(end - time.monotonic()), f"{text!r} did not come: {self.screen!r}"
        return self.screen

    def finish(self, seconds: float = 10.0) -> tuple[int, str]:
        """Wait for the command to end, and return its exit code and the screen."""
        end = time.monotonic() + seconds
        while self._read(min(0.05, end - time.monotonic())) or self.process.poll() is None:
            assert time.monotonic() < end, f"it did not end: {self.screen!r}"
        return self.process.wait(), self.screen

    def _read(self, seconds: float) -> bool:
        """Take what is shown within *seconds*; whether there was anything."""
        if not select.select([self._ours], [], [], max(seconds, 0))[0]:
            return False
        with suppress(OSError):  # the other side is closed
            data = os.read(self._ours, 65536)
            self._seen += data
            return bool(data)
        return False
