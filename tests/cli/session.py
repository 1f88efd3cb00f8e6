"""A session of its own at a pseudo-terminal that controls it, as a window with a shell has one."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import time
from types import TracebackType

from .command import variables

# Who leads a session and has no terminal yet gets the first one that it opens.
_LEAD = "import os, sys; os.close(os.open(sys.argv[1], os.O_RDWR)); os.execvp(sys.argv[2], sys.argv[2:])"


class Session:
    """A terminal, and the program that leads the session there; `device` is the terminal's name."""

    def __init__(self) -> None:
        self._ours, self._theirs = pty.openpty()
        self.device = os.ttyname(self._theirs)
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._processes:
            process.kill()
            process.communicate()
        self.hang_up()

    def lead(self, *command: str, piped: bool = False, **environ: str) -> subprocess.Popen[bytes]:
        """Let *command* lead the session; *piped* says that none of its streams goes to the terminal."""
        stream = subprocess.PIPE if piped else self._theirs
        process = subprocess.Popen(
            [sys.executable, "-c", _LEAD, self.device, *command],
            stdin=subprocess.DEVNULL if piped else stream,
            stdout=stream,
            stderr=stream,
            env=variables(environ),
            start_new_session=True,
        )
        self._processes.append(process)
        return process

    def wait_for(self, text: str) -> None:
        """Wait until *text* is on the screen."""
        seen, end = "", time.monotonic() + 10
        while text not in seen:
            assert time.monotonic() < end, seen
            seen += os.read(self._ours, 65536).decode()

    def hang_up(self) -> None:
        """Close the window."""
        if self._ours >= 0:
            os.close(self._theirs)
            os.close(self._ours)
            self._ours = self._theirs = -1
