"""
What arrives is appended to a file before it is passed on; the file of a turn lives as long as the turn runs.

The process that asks holds a lock on it, which the system gives back when the process dies, however it does. So a file
that can be locked was left behind.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from .._config.lock import hold

_SUFFIX = ".jsonl"


class SpoolFile:
    """The file of one turn, locked; lines are appended to it."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor

    @property
    def turn_id(self) -> str:
        """The turn that it is of."""
        return self.path.name.removesuffix(_SUFFIX)

    def append(self, line: str) -> None:
        """Append a line; on return it outlives this process. Raises OSError."""
        data = f"{line}\n".encode("utf-8", "surrogatepass")
        while data:
            data = data[os.write(self._descriptor, data) :]

    def sync(self) -> None:
        """Wait until the file is on the disk. Raises OSError."""
        os.fsync(self._descriptor)

    def lines(self) -> list[bytes]:
        """The whole lines; one that was cut by the end of its process is left out. Raises OSError."""
        return self.path.read_bytes().split(b"\n")[:-1]

    def remove(self) -> None:
        """Delete the file, which is in the store now, and let go of it."""
        if os.name == "nt":
            self.release()  # an open file cannot be deleted there
        with suppress(OSError):
            self.path.unlink()
        self.release()

    def release(self) -> None:
        """Leave the file to whoever comes next."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


class Spool:
    """The files of the turns that run now, and of those that were left behind, in one directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def open(self, turn_id: str) -> SpoolFile:
        """A new file for a turn. Raises OSError."""
        path = self.directory / f"{turn_id}{_SUFFIX}"
        while True:
            try:
                file = self._locked(path, os.O_CREAT)
            except FileNotFoundError:
                self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
                continue
            if file is not None:
                return file

    def lives(self, turn_id: str) -> bool:
        """Whether there is a file of this turn."""
        return (self.directory / f"{turn_id}{_SUFFIX}").exists()

    def paths(self) -> list[Path]:
        """The files that there are, the oldest turn's first."""
        try:
            names = os.listdir(self.directory)  # noqa: PTH208 - a Path of each is not needed to find out that there is none
        except OSError:
            return []
        return [self.directory / name for name in sorted(names) if name.endswith(_SUFFIX)]

    def abandoned(self, refused: Callable[[Path, OSError], None] = lambda path, error: None) -> Iterator[SpoolFile]:
        """
        The files whose processes are gone, each locked for the caller, who removes or releases it.

        *refused* is told of those that cannot be opened. What is no plain file is none of the spool's.
        """
        for path in self.paths():
            try:
                file = self._locked(path, 0) if stat.S_ISREG(path.lstat().st_mode) else None
            except FileNotFoundError:
                continue
            except OSError as error:
                refused(path, error)
                continue
            if file is not None:
                yield file

    def _locked(self, path: Path, create: int) -> SpoolFile | None:
        """The file at *path*, locked; None where somebody else holds it, or has removed it just now."""
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | create | getattr(os, "O_BINARY", 0), 0o600)
        try:
            if hold(descriptor) and _is_at(descriptor, path):
                return SpoolFile(path, descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
        return None


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False
