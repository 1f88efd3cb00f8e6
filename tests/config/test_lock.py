"""A lock between processes."""

from __future__ import annotations

import errno
import threading
import time
from pathlib import Path

import pytest

from llm._config import lock
from llm._config.lock import FileLock
from llm.errors import ConfigError

from .processes import start

HOLD = """
import sys
from pathlib import Path
from llm._config.lock import FileLock
with FileLock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_a_lock_held_by_another_process_is_waited_for_only_so_long(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    holder = start(HOLD, path)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        began = time.monotonic()
        with pytest.raises(ConfigError, match=r"Another process has held .*keys\.json\.lock for 0\.2 seconds"):
            FileLock(path, wait=0.2).__enter__()
        assert 0.15 < time.monotonic() - began < 5
    finally:
        holder.kill()
        holder.communicate()


def test_a_killed_holder_gives_the_lock_back(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    holder = start(HOLD, path)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    holder.kill()
    holder.communicate()
    with FileLock(path, wait=5):
        assert FileLock(path).path.exists()


def test_a_file_system_without_locks_is_no_reason_to_refuse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsupported(descriptor: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(lock, "_take", unsupported)
    with FileLock(tmp_path / "keys.json", wait=0):
        assert FileLock(tmp_path / "keys.json").path.exists()


def test_a_lock_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"Cannot write .*missing"), FileLock(tmp_path / "missing" / "keys.json"):
        pass


def test_threads_of_one_process_exclude_each_other(tmp_path: Path) -> None:
    inside: list[int] = []
    most: list[int] = []

    def work() -> None:
        for _ in range(5):
            with FileLock(tmp_path / "keys.json"):
                inside.append(1)
                time.sleep(0.002)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 20
