"""
The Python blocks of a page, run in order in one process and one namespace.

The other half of this file runs in that process: it takes a block per line of its standard input, as JSON, and answers
with what the block printed and how it failed, if it did.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import traceback
import types
from collections.abc import Mapping
from pathlib import Path


class Notebook:
    """A Python process for one page."""

    def __init__(self, work: Path, environ: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-W", "error", __file__],
            cwd=work,
            env=dict(environ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def run(self, code: str, file: str, line: int) -> str:
        """What the block prints. Raises AssertionError with the traceback where it fails."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([code, file, line]) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, f"{file}:{line}: the process ended"
        printed, error = json.loads(answer)
        assert error is None, f"{file}:{line}\n{error}"
        assert isinstance(printed, str)
        return printed

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(10)


def _serve() -> None:
    page = types.ModuleType("page")
    sys.modules["page"] = page  # pydantic looks for the names of annotations in the module of a class
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as replies:
        os.dup2(2, 1)  # what child processes print is no reply
        for request in sys.stdin:
            code, file, line = json.loads(request)
            print(json.dumps(_run(page, "\n" * (line - 1) + code, file)), file=replies, flush=True)


def _run(page: types.ModuleType, code: str, file: str) -> tuple[str, str | None]:
    """What the code prints, and the traceback of what it raises."""
    printed, error = io.StringIO(), None
    with contextlib.redirect_stdout(printed):
        try:
            exec(compile(code, file, "exec"), page.__dict__)
        except BaseException:
            error = traceback.format_exc()
    return printed.getvalue(), error


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    _serve()
