"""Which terminal a command runs in, told with real ones."""

from __future__ import annotations

import os
import subprocess
import sys
import timeit

import pytest

from llm._cli import terminal as module
from llm._cli.terminal import terminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sessions are a thing of POSIX")
if sys.platform != "win32":
    from .session import Session

TELL = [sys.executable, "-c", "from llm._cli.terminal import terminal; print(terminal())"]
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="/proc is a thing of Linux")


def told(session: Session, line: str = 'exec "$@"') -> list[str]:
    """What is printed by a shell that leads the session and runs *line*, in which `"$@"` tells the terminal."""
    process = session.lead("/bin/sh", "-c", line, "sh", *TELL, piped=True)
    out, err = process.communicate(timeout=20)
    assert err == b""
    return [part for part in out.decode().splitlines() if part]


@on_linux
def test_the_identity_is_the_device_the_session_and_when_its_leader_started() -> None:
    """Also where none of the three streams is connected to the terminal."""
    with Session() as session:
        (identity,) = told(session, 'echo $$; "$@"; true')[1:]
    device, leader, start = identity.split()
    assert device == session.device
    assert leader.isdecimal()
    assert start.isdecimal()


@on_linux
def test_two_commands_of_a_shell_run_in_the_same_terminal_whatever_their_streams() -> None:
    with Session() as session:
        pid, *identities = told(
            session, 'echo $$; "$@"; "$@" </dev/null 2>/dev/null; (("$@" | cat) | cat); setsid -w "$@"'
        )
    first, second, third, elsewhere = identities
    assert first == second == third
    assert first.split()[1] == pid
    assert elsewhere == "None"  # a session of its own, without a terminal


@on_linux
def test_the_next_session_at_the_same_device_is_another_terminal() -> None:
    """The system gives the name of a closed window to the next one."""
    with Session() as session:
        (first,) = told(session)
        (second,) = told(session)
    assert first.split()[0] == second.split()[0] == session.device
    assert first != second


@on_linux
def test_a_session_whose_leader_is_gone_has_a_terminal_as_long_as_it_is_connected() -> None:
    """Where the leader leaves, the terminal is taken from the others too."""
    with Session() as session:
        lines = told(session, 'trap "" HUP; (trap "" HUP; sleep 0.5; "$@") &')
    assert lines == ["None"]


def test_without_a_terminal_there_is_none() -> None:
    ran = subprocess.run(TELL, stdin=subprocess.DEVNULL, capture_output=True, start_new_session=True, check=True)
    assert ran.stdout == b"None\n"


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such names")
def test_where_there_is_no_proc_one_of_the_streams_tells() -> None:
    code = "from llm._cli.terminal import _of_posix; import sys; sys.stderr.write(f'{_of_posix()}.')"
    with Session() as session:
        process = session.lead(sys.executable, "-c", code)
        session.wait_for(f"{session.device} {process.pid}.")
        assert process.wait(10) == 0
    ran = subprocess.run([sys.executable, "-c", code], stdin=subprocess.DEVNULL, capture_output=True, check=True)
    assert ran.stderr == b"None."


@on_linux
def test_the_name_of_a_program_may_hold_anything() -> None:
    """It stands in the middle of the line that is read, in brackets."""
    strange = "open('/proc/self/comm', 'w').write(') R 1 2'); from llm._cli.terminal import terminal; print(terminal())"
    with Session() as session:
        process = session.lead(sys.executable, "-c", strange, piped=True)
        out, _ = process.communicate(timeout=20)
    assert out.decode().split()[:2] == [session.device, str(process.pid)]


@on_linux
@pytest.mark.parametrize(
    ("major", "minor", "name"),
    [
        (136, 0, "/dev/pts/0"),
        (136, 255, "/dev/pts/255"),
        (137, 3, "/dev/pts/259"),
        (136, 1000, "/dev/pts/1000"),
        (4, 1, "/dev/tty1"),
        (4, 65, "/dev/ttyS1"),
        (188, 0, "188:0"),
    ],
)
def test_a_device_has_its_usual_name_or_its_numbers(major: int, minor: int, name: str) -> None:
    assert module._device_name(os.makedev(major, minor)) == name


@on_linux
def test_to_ask_costs_next_to_nothing() -> None:
    """Every prompt asks. It is measured in tens of microseconds."""
    assert min(timeit.repeat(terminal, number=10, repeat=5)) / 10 < 0.001
