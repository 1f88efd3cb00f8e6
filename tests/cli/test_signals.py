"""SIGTERM and SIGHUP, sent as a system, a script and a closed terminal send them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from llm._cli.border import run
from llm.testing import FaultyServer, Pause, Reply, Stall, chat_stream

from .command import LLM, connect, llm, start, variables
from .conftest import Serve
from .installed import install

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are a thing of POSIX")
if sys.platform != "win32":
    from .session import Session

    SIGNALS = [(signal.SIGTERM, 143), (signal.SIGHUP, 129)]
    ENDED = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}
else:
    SIGNALS, ENDED = [], {}
QUICKLY = 2.0


@pytest.fixture(autouse=True)
def signals_are_heeded() -> Iterator[None]:
    """Whoever runs the tests may have told its children to ignore a signal; commands inherit that."""
    before = {number: signal.signal(number, signal.SIG_DFL) for number in (signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def begin(*command: str, **environ: str) -> subprocess.Popen[bytes]:
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, env=variables(environ))


def end(process: subprocess.Popen[bytes], *numbers: int, pause: float = 0.0) -> tuple[int, str, str]:
    """Send signals one after the other; the exit code and what was still written. It must not take long."""
    begun = time.monotonic()
    for number in numbers:
        process.send_signal(number)
        time.sleep(pause)
    out, err = process.communicate(timeout=10)
    assert time.monotonic() - begun < QUICKLY + pause * len(numbers)
    return process.returncode, out.decode(), err.decode()


def last_turn() -> tuple[str, str]:
    (turn,) = llm("logs", "--json").json
    return turn["status"], turn["response"]


@pytest.mark.parametrize(("number", "code"), SIGNALS)
@pytest.mark.parametrize("last", ["", "\n"])
def test_what_arrived_is_printed_and_kept_as_cancelled(serve: Serve, number: int, code: int, last: str) -> None:
    """The stream is stalled: no byte would ever come to wake the command up."""
    server = serve(chat_stream("Hello", f" wor{last}", Stall()))
    process = start("-m", "mine/m", "hi")
    assert process.stdout is not None
    arrived = process.stdout.read(len(f"Hello wor{last}")).decode()
    exit_code, rest, err = end(process, number)
    assert (exit_code, arrived + rest, err) == (code, "Hello wor\n", "")
    assert server.exchange(0).closed_by_client.wait(5)
    assert last_turn() == ("cancelled", f"Hello wor{last}")


@pytest.mark.parametrize(("number", "code"), SIGNALS)
def test_a_request_that_nobody_answers_yet_is_cancelled(serve: Serve, number: int, code: int) -> None:
    server = serve(Reply(before=[Stall()]))
    process = start("-m", "mine/m", "hi")
    server.exchange(0)
    assert end(process, number) == (code, "", "")
    assert last_turn() == ("cancelled", "")


@pytest.mark.parametrize(("number", "code"), SIGNALS)
def test_a_request_that_cannot_connect_is_cancelled(number: int, code: int) -> None:
    with FaultyServer(accept=False) as server:
        connect(server.url)
        process = start("-m", "mine/m", "hi")
        time.sleep(1)
        assert end(process, number) == (code, "", "")
    assert last_turn() == ("cancelled", "")


@pytest.mark.parametrize(("number", "code"), SIGNALS)
def test_an_answer_that_comes_all_the_while_is_cancelled(serve: Serve, number: int, code: int) -> None:
    serve(chat_stream(*[step for _ in range(2000) for step in ("word ", Pause(0.001))]))
    process = start("-m", "mine/m", "hi")
    assert process.stdout is not None
    arrived = process.stdout.read(200).decode()
    exit_code, rest, err = end(process, number)
    assert (exit_code, err) == (code, "")
    status, response = last_turn()
    assert (status, len(response) < 10_000) == ("cancelled", True)
    assert response.startswith((arrived + rest).removesuffix("\n"))


@pytest.mark.parametrize(("number", "code"), SIGNALS)
def test_a_pause_before_another_attempt_is_ended(serve: Serve, number: int, code: int) -> None:
    server = serve(Reply(status=503, headers={"Retry-After": "30"}))
    process = start("-m", "mine/m", "hi")
    assert server.exchange(0).finished.wait(5)
    time.sleep(0.2)
    assert end(process, number) == (code, "", "")
    assert last_turn() == ("cancelled", "")


@pytest.mark.parametrize("numbers", [(first, second) for first in ENDED for second in ENDED])
@pytest.mark.parametrize("pause", [0.0, 0.005, 0.03])
def test_a_second_signal_while_the_command_ends_takes_nothing_away(
    serve: Serve, numbers: tuple[signal.Signals, signal.Signals], pause: float
) -> None:
    """A window that is closed sends two, and so does who presses Ctrl-C twice."""
    serve(chat_stream("Hello", Stall()))
    process = start("-m", "mine/m", "hi")
    assert process.stdout is not None
    process.stdout.read(5)
    code, rest, err = end(process, *numbers, pause=pause)
    assert (abs(code), rest, err) in [(ENDED[number], "\n", "") for number in numbers] + [
        (number, "\n", "") for number in numbers
    ]
    assert last_turn() == ("cancelled", "Hello")


@pytest.mark.parametrize("number", ENDED)
def test_a_signal_that_was_told_to_be_ignored_is_ignored(serve: Serve, number: int) -> None:
    """So `nohup llm ...` goes on when the terminal is closed, and what a script put into the background."""
    serve(chat_stream("Hello", Pause(0.5), " world"))
    ignoring = (
        f"import os, signal, sys; signal.signal({int(number)}, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"
    )
    process = begin(sys.executable, "-c", ignoring, *LLM, "-m", "mine/m", "hi")
    assert process.stdout is not None
    process.stdout.read(5)
    assert end(process, number) == (0, " world\n", "")
    assert last_turn() == ("done", "Hello world")


@pytest.mark.parametrize(("number", "code"), SIGNALS)
def test_waiting_for_standard_input_is_ended_quietly(number: int, code: int) -> None:
    for arguments in (("-m", "manual", "hi"), ("keys", "set", "mine")):
        process = start(*arguments, stdin=subprocess.PIPE)
        assert process.stderr is not None
        process.stderr.readline()
        assert end(process, number) == (code, "", "")


@pytest.mark.parametrize(("number", "code"), SIGNALS)
def test_a_command_that_asks_no_model_is_ended_quietly(serve: Serve, number: int, code: int) -> None:
    server = serve(Reply(before=[Stall()]))
    process = start("endpoints", "models", "mine")
    server.exchange(0)
    assert end(process, number) == (code, "", "")


@pytest.mark.parametrize(("number", "code"), SIGNALS)
@pytest.mark.parametrize("seconds", [0.03, 0.05, 0.07, 0.09, 0.11, 0.13, 0.15])
def test_starting_is_ended_quietly_at_any_moment(serve: Serve, number: int, code: int, seconds: float) -> None:
    """Before our own code runs the system ends the process, which a shell gives the same code."""
    serve(chat_stream(Stall()))
    process = start("-m", "mine/m", "hi")
    time.sleep(seconds)
    assert end(process, number) in [(code, "", ""), (-number, "", "")]


@pytest.mark.parametrize(("number", "code"), SIGNALS)
def test_the_end_of_a_command_is_quiet_at_any_moment(serve: Serve, number: int, code: int) -> None:
    """It is ended, or it has done what was asked."""
    serve(*[chat_stream("Hello")] * 12)
    for moment in range(12):
        process = start("-m", "mine/m", "hi")
        assert process.stdout is not None
        process.stdout.read(6)
        time.sleep(moment * 0.002)
        assert end(process, number) in [(code, "", ""), (-number, "", ""), (0, "", "")]
    assert {turn["status"] for turn in llm("logs", "-n", "0", "--json").json} <= {"done", "cancelled"}
    assert {turn["response"] for turn in llm("logs", "-n", "0", "--json").json} == {"Hello"}


def test_a_terminal_that_is_closed_cancels_the_answer_and_what_arrived_is_kept(serve: Serve) -> None:
    """Nothing can be printed any more, and that is no news."""
    server = serve(chat_stream("Hello", Stall()))
    with Session() as session:
        process = session.lead(*LLM, "-m", "mine/m", "hi")
        session.wait_for("Hello")
        session.hang_up()
        assert process.wait(10) == 129
    assert server.exchange(0).closed_by_client.wait(5)
    assert last_turn() == ("cancelled", "Hello")


@pytest.mark.parametrize(("number", "code"), SIGNALS)
def test_a_model_that_needs_an_event_loop_cleans_up(tmp_path: Path, number: int, code: int) -> None:
    source = """
        import asyncio
        import sys
        import llm

        class Faulty(llm.AsyncModel):
            model_id = "faulty"

            async def generate(self, prompt, call):
                try:
                    yield "so far"
                    await asyncio.sleep(30)
                finally:
                    await asyncio.sleep(0.01)
                    print("cleaned", file=sys.stderr)

        @llm.hookimpl
        def register_models(register):
            register(None, async_model=Faulty())
    """
    environ = install(tmp_path / "site", "llm-faulty", source)
    process = begin(*LLM, "-m", "faulty", "hi", **environ)
    assert process.stdout is not None
    process.stdout.read(6)
    assert end(process, number) == (code, "\n", "cleaned\n")
    assert last_turn() == ("cancelled", "so far")


@pytest.mark.parametrize(("number", "code"), SIGNALS)
def test_an_event_loop_of_a_plugin_s_command_is_ended_in_its_own_way(tmp_path: Path, number: int, code: int) -> None:
    """Its main task is cancelled, as Ctrl-C does it."""
    source = """
        import asyncio
        import llm

        async def wait():
            print("ready", flush=True)
            try:
                await asyncio.sleep(30)
            except asyncio.CancelledError:
                print("cancelled", flush=True)
                raise

        @llm.hookimpl
        def register_commands(cli):
            @cli.command()
            def linger():
                asyncio.run(wait())
    """
    environ = install(tmp_path / "site", "llm-linger", source)
    process = begin(*LLM, "linger", **environ)
    assert process.stdout is not None
    process.stdout.readline()
    assert end(process, number) == (code, "cancelled\n", "")


def test_who_runs_a_command_within_a_program_keeps_its_own_handlers(capsys: pytest.CaptureFixture[str]) -> None:
    """What was there before is there after; in another thread, where there can be no handler, a command runs too."""
    before = [signal.getsignal(number) for number in ENDED]
    assert run(["logs", "path"]) == 0
    codes: list[int] = []
    thread = threading.Thread(target=lambda: codes.append(run(["logs", "path"])))
    thread.start()
    thread.join()
    assert codes == [0]
    assert [signal.getsignal(number) for number in ENDED] == before
    seen: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, frame: seen.append(number))
    assert run(["logs", "path"]) == 0
    os.kill(os.getpid(), signal.SIGTERM)
    assert seen == [signal.SIGTERM]
    assert len(set(capsys.readouterr().out.split())) == 1


def test_signals_cost_the_start_of_a_command_no_import() -> None:
    code = "import sys; from llm._cli import signals; print('signal' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True)
    assert ran.stdout == "False\n"
