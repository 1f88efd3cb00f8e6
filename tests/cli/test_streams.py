"""Output that nobody reads, input that nobody gives, and streams that are not there at all."""

from __future__ import annotations

import pytest

from llm.testing import chat_stream

from .command import llm, shell, start
from .conftest import Serve

ASK = "$LLM -m mine/m hi"


def test_a_closed_pipe_ends_the_answer_quietly(serve: Serve) -> None:
    """The connection is closed, and the turn is kept with what had come."""
    server = serve(chat_stream(*["many words, and a line\n"] * 20_000))
    done = shell(f"{ASK} | head -1; echo ${{PIPESTATUS[0]}}")
    assert done == (0, "many words, and a line\n141\n", "")
    assert server.exchange(0).closed_by_client.wait(5)
    assert llm("logs", "--json").json[0]["status"] == "partial"


@pytest.mark.parametrize("command", ["--version", "--help", "models --all", "endpoints --json", "logs path"])
def test_a_closed_pipe_ends_every_command_quietly(command: str) -> None:
    done = shell(f"{{ sleep 0.3; $LLM {command}; echo $? >&2; }} | true")
    assert done == (0, "", "141\n")


def test_a_pipe_that_is_closed_on_standard_error_alone_takes_nothing_from_the_answer(serve: Serve) -> None:
    serve(chat_stream("Hello", usage=(1, 1)))
    done = shell(f"{{ {ASK} -u 2>&1 >&3 | true; echo ${{PIPESTATUS[0]}}; }} 3>&1")
    assert done.out == "Hello\n0\n"


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(("command", "code"), [("-m mine/m hi", 0), ("--version", 0), ("keys get nix", 2)])
def test_a_stream_that_is_closed_does_no_harm(serve: Serve, command: str, code: int, closed: str) -> None:
    serve(chat_stream("Hello"))
    done = shell(f"$LLM {command} {closed}")
    assert done.code == code
    assert "Traceback" not in done.err
    assert "Exception ignored" not in done.err
    assert bool(done.out) == (code == 0 and " >&-" not in f" {closed}")


def test_nothing_that_is_printed_ends_up_in_a_file_that_took_the_number_of_a_closed_stream(serve: Serve) -> None:
    serve(chat_stream("Hello"))
    assert shell(f"{ASK} -u >&- 2>&-").code == 0
    assert llm("logs", "-r").out == "Hello\n"


@pytest.mark.parametrize("environ", [{}, {"PYTHONUNBUFFERED": "1"}])
def test_a_full_disk_is_an_error_in_words(environ: dict[str, str]) -> None:
    done = shell("$LLM models --all > /dev/full", **environ)
    assert (done.code, done.err) == (1, "Error: The output cannot be written: No space left on device\n")


def test_a_full_disk_ends_an_answer_with_an_error_in_words(serve: Serve) -> None:
    serve(chat_stream("Hello"))
    done = shell(f"{ASK} > /dev/full")
    assert (done.code, done.err) == (1, "Error: The output cannot be written: No space left on device\n")


@pytest.mark.parametrize(
    "locale", [{"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}, {"LC_ALL": "POSIX"}]
)
def test_output_is_utf_8_whatever_the_locale(serve: Serve, locale: dict[str, str]) -> None:
    server = serve(chat_stream("Größe ", "🦤"))
    done = llm("-m", "mine/m", "grüße", stdin="für", **locale)
    assert done == (0, "Größe 🦤\n", "")
    assert server.exchanges[0].json()["messages"][0]["content"] == "für grüße"


def test_half_a_character_in_an_answer_does_not_end_it(serve: Serve) -> None:
    serve(chat_stream(b'data: {"choices":[{"index":0,"delta":{"content":"a\\ud83db"}}]}\n\n', "c"))
    done = llm("-m", "mine/m", "hi")
    assert done.code == 0
    assert (done.out[0], done.out[-3:]) == ("a", "bc\n")


def test_bytes_that_are_no_text_in_an_argument_do_not_end_the_command(serve: Serve) -> None:
    serve(chat_stream("Hello"))
    assert llm("-m", "mine/m", b"caf\xe9").out == "Hello\n"


def test_who_waits_for_standard_input_says_so_once(serve: Serve) -> None:
    server = serve(chat_stream("Hello"))
    process = start("-m", "mine/m", "hi", stdin=-1)
    assert process.stderr is not None
    assert process.stderr.readline() == (b"Waiting for the end of standard input (give < /dev/null if there is none)\n")
    assert server.exchanges == []
    assert process.communicate(b"piped", timeout=10) == (b"Hello\n", b"")
    assert server.exchanges[0].json()["messages"][0]["content"] == "piped hi"
