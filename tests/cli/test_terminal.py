"""What is different where somebody sits at a terminal."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from llm.testing import FaultyServer, Pause, chat_stream, error_reply

from .command import llm
from .conftest import Serve
from .installed import install_model

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are a thing of POSIX")
if sys.platform != "win32":
    from .terminal import Terminal


def test_the_command_alone_shows_its_help() -> None:
    with Terminal() as terminal:
        code, screen = terminal.finish()
    assert code == 0
    assert screen == llm("--help").out


def test_a_key_is_asked_for_and_not_shown() -> None:
    with Terminal("keys", "set", "mine") as terminal:
        terminal.wait_for("Enter key for mine: ")
        terminal.type("sk-hidden\n")
        code, screen = terminal.finish()
    assert code == 0
    assert "sk-hidden" not in screen
    assert llm("keys", "get", "mine").out == "sk-hidden\n"


def test_a_key_that_is_not_given_is_not_stored() -> None:
    with Terminal("keys", "set", "mine") as terminal:
        terminal.wait_for("Enter key")
        terminal.type("\x04")
        code, screen = terminal.finish()
    assert code == 2
    assert "Error: No key was given" in screen
    assert llm("keys", "list").out == ""


def test_a_prompt_is_typed_where_none_is_given(serve: Serve) -> None:
    server = serve(chat_stream("Hello"))
    with Terminal("-m", "mine/m") as terminal:
        terminal.wait_for("Type the prompt, and end it with Ctrl-D on a line of its own:\n")
        terminal.type("two\nlines\n\x04")
        code, screen = terminal.finish()
    assert code == 0
    assert screen.endswith("Hello\n")
    assert server.exchanges[0].json()["messages"][0]["content"] == "two\nlines\n"


def test_a_terminal_is_not_read_where_a_prompt_is_given(serve: Serve) -> None:
    serve(chat_stream("Hello"))
    with Terminal("-m", "mine/m", "hi") as terminal:
        assert terminal.finish() == (0, "Hello\n")


def test_the_manual_answers_where_nothing_else_can_and_that_is_said() -> None:
    with Terminal("How do I store a key?") as terminal:
        code, screen = terminal.finish()
    assert code == 0
    assert screen.startswith("No model is configured, so the offline manual answers")
    assert "llm keys set openai" in screen


@pytest.mark.parametrize("stream", ["stdin", "stdout"])
def test_the_manual_is_not_asked_where_one_side_is_no_terminal(stream: str) -> None:
    with Terminal("How do I store a key?", piped=(stream,)) as terminal:
        if terminal.process.stdin is not None:
            terminal.process.stdin.close()
        code, _ = terminal.finish()
    assert code == 3


def test_reasoning_is_dimmed_and_on_lines_of_its_own(serve: Serve) -> None:
    pieces = ({"reasoning_content": "Let me "}, {"reasoning_content": "see."}, "Hello")
    serve(*[chat_stream(*pieces)] * 4)
    with Terminal("-m", "mine/m", "hi") as terminal:
        assert terminal.finish() == (0, "\x1b[2mLet me \x1b[0m\x1b[2msee.\x1b[0m\nHello\n")
    with Terminal("-m", "mine/m", "hi", NO_COLOR="1") as terminal:
        assert terminal.finish() == (0, "Let me see.\nHello\n")
    with Terminal("-m", "mine/m", "-R", "hi") as terminal:
        assert terminal.finish() == (0, "Hello\n")
    with Terminal("-m", "mine/m", "hi", piped=("stdout",)) as terminal:
        code, screen = terminal.finish()
        assert terminal.process.stdout is not None
        assert (code, terminal.process.stdout.read()) == (0, b"Hello\n")
    assert "see." in screen


def test_control_characters_of_a_model_are_shown_and_do_nothing(serve: Serve) -> None:
    evil = "\x1b]0;title\x07 \x1b[2J \x9b31m \x08 \x7f\ttab"
    serve(*[chat_stream(evil)] * 2)
    with Terminal("-m", "mine/m", "hi") as terminal:
        assert terminal.finish()[1] == "␛]0;title␇ ␛[2J \N{REPLACEMENT CHARACTER}31m ␈ ␡\ttab\n"
    with Terminal("logs", "-r") as terminal:
        assert "\x1b" not in terminal.finish()[1]
    assert llm("-m", "mine/m", "hi").out == f"{evil}\n"
    assert llm("logs", "-r").out == f"{evil}\n"


def test_attempts_that_fail_are_told(serve: Serve) -> None:
    serve(error_reply(429, "Too fast"), chat_stream("Hello"))
    with Terminal("-m", "mine/m", "hi", NO_COLOR="1") as terminal:
        code, screen = terminal.finish()
    assert code == 0
    assert screen == "mine answered 429: Too fast - trying again in 0.0 s\nHello\n"


def test_pieces_are_shown_as_they_come(serve: Serve) -> None:
    serve(chat_stream("Hello", Pause(3), " you"))
    with Terminal("-m", "mine/m", "hi") as terminal:
        terminal.wait_for("Hello", seconds=2.5)
        assert "you" not in terminal.screen


def test_a_word_that_is_much_like_a_command_is_asked_and_the_command_named(serve: Serve) -> None:
    server = serve(chat_stream("Hello"), chat_stream("Hello"))
    llm("models", "default", "mine/m")
    with Terminal("modles") as terminal:
        assert terminal.finish() == (0, "'modles' is asked as a prompt. For the command: llm models\nHello\n")
    assert llm("modles") == (0, "Hello\n", "")
    assert len(server.exchanges) == 2


def test_a_command_that_needs_no_input_does_not_wait_for_it() -> None:
    with FaultyServer() as server, Terminal("endpoints", "add", "mine", server.url, piped=("stdin",)) as terminal:
        assert terminal.finish(5)[0] == 0


def test_a_key_that_is_no_text_is_refused_in_words() -> None:
    with Terminal("keys", "set", "mine", PYTHONIOENCODING="utf-8:strict") as terminal:
        terminal.wait_for("Enter key")
        terminal.type(b"sk-\xff\xfe\n")
        code, screen = terminal.finish()
    assert code == 2
    assert "Error: The key" in screen
    assert "Traceback" not in screen
    assert "sk-" not in screen
    assert llm("keys", "list").out == ""


def test_titles_and_options_of_plugins_models_do_not_steer_the_terminal_or_forge_lines(tmp_path: Path) -> None:
    body = """
        class Options(llm.Options):
            x: int = Field(1, description="\\x1b[31mred")

        def __str__(self):
            return "\\x1b[2Jtitle\\nforged: line"

        def generate(self, prompt, call):
            yield "x"
    """
    environ = install_model(tmp_path / "site", body, before="from pydantic import Field")
    for command in (("models", "--options"), ("-m", "faulty", "--options")):
        with Terminal(*command, **environ) as terminal:
            code, screen = terminal.finish()
        assert code == 0
        assert "\x1b" not in screen
        assert "␛[2Jtitle␊forged: line" in screen
        assert "      ␛[31mred\n" in screen


def test_what_is_said_of_a_server_on_standard_error_does_not_steer_the_terminal(serve: Serve) -> None:
    serve(error_reply(429, "\x1b[31mToo fast"), chat_stream({"reasoning_content": "\x1b[2J\x9b31m\x7f"}, "Hello"))
    with Terminal("-m", "mine/m", "hi", NO_COLOR="1") as terminal:
        code, screen = terminal.finish()
    assert code == 0
    assert not {"\x1b", "\x9b", "\x7f"} & {*screen}
    assert "␛[31mToo fast" in screen
