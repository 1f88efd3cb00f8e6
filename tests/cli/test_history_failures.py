"""A history that fails, and answers that end early: what arrived is printed whole, and nothing is lost in silence."""

from __future__ import annotations

import ctypes
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from llm._cli import exit_codes
from llm.testing import Cut, Pause, Stall, chat_stream

from .command import LLM, Done, llm, shell, start, user_dir, variables
from .conftest import Serve

ASK = ("-m", "mine/m", "--no-retry", "hi")
_PR_CAPBSET_READ, _PR_CAPBSET_DROP = 23, 24
_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 1, 2
# Whoever is root may write everything, unless root gives this ability up.
HUMBLY = f"""
import ctypes, os, sys
for ability in ({_CAP_DAC_OVERRIDE}, {_CAP_DAC_READ_SEARCH}):
    if os.geteuid() == 0 and ctypes.CDLL(None, use_errno=True).prctl({_PR_CAPBSET_DROP}, ability, 0, 0, 0):
        sys.exit("cannot give up being almighty")
os.execv(sys.argv[1], sys.argv[1:])
"""


def history() -> Path:
    return user_dir() / "history.db"


def spooled() -> list[Path]:
    spool = user_dir() / "history-spool"
    return sorted(spool.iterdir()) if spool.exists() else []


def kept() -> list[tuple[str, str, str]]:
    """Prompt, status and answer of every turn, after a command has taken in what waits."""
    assert llm("logs", "-n", "1", "--json").code == 0
    assert spooled() == []
    with closing(sqlite3.connect(history())) as connection:
        rows = connection.execute("SELECT prompt, status, response FROM responses ORDER BY id").fetchall()
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    return rows


def told_that_it_waits(done: Done, why: str) -> None:
    """It is said once that the turn is not in the history but will be, where it is until then, and what can be done."""
    (file,) = spooled()
    told, hint = done.err.splitlines()
    assert told.startswith(f"This turn waits to be added to the history by the next command, in {file}. Cannot ")
    assert told.endswith(f"the history {history()}: {why}")
    assert hint.startswith("Hint: ")


def humbly(*arguments: str) -> Done:
    """Run `llm` without the right to write where permissions forbid it; skips where root does not let go of it."""
    command = [sys.executable, "-c", HUMBLY, *LLM, *arguments]
    ran = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, env=variables({}), timeout=30)
    if b"almighty" in ran.stderr:
        pytest.skip("root may write anywhere here, so there is no file that it cannot write")
    return Done(ran.returncode, ran.stdout.decode(), ran.stderr.decode())


@pytest.fixture
def begun(serve: Serve) -> Iterator[Serve]:
    """A history with one turn in it."""
    serve(chat_stream("First"), chat_stream("Hello", " world"), chat_stream("Third"))
    assert llm("-m", "mine/m", "one") == (0, "First\n", "")
    yield serve
    for path in (user_dir(), history(), user_dir() / "history-spool"):
        if path.exists():
            path.chmod(0o700)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (signal.SIGINT, exit_codes.CANCELLED),
        (signal.SIGTERM, exit_codes.TERMINATED),
        (getattr(signal, "SIGHUP", 0), exit_codes.HUNG_UP),
    ],
)
def test_a_signal_leaves_a_turn_that_is_cancelled(serve: Serve, number: int, code: int) -> None:
    serve(chat_stream("Hel", Stall()))
    process = start(*ASK)
    assert process.stdout is not None
    process.stdout.read(3)
    process.send_signal(number)
    out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (code, b"\n", b"")
    assert spooled() == []
    assert kept() == [("hi", "cancelled", "Hel")]


def test_a_closed_pipe_leaves_a_turn_that_is_partial(serve: Serve) -> None:
    serve(chat_stream("line\n", Pause(0.2), *[step for _ in range(200) for step in ("more\n", Pause(0.01))]))
    done = shell(f"$LLM {' '.join(ASK)} | head -1; exit ${{PIPESTATUS[0]}}")
    assert done == (exit_codes.CLOSED_PIPE, "line\n", "")
    assert spooled() == []
    ((prompt, status, text),) = kept()
    assert (prompt, status) == ("hi", "partial")
    assert text.startswith("line\nmore\n")
    assert len(text) < 1000


@pytest.mark.parametrize("reset", [False, True])
def test_a_cut_connection_leaves_a_turn_with_an_error(serve: Serve, reset: bool) -> None:
    serve(chat_stream("Hel", Pause(0.1), Cut(reset=reset)))
    done = llm(*ASK)
    assert (done.code, done.out) == (exit_codes.NETWORK, "Hel\n")
    assert done.err.count("Error: ") == 1
    assert spooled() == []
    assert kept() == [("hi", "error", "Hel")]


def _garbage(path: Path, at: int, size: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(b"\xa5garbage\x00" * (size // 9 + 1))


def _header() -> None:
    _garbage(history(), 0, 100)


def _middle() -> None:
    """All pages but the first, of which SQLite learns where the others are."""
    with closing(sqlite3.connect(history())) as connection:
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    _garbage(history(), size, history().stat().st_size - size)


def _nothing_of_sqlite() -> None:
    history().write_text("Dear diary,\n" * 1000, "utf-8")


def _directory() -> None:
    history().rename(history().with_name("aside"))
    history().mkdir()


def _newer() -> None:
    with closing(sqlite3.connect(history())) as connection:
        connection.execute("PRAGMA user_version = 999")


@pytest.mark.parametrize("spoil", [_header, _middle, _nothing_of_sqlite, _directory, _newer])
def test_a_history_that_is_spoilt_keeps_no_answer_from_being_printed(begun: Serve, spoil: Callable[[], None]) -> None:
    """The turn waits beside it, and goes into the next history once the spoilt one is moved away."""
    spoil()
    done = llm(*ASK)
    assert (done.code, done.out) == (0, "Hello world\n")
    (file,) = spooled()
    told, hint = done.err.splitlines()
    assert told.startswith(f"This turn waits to be added to the history by the next command, in {file}. ")
    assert str(history()) in told.removeprefix(str(file))
    assert hint.startswith("Hint: ")
    reading = llm("logs")
    assert (reading.code, reading.out) == (exit_codes.HISTORY, "")
    assert reading.err.startswith("Error: ")
    assert "\nHint: " in reading.err
    assert spooled() == [file]
    history().rename(user_dir() / "spoilt.db")
    for name in ("history.db-wal", "history.db-shm"):
        (user_dir() / name).unlink(missing_ok=True)
    assert kept() == [("hi", "done", "Hello world")]


@pytest.mark.parametrize("spoil", [_header, _nothing_of_sqlite, _directory])
def test_a_spoilt_history_loses_nothing_of_several_turns_either(begun: Serve, spoil: Callable[[], None]) -> None:
    spoil()
    assert [llm("-m", "mine/m", prompt).out for prompt in ("two", "three")] == ["Hello world\n", "Third\n"]
    assert len(spooled()) == 2
    history().rename(user_dir() / "spoilt.db")
    assert kept() == [("two", "done", "Hello world"), ("three", "done", "Third")]


def test_a_failing_history_changes_no_exit_code(serve: Serve) -> None:
    serve(chat_stream("Hel", finish="length"), chat_stream("Hel", Cut()))
    history().mkdir()
    assert llm(*ASK).code == exit_codes.TRUNCATED
    assert llm(*ASK).code == exit_codes.NETWORK
    history().rmdir()
    assert kept() == [("hi", "done", "Hel"), ("hi", "error", "Hel")]


def test_what_waits_of_an_answer_that_was_interrupted_is_what_had_arrived(serve: Serve) -> None:
    serve(chat_stream("Hel", Stall()))
    history().mkdir()
    process = start(*ASK)
    assert process.stdout is not None
    process.stdout.read(3)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=10)
    assert (process.returncode, out) == (exit_codes.TERMINATED, b"\n")
    assert err.startswith(b"This turn waits to be added to the history by the next command")
    history().rmdir()
    assert kept() == [("hi", "cancelled", "Hel")]


def test_a_command_that_is_killed_while_the_history_fails_leaves_what_had_arrived(serve: Serve) -> None:
    serve(chat_stream("Hel", Stall()))
    history().mkdir()
    process = start(*ASK)
    assert process.stdout is not None
    process.stdout.read(3)
    process.kill()
    process.communicate(timeout=10)
    assert len(spooled()) == 1
    history().rmdir()
    assert kept() == [("hi", "partial", "Hel")]


def test_a_file_that_may_only_be_read_keeps_no_answer_from_being_printed(begun: Serve) -> None:
    for path in user_dir().glob("history.db*"):
        path.chmod(0o400)
    done = humbly(*ASK)
    assert (done.code, done.out) == (0, "Hello world\n")
    told_that_it_waits(done, "it may only be read")
    history().chmod(0o600)
    assert kept() == [("one", "done", "First"), ("hi", "done", "Hello world")]


def test_a_directory_that_may_only_be_read_keeps_no_answer_from_being_printed(begun: Serve) -> None:
    """SQLite cannot make its log there; the spool's own directory can be written still."""
    user_dir().chmod(0o500)
    done = humbly(*ASK)
    user_dir().chmod(0o700)
    assert (done.code, done.out) == (0, "Hello world\n")
    assert done.err.startswith("This turn waits to be added to the history by the next command")
    assert kept() == [("one", "done", "First"), ("hi", "done", "Hello world")]


def test_where_nothing_can_be_written_it_is_said_that_the_turn_is_not_kept(begun: Serve) -> None:
    (user_dir() / "history-spool").chmod(0o500)
    user_dir().chmod(0o500)
    done = humbly(*ASK)
    user_dir().chmod(0o700)
    assert (done.code, done.out) == (0, "Hello world\n")
    told, hint = done.err.splitlines()
    assert told.startswith(f"This turn is not kept. Cannot write to the history {history()}: ")
    assert hint.startswith("Hint: ")
    assert kept() == [("one", "done", "First")]


@pytest.mark.parametrize("deleted", [["history.db"], ["history.db", "history.db-wal", "history.db-shm"]])
def test_a_history_that_is_deleted_while_an_answer_comes_has_the_whole_turn_after(
    serve: Serve, deleted: list[str]
) -> None:
    """In the new file, with what was asked; of the deleted one nothing can be saved."""
    serve(chat_stream("First"), chat_stream("Hello", Pause(1), " world"))
    assert llm("-m", "mine/m", "one").code == 0
    process = start(*ASK)
    assert process.stdout is not None
    process.stdout.read(5)
    for name in deleted:
        (user_dir() / name).unlink(missing_ok=True)
    out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, b" world\n", b"")
    assert kept() == [("hi", "done", "Hello world")]


def test_a_user_directory_that_is_deleted_while_an_answer_comes_has_the_whole_turn_after(serve: Serve) -> None:
    serve(chat_stream("Hello", Pause(1), " world"))
    process = start(*ASK)
    assert process.stdout is not None
    process.stdout.read(5)
    user_dir().rename(user_dir().with_name("gone"))
    out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, b" world\n", b"")
    assert kept() == [("hi", "done", "Hello world")]


def test_a_history_that_is_moved_away_and_killed_commands_leave_what_had_arrived(serve: Serve) -> None:
    """What was asked is in the file that is gone; the answer so far is in the spool, and is kept."""
    serve(chat_stream("Hel", Stall()))
    process = start(*ASK)
    assert process.stdout is not None
    process.stdout.read(3)
    for path in user_dir().glob("history.db*"):
        path.unlink()
    process.kill()
    process.communicate(timeout=10)
    ((_, status, text),) = kept()
    assert (status, text) == ("partial", "Hel")


def test_a_database_that_another_process_holds_delays_an_answer_little_and_loses_nothing(begun: Serve) -> None:
    with closing(sqlite3.connect(history(), isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        process = start(*ASK)
        out, err = process.communicate(timeout=6)
        connection.execute("ROLLBACK")
    assert (process.returncode, out) == (0, b"Hello world\n")
    told_that_it_waits(Done(0, "", err.decode()), "another process holds its lock")
    assert kept() == [("one", "done", "First"), ("hi", "done", "Hello world")]


def test_a_spool_that_cannot_be_made_keeps_no_turn_out_of_the_history(serve: Serve) -> None:
    serve(chat_stream("Hello"))
    (user_dir() / "history-spool").write_text("in the way", "utf-8")
    assert llm(*ASK) == (0, "Hello\n", "")
    (user_dir() / "history-spool").unlink()
    assert kept() == [("hi", "done", "Hello")]


def test_a_disk_that_is_full_is_told_and_the_answer_printed(begun: Serve, tmp_path: Path) -> None:
    """A real one, of a megabyte, where the system lets us have it."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if ctypes.CDLL(None, use_errno=True).mount(b"none", str(disk).encode(), b"tmpfs", 0, b"size=1m"):
        pytest.skip("no file system can be mounted here")
    try:
        for name in ("config.toml", "history.db"):
            (disk / name).write_bytes((user_dir() / name).read_bytes())
        filler = disk / "filler"
        with suppress(OSError), filler.open("wb", buffering=0) as file:
            while file.write(b"x" * 512):
                pass
        done = llm(*ASK, LLM_USER_PATH=str(disk))
        assert (done.code, done.out) == (0, "Hello world\n")
        assert done.err.startswith("This turn is not kept. Cannot write to the history ")
        assert "is full\nHint: Free some space" in done.err
        filler.unlink()
        assert llm("-m", "mine/m", "after", LLM_USER_PATH=str(disk)) == (0, "Third\n", "")
    finally:
        ctypes.CDLL(None).umount(str(disk).encode())


def test_what_a_full_disk_left_in_the_spool_is_no_hindrance(serve: Serve) -> None:
    """Half a line, and a file without one."""
    serve(chat_stream("Hello"))
    spool = user_dir() / "history-spool"
    spool.mkdir()
    (spool / "01k0000000000000000000000a.jsonl").write_bytes(b"")
    (spool / "01k0000000000000000000000b.jsonl").write_bytes(b'"Hel"\n"lo')
    assert llm(*ASK) == (0, "Hello\n", "")
    assert ("hi", "done", "Hello") in kept()
    assert ("", "partial", "Hel") in kept()
