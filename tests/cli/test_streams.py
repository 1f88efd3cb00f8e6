"""Output that nobody reads, input that nobody gives, and streams that are not there at all."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from llm.testing import chat_stream

from .command import LLM, llm, shell, start, variables
from .conftest import Serve
from .installed import install, install_model

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


def test_an_input_that_is_open_for_writing_alone_adds_nothing_as_under_nohup(serve: Serve) -> None:
    server = serve(chat_stream("Hello"))
    assert shell(f"{ASK} 0>/dev/null") == (0, "Hello\n", "")
    assert server.exchanges[0].json()["messages"][0]["content"] == "hi"


@pytest.mark.parametrize("command", ["-m mine/m", "keys set a"])
def test_an_input_that_cannot_be_read_is_an_error_where_it_is_needed(serve: Serve, command: str) -> None:
    serve()
    done = shell(f"$LLM {command} 0>/dev/null")
    assert done == (2, "", "Error: Standard input cannot be read: Bad file descriptor\n")


@pytest.mark.skipif(sys.platform == "win32", reason="pipes that do not wait are a thing of POSIX")
@pytest.mark.parametrize("environ", [{}, {"PYTHONUNBUFFERED": "1"}])
def test_a_pipe_that_does_not_wait_gets_everything_however_slowly_it_is_read(
    serve: Serve, environ: dict[str, str]
) -> None:
    answer = "many words, and a line\n" * 10_000
    serve(chat_stream(answer))
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    process = subprocess.Popen(
        [*LLM, "-m", "mine/m", "hi"],
        stdin=subprocess.DEVNULL,
        stdout=writer,
        stderr=subprocess.PIPE,
        env=variables(environ),
    )
    os.close(writer)
    time.sleep(0.5)
    with os.fdopen(reader, "rb") as file:
        arrived = file.read().decode()
    _, err = process.communicate(timeout=10)
    assert (process.returncode, err) == (0, b"")
    assert arrived == f"{answer}\n"


@pytest.mark.parametrize("error", ["BrokenPipeError(32, 'Broken pipe')", "OSError(28, 'No space left on device')"])
def test_what_the_files_of_a_model_meet_is_not_taken_for_a_failure_of_the_output(tmp_path: Path, error: str) -> None:
    body = f"""
        def generate(self, prompt, call):
            yield "so far"
            raise {error}
    """
    done = llm("-m", "faulty", "hi", **install_model(tmp_path / "site", body))
    assert (done.code, done.out) == (1, "so far\n")
    assert done.err.startswith("Error: unexpected ")
    assert "output" not in done.err


@pytest.mark.parametrize("write", ["print('x' * 100_000)", "sys.stdout.buffer.write(b'x' * 100_000)"])
@pytest.mark.parametrize("where", ["| true; exit ${PIPESTATUS[0]}", "> /dev/full"])
def test_a_command_of_a_plugin_meets_a_broken_output_as_others_do(tmp_path: Path, write: str, where: str) -> None:
    source = f"""
        import sys
        import time
        import llm

        @llm.hookimpl
        def register_commands(cli):
            @cli.command()
            def shout():
                time.sleep(0.3)
                {write}
    """
    environ = install(tmp_path / "site", "llm-shout", source)
    done = shell(f"$LLM shout {where}", **environ)
    full = (1, "", "Error: The output cannot be written: No space left on device\n")
    assert done == (full if "full" in where else (141, "", ""))


def test_standard_error_that_cannot_be_written_changes_nothing(serve: Serve, tmp_path: Path) -> None:
    """Neither what is said of a plugin that fails, nor what it prints itself, nor the error of a wrong call."""
    source = """
        import sys
        print("what I always wanted to say", file=sys.stderr, flush=True)
        raise ImportError("no such thing")
    """
    serve(chat_stream("Hello"))
    environ = install(tmp_path / "site", "llm-broken", source)
    assert shell(f"{ASK} 2>/dev/full", **environ) == (0, "Hello\n", "")
    for command, code in (("--nope", 2), ("prompt --nope", 2), ("keys get nix", 2), ("-m nix hi", 3)):
        assert shell(f"$LLM {command} 2>/dev/full", **environ).code == code


def test_a_plugin_that_prints_to_standard_error_works_where_that_cannot_be_written(tmp_path: Path) -> None:
    body = """
        def generate(self, prompt, call):
            print("x" * 100_000, file=sys.stderr, flush=True)
            yield "Hello"
    """
    environ = install_model(tmp_path / "site", body, before="import sys")
    assert shell("$LLM -m faulty hi 2>/dev/full", **environ) == (0, "Hello\n", "")
