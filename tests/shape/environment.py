"""A virtual environment with this project in it, which notes what a command imports and which sockets it opens."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

_NOTES = "LLM_SHAPE_NOTES"

# Imported by a .pth file, so before everything else, console scripts included. Whatever is imported, by statement or by
# importlib, is first asked of the finders; a file that is written as it happens has it even if the process is killed.
_WATCH = f"""
import os, sys

if "{_NOTES}" in os.environ:
    _notes = os.open(os.environ["{_NOTES}"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    class _Finder:
        @staticmethod
        def find_spec(name, path=None, target=None):
            os.write(_notes, f"import {{name}}\\n".encode())

    def _hook(event, arguments):
        if event.startswith("socket."):
            os.write(_notes, f"{{event}} {{arguments[1:]}}\\n".encode())

    sys.meta_path.insert(0, _Finder)
    sys.addaudithook(_hook)
"""


@dataclass(frozen=True)
class Watched:
    """A command that has ended: what it printed, the modules that it imported, and what it did with sockets."""

    stdout: str
    stderr: str
    modules: frozenset[str]
    sockets: tuple[str, ...]

    def imported(self, *names: str) -> set[str]:
        """Those of *names* (packages count with all that is in them) that the command imported."""
        return {module for module in self.modules for name in names if f"{module}.".startswith(f"{name}.")}


class Environment:
    """
    A fresh environment in *folder* that shares the packages of this one; *plugins* says whether those of LLM too.

    A command runs with a user directory of the environment's own.
    """

    def __init__(self, folder: Path, *, plugins: bool) -> None:
        self.plugins = plugins
        self.user_dir = folder / "user"
        self._folder = folder
        self._runs = 0
        venv.create(folder / "venv", symlinks=True, with_pip=False)
        paths = sysconfig.get_paths(
            vars={"base": str(folder / "venv"), "platbase": str(folder / "venv")}, scheme="venv"
        )
        self.python = Path(paths["scripts"], Path(sys.executable).name)
        packages = Path(paths["purelib"])
        left_out = set() if plugins else set(_of_plugins())
        for path in Path(sysconfig.get_path("purelib")).iterdir():
            if path.name not in left_out and not path.name.startswith(("__pycache__", "distutils-precedence")):
                (packages / path.name).symlink_to(path)
        (packages / "_shape_watch.py").write_text(_WATCH, "utf-8")
        (packages / "_shape_watch.pth").write_text("import _shape_watch\n", "utf-8")

    def llm(self, *arguments: str) -> Watched:
        """Run `llm`, which must succeed."""
        return self.run("-m", "llm", *arguments)

    def run(self, *arguments: str) -> Watched:
        """Run Python, which must succeed."""
        self._runs += 1
        notes = self._folder / f"notes-{self._runs}"
        environ = {name: value for name, value in os.environ.items() if not name.startswith(("LLM_", "PYTHON"))}
        environ |= {_NOTES: str(notes), "LLM_USER_PATH": str(self.user_dir)}
        done = subprocess.run(
            [self.python, *arguments],
            cwd=self._folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, f"{arguments} ended with {done.returncode}: {done.stderr}"
        lines = [line.partition(" ") for line in notes.read_text("utf-8").splitlines()]
        modules = frozenset(name for kind, _, name in lines if kind == "import")
        sockets = tuple(f"{kind} {what}" for kind, _, what in lines if kind != "import")
        return Watched(done.stdout, done.stderr, modules, sockets)


def _of_plugins() -> Iterator[str]:
    """The names in site-packages of all that belongs to an installed plugin."""
    for entry_point in entry_points(group="llm"):
        assert entry_point.dist is not None
        for file in entry_point.dist.files or ():
            yield file.parts[0]
