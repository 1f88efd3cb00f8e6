"""What the history costs as it grows: to write a turn, to find one, and to keep one."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from llm._domain.turn import Turn
from llm._storage import open_history
from llm._storage.history import open_journal

from .archive import RARE, exchanges, make_history
from .command import Command
from .ratio import Ratio, measure

_APPENDS = 20  # turns of one measurement
_LONG = 1000  # turns of the long conversation
_SAME = 20  # turns of the conversation that both packages keep


@dataclass
class Histories:
    """Histories of several sizes, in worlds of their own under *folder*; `llm` in them knows the server `short`."""

    folder: Path
    llm: Path
    config: str
    made: dict[int, Mapping[str, str]] = field(default_factory=dict)

    def world(self, turns: int) -> Mapping[str, str]:
        """The environment in which the history has this many turns; it is made when it is first asked for."""
        if turns not in self.made:
            place = self.folder / f"history-{turns}"
            place.mkdir()
            (place / "config.toml").write_text(self.config, "utf-8")
            print(f"Making a history of {turns:,} turns", file=sys.stderr)
            make_history(place / "history.db", turns)
            self.made[turns] = {"HOME": str(place), "LLM_USER_PATH": str(place), "PATH": "/usr/bin:/bin"}
        return self.made[turns]

    def path(self, turns: int) -> Path:
        """The file of the history with this many turns."""
        return Path(self.world(turns)["LLM_USER_PATH"]) / "history.db"

    def measured(self, largest: int, pairs: int) -> Iterator[Ratio]:
        """All ratios, the largest history being of *largest* turns."""
        few = _Appending(self.path(10))
        for turns in (1000, min(100_000, largest)):
            yield measure(f"a turn after {turns:,}", _Appending(self.path(turns)), "a turn after 10", few, aim=1.5,
                          pairs=pairs)  # fmt: skip
        long, short = _Appending(self.path(10), _LONG), _Appending(self.path(10), 2)
        yield measure(f"a turn in a conversation of {_LONG:,}", long, "in one of 2", short, aim=1.5, pairs=pairs)
        for line in ("logs -n 3", "logs -c", f"logs -q {RARE}", "-m short/model -c hi"):
            many, some = self._command(line, largest), self._command(line, 1000)
            yield measure(f"llm {line}, {largest:,} turns", many, "1,000 turns", some, aim=1.5, pairs=pairs)

    def _command(self, line: str, turns: int) -> Command:
        return Command([str(self.llm), *line.split()], self.world(turns))


class _Appending:
    """The time to write turns to a copy of a history, alone or each as the last of a conversation of *length*."""

    def __init__(self, path: Path, length: int = 1) -> None:
        self._path = path.with_name(f"append-{length}.db")
        shutil.copy(path, self._path)
        store = open_history(self._path)
        *earlier, last = exchanges(length, length)
        for turn in earlier:
            store.add(turn)
        store.close()
        self._last = last

    def __call__(self) -> float:
        """Write some turns; the seconds of wall-clock time for each. The copy grows, by less than matters."""
        store = open_history(self._path)
        journal = open_journal(self._path, store, _fail)
        store.running()  # opens the file
        started = time.perf_counter()
        for turn in map(self._another, range(_APPENDS)):
            entry = journal.open(replace(turn, status="running", parts=()), ())
            entry.begin()
            entry.finish(turn)
        spent = time.perf_counter() - started
        store.close()
        return spent / _APPENDS

    def _another(self, _: int) -> Turn:
        from llm._storage import new_id

        conversation = self._last.conversation if self._last.after else new_id()
        return replace(self._last, id=new_id(), conversation=conversation)


def _fail(error: Exception) -> None:
    raise SystemExit(f"A turn could not be kept: {error}")


def bytes_of_a_turn(ours: Command, theirs: Command, our_file: Path, their_file: Path) -> Ratio:
    """
    The bytes that each package keeps for a turn of the same conversation. The commands ask, and continue with `-c`.
    """
    for number in range(_SAME):
        for command in (ours, theirs):
            again = ["-c"] if number else []
            subprocess.run([*command.arguments, *again], env=command.environ, check=True, stdout=subprocess.DEVNULL)
    sizes = [_size(our_file), _size(their_file)]
    name = f"bytes of a turn, {_SAME} turns"
    return Ratio(name, "reference", 1.0, (sizes[0] / _SAME,), (sizes[1] / _SAME,))


def _size(path: Path) -> int:
    """The bytes that are in use, once the log is in the file."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("VACUUM")
    return path.stat().st_size
