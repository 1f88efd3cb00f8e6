"""Ctrl-C, sent as a terminal sends it."""

from __future__ import annotations

import signal
import subprocess
import time

import pytest

from llm.testing import Pause, Stall, chat_stream

from .command import llm, start
from .conftest import Serve


def interrupt(process: subprocess.Popen[bytes]) -> tuple[int, str, str]:
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=10)
    return process.returncode, out.decode(), err.decode()


@pytest.mark.parametrize("end", ["", "\n"])
def test_what_arrived_stays_and_is_kept_as_cancelled(serve: Serve, end: str) -> None:
    server = serve(chat_stream("Hello", f" wor{end}", Stall()))
    process = start("-m", "mine/m", "hi")
    assert process.stdout is not None
    arrived = process.stdout.read(len(f"Hello wor{end}"))
    code, rest, err = interrupt(process)
    assert (code, arrived.decode() + rest, err) == (130, "Hello wor\n", "")
    assert server.exchange(0).closed_by_client.wait(5)
    (turn,) = llm("logs", "--json").json
    assert (turn["status"], turn["response"]) == ("cancelled", f"Hello wor{end}")


def test_an_answer_that_has_not_begun_is_cancelled(serve: Serve) -> None:
    server = serve(chat_stream(Stall()))
    process = start("-m", "mine/m", "hi")
    server.exchange(0)
    assert interrupt(process) == (130, "", "")
    assert llm("logs", "--json").json[0]["status"] == "cancelled"


def test_an_answer_that_comes_all_the_while_is_cancelled(serve: Serve) -> None:
    pieces = [step for _ in range(2000) for step in ("word ", Pause(0.001))]
    server = serve(chat_stream(*pieces))
    process = start("-m", "mine/m", "--json", "hi")
    server.exchange(0)
    time.sleep(0.3)
    assert interrupt(process) == (130, "", "")
    assert llm("logs", "--json").json[0]["status"] == "cancelled"


def test_waiting_for_standard_input_can_be_ended() -> None:
    process = start("-m", "manual", "hi", stdin=subprocess.PIPE)
    assert process.stderr is not None
    process.stderr.readline()
    assert interrupt(process) == (130, "", "")


@pytest.mark.parametrize("seconds", [0.04, 0.06, 0.08, 0.1, 0.12])
def test_starting_can_be_ended_without_a_traceback(serve: Serve, seconds: float) -> None:
    """From the moment on that it is our code which runs."""
    serve(chat_stream(Stall()))
    process = start("-m", "mine/m", "hi")
    time.sleep(seconds)
    code, out, err = interrupt(process)
    if "llm/__main__.py" in err or not err:
        assert (code, out, err) in [(130, "", ""), (-signal.SIGINT, "", "")]
    else:
        assert "site" in err or "frozen" in err or "runpy" in err
