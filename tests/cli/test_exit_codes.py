"""Every exit code of the table comes from what the table says."""

from __future__ import annotations

import json
import os
import re
import signal
from pathlib import Path

import pytest

import llm as library
from llm import errors
from llm._cli import exit_codes
from llm._cli.border import run
from llm.testing import Cut, FaultyServer, Reply, Stall, chat_stream, error_reply

from .command import Done, connect, llm, python, shell, start, user_dir
from .installed import install_model

UNFORESEEN = """
import llm._cli.root as root
from llm.__main__ import main

def fail(*_):
    raise ValueError("first\\nsecond \\x1b[31m")

root.Root.invoke = fail
exit(main(["keys"]))
"""
ASK = ("-m", "mine/m", "--no-retry", "hi")


def ask(*replies: Reply, more: tuple[str, ...] = ()) -> Done:
    with FaultyServer(*replies) as server:
        connect(server.url)
        return llm(*ASK, *more)


def nothing_listens() -> str:
    with FaultyServer() as server:
        return server.url


def ok() -> int:
    return ask(chat_stream("Hello")).code


def failure() -> int:
    return python(UNFORESEEN).code


def usage() -> int:
    return llm("prompt", "--no-such-option").code


def no_model() -> int:
    return llm("hi").code


def authentication() -> int:
    return ask(error_reply(401)).code


def rate_limit() -> int:
    return ask(error_reply(429)).code


def provider() -> int:
    return ask(error_reply(500)).code


def network() -> int:
    connect(nothing_listens())
    return llm(*ASK).code


def budget() -> int:
    return ask(chat_stream("never"), more=("--max-cost", "0.01")).code


def schema() -> int:
    return ask(chat_stream("no JSON"), more=("--schema", '{"type": "object"}', "--no-repair")).code


def truncated() -> int:
    return ask(chat_stream("Hel", finish="length")).code


def history() -> int:
    user_dir().mkdir()
    (user_dir() / "history.db").write_bytes(b"not a database" * 100)
    return llm("logs").code


def ended_by(number: int) -> int:
    with FaultyServer(chat_stream("Hello", Stall())) as server:
        connect(server.url)
        process = start(*ASK)
        assert process.stdout is not None
        process.stdout.read(5)
        process.send_signal(number)
        process.communicate(timeout=10)
        return process.returncode


def hung_up() -> int:
    return ended_by(signal.SIGHUP)


def cancelled() -> int:
    return ended_by(signal.SIGINT)


def terminated() -> int:
    return ended_by(signal.SIGTERM)


def closed_pipe() -> int:
    return shell("$LLM endpoints list --json | true; exit ${PIPESTATUS[0]}").code


CAUSES = {
    exit_codes.OK: ok,
    exit_codes.FAILURE: failure,
    exit_codes.USAGE: usage,
    exit_codes.NO_MODEL: no_model,
    exit_codes.AUTHENTICATION: authentication,
    exit_codes.RATE_LIMIT: rate_limit,
    exit_codes.BUDGET: budget,
    exit_codes.PROVIDER: provider,
    exit_codes.NETWORK: network,
    exit_codes.TRUNCATED: truncated,
    exit_codes.SCHEMA: schema,
    exit_codes.HISTORY: history,
    exit_codes.HUNG_UP: hung_up,
    exit_codes.CANCELLED: cancelled,
    exit_codes.CLOSED_PIPE: closed_pipe,
    exit_codes.TERMINATED: terminated,
}


def test_every_code_of_the_table_has_a_test_here() -> None:
    constants = {value for name, value in vars(exit_codes).items() if name.isupper() and isinstance(value, int)}
    assert set(CAUSES) == set(exit_codes.MEANINGS) == constants


@pytest.mark.parametrize("code", CAUSES)
def test_the_code_is_the_one_that_the_table_gives(code: int) -> None:
    assert CAUSES[code]() == code


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("-m", "nix", "hi"), exit_codes.NO_MODEL),
        (("-m", "", "hi"), exit_codes.NO_MODEL),
        (("models", "default", "nix"), exit_codes.NO_MODEL),
        (("-m", "gpt-4o-mini", "hi"), exit_codes.AUTHENTICATION),
        (("endpoints", "models", "openai"), exit_codes.AUTHENTICATION),
        (("-m", "gpt-4o-mini", "-o", "nix", "1", "--key", "k", "hi"), exit_codes.USAGE),
        (("-m", "gpt-4o-mini", "-o", "temperature", "warm", "--key", "k", "hi"), exit_codes.USAGE),
        (("-m", "manual", "-o", "seed", "1", "-o", "seed", "2", "hi"), exit_codes.USAGE),
        (("-m", "manual", "--log", "-n", "hi"), exit_codes.USAGE),
        (("-m", "manual", "--timeout", "0", "hi"), exit_codes.USAGE),
        (("-m", "manual", "--timeout", "nan", "hi"), exit_codes.USAGE),
        (("-m", "manual", "--timeout", "soon", "hi"), exit_codes.USAGE),
        (("-m", "manual"), exit_codes.USAGE),
        (("-m", "manual", " \n"), exit_codes.USAGE),
        (("keys", "get", "nix"), exit_codes.USAGE),
        (("keys", "remove", "nix"), exit_codes.USAGE),
        (("keys", "set", "x", "--value", "two\nlines"), exit_codes.USAGE),
        (("endpoints", "add", "Bad Name", "http://localhost"), exit_codes.USAGE),
        (("endpoints", "add", "x", "localhost:80"), exit_codes.USAGE),
        (("endpoints", "remove", "nix"), exit_codes.USAGE),
        (("endpoints", "models", "nix"), exit_codes.USAGE),
        (("plugins", "disable", "nix"), exit_codes.USAGE),
        (("plugins", "enable", "nix"), exit_codes.USAGE),
        (("aliases", "remove", "nix"), exit_codes.USAGE),
        (("aliases", "set", "x"), exit_codes.USAGE),
        (("aliases", "set", "x", "nix"), exit_codes.NO_MODEL),
        (("aliases", "set", "x", "-q", "nix"), exit_codes.NO_MODEL),
        (("logs", "-n", "-1"), exit_codes.USAGE),
    ],
)
def test_what_cannot_be_done_is_told_in_words_and_by_a_code(
    arguments: tuple[str, ...], code: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On standard error alone, as a line that begins with `Error:`. A process of its own would add nothing here."""
    with Path(os.devnull).open(encoding="utf-8") as nothing:
        monkeypatch.setattr("sys.stdin", nothing)
        assert run(arguments) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert re.search(r"^Error: \S", err, re.MULTILINE)


@pytest.mark.parametrize("name", ["config.toml", "keys.json", "aliases.json", "disabled-plugins.json"])
def test_a_broken_file_in_the_user_directory_is_named(name: str) -> None:
    user_dir().mkdir()
    (user_dir() / name).write_text("{ broken", "utf-8")
    done = llm("-m", "gpt-4o-mini", "hi", LLM_LOAD_PLUGINS=None)
    assert done.code == exit_codes.USAGE
    assert str(user_dir() / name) in done.err
    assert "Hint: " in done.err


def test_a_connection_that_is_cut_has_the_code_of_the_network() -> None:
    assert ask(chat_stream("Hello", Cut(reset=True))).code == exit_codes.NETWORK


def test_a_reply_that_is_no_answer_has_the_code_of_the_provider() -> None:
    page = Reply(["<html><title>Welcome</title></html>"], headers={"Content-Type": "text/html"})
    done = ask(page)
    assert done.code == exit_codes.PROVIDER
    assert "an HTML page" in done.err


def test_a_timeout_has_the_code_of_the_network() -> None:
    done = ask(chat_stream("Hel", Stall()), more=("--timeout", "0.3"))
    assert (done.code, done.out) == (exit_codes.NETWORK, "Hel\n")
    assert "--timeout" in done.err


def test_the_provider_s_own_words_are_shown() -> None:
    done = ask(error_reply(400, "The moon is too bright"))
    assert "Error: mine answered 400: The moon is too bright\n" in done.err


def test_words_of_the_provider_do_not_steer_the_terminal() -> None:
    done = ask(error_reply(400, "\x1b]0;owned\x07"))
    assert "\x1b" not in done.err
    assert "␛]0;owned␇" in done.err


def test_every_error_class_has_a_code_of_its_own_kind() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.LLMError)]
    made = {kind: kind.__new__(kind) for kind in kinds if kind is not errors.LLMError}
    assert len(made) > 15
    assert exit_codes.FAILURE not in {exit_codes.code_of(error) for error in made.values()}


@pytest.mark.parametrize("arguments", [("-m", "nix", "hi"), ("keys", "get", "nix")])
def test_a_traceback_is_shown_where_it_is_asked_for(arguments: tuple[str, ...]) -> None:
    done = llm(*arguments, LLM_RAISE_ERRORS="1")
    assert done.code == 1
    assert done.err.startswith("Traceback")


def test_what_nobody_foresaw_is_one_line_and_how_to_learn_more() -> None:
    done = python(UNFORESEEN)
    assert (done.code, done.out) == (exit_codes.FAILURE, "")
    assert done.err == (
        "Error: unexpected ValueError: first second ␛[31m\nHint: LLM_RAISE_ERRORS=1 shows the traceback\n"
    )


def test_the_documentation_has_the_same_table() -> None:
    page = Path(library.__file__).parents[2] / "docs" / "reference" / "exit-codes.md"
    rows = re.findall(r"^\| (\d+) \| (.*) \|$", page.read_text("utf-8"), re.MULTILINE)
    assert {int(code): text.replace("\\|", "|") for code, text in rows} == exit_codes.MEANINGS


def test_an_unknown_model_is_told_with_those_that_look_like_it() -> None:
    done = llm("-m", "gpt-4o-minni", "hi")
    assert done.code == exit_codes.NO_MODEL
    assert done.err.startswith("Error: There is no model 'gpt-4o-minni'\nHint: Did you mean gpt-4o-mini")


def test_a_failure_is_no_json_on_standard_output() -> None:
    done = ask(error_reply(500), more=("--json",))
    assert (done.code, done.out) == (exit_codes.PROVIDER, "")
    assert json.loads(llm("logs", "--json").out)[0]["status"] == "error"


def test_a_name_that_is_empty_is_not_the_default_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM_MODEL", "manual")
    assert library.get_model().model_id == "manual"
    for get in (library.get_model, library.get_async_model):
        with pytest.raises(library.UnknownModelError, match="There is no model ''"):
            get("")


@pytest.mark.parametrize("error", ["asyncio.CancelledError('gone')", "GeneratorExit('gone')", "BaseException('gone')"])
def test_what_is_no_exception_is_told_in_two_lines_too(tmp_path: Path, error: str) -> None:
    body = f"""
        def generate(self, prompt, call):
            yield "so far"
            raise {error}
    """
    done = llm("-m", "faulty", "hi", **install_model(tmp_path / "site", body, before="import asyncio"))
    name = re.search(r"(\w+)\(", error)
    assert name is not None
    hint = "Hint: LLM_RAISE_ERRORS=1 shows the traceback"
    assert done == (exit_codes.FAILURE, "so far\n", f"Error: unexpected {name[1]}: gone\n{hint}\n")
