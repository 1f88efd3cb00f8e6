"""The real command, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

LLM = [sys.executable, "-m", "llm"]


class Done(NamedTuple):
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What was printed, read as JSON."""
        return json.loads(self.out)


def variables(changes: Mapping[str, str | None]) -> dict[str, str]:
    """The environment of the test with *changes*, without what changes Python itself: buffers, encodings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {name: value for name, value in {**kept, **changes}.items() if value is not None}


def llm(*arguments: str | bytes, stdin: str | bytes = "", **environ: str | None) -> Done:
    """
    Run `llm` to its end, in the environment of the test with *environ* on top (None takes a variable away).

    No traceback may come of it.
    """
    data = stdin.encode() if isinstance(stdin, str) else stdin
    ran = subprocess.run([*LLM, *arguments], input=data, capture_output=True, env=variables(environ), timeout=30)
    done = Done(ran.returncode, ran.stdout.decode(), ran.stderr.decode())
    assert "Traceback" not in done.err or "LLM_RAISE_ERRORS" in environ, done.err
    return done


def python(code: str) -> Done:
    """Run Python code, which may do to the command what no user can."""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, env=variables({}), timeout=30)
    return Done(ran.returncode, ran.stdout.decode(), ran.stderr.decode())


def shell(line: str, **environ: str) -> Done:
    """Run a line of shell, in which `$LLM` is the command."""
    quoted = " ".join(f"'{word}'" for word in LLM)
    ran = subprocess.run(
        ["/bin/bash", "-c", line.replace("$LLM", quoted)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=variables(environ),
        timeout=30,
    )
    return Done(ran.returncode, ran.stdout.decode("utf-8", "surrogateescape"), ran.stderr.decode())


def start(*arguments: str, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    """Begin `llm`, and leave it running."""
    return subprocess.Popen(
        [*LLM, *arguments], stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=variables({})
    )


def user_dir() -> Path:
    """The user directory of the test."""
    return Path(os.environ["LLM_USER_PATH"])


def connect(url: str, name: str = "mine", **settings: str) -> None:
    """Let *name* be an endpoint at *url*, as `llm endpoints add` does, and retries be quick."""
    user_dir().mkdir(exist_ok=True)
    lines = [f'[endpoints.{name}]\nbase_url = "{url}"', *(f'{key} = "{value}"' for key, value in settings.items())]
    with (user_dir() / "config.toml").open("a", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
        if name == "mine":
            file.write("[retries]\ndelay = 0.01\n")
