"""`llm "text"` asks a model."""

from __future__ import annotations

import json
import re
import sqlite3

import pytest

from llm.testing import Cut, ModelServer, Pause, chat_reply, chat_stream, error_reply

from .command import connect, llm, user_dir
from .conftest import Serve

ASK = ("-m", "mine/m")


def messages(server: object, index: int = 0) -> list[tuple[str, str]]:
    body = server.exchanges[index].json()  # type: ignore[attr-defined]
    return [(message["role"], message["content"]) for message in body["messages"]]


def logs(*arguments: str) -> list[dict[str, object]]:
    turns: list[dict[str, object]] = llm("logs", "-n", "0", "--json", *arguments).json
    return turns


@pytest.mark.parametrize("arguments", [("prompt", *ASK, "hi"), (*ASK, "hi"), ("hi", *ASK), ("prompt", "hi", *ASK)])
def test_prompt_is_the_default_command_and_options_stand_anywhere(serve: Serve, arguments: tuple[str, ...]) -> None:
    server = serve(chat_stream("Hello ", "you"))
    assert llm(*arguments) == (0, "Hello you\n", "")
    assert messages(server) == [("user", "hi")]


def test_a_real_model_server_answers(model_server: ModelServer) -> None:
    connect(model_server.url)
    streamed, whole = llm("-m", "mine/scripted", "hi"), llm("-m", "mine/scripted", "--no-stream", "hi")
    assert streamed == whole
    assert streamed.out.startswith("Hello! I am a small scripted model")


def test_a_real_model_server_that_asks_for_a_key_gets_it(keyed_model_server: ModelServer) -> None:
    assert keyed_model_server.key is not None
    connect(keyed_model_server.url)
    refused = llm("-m", "mine/scripted", "hi")
    assert (refused.code, refused.out) == (4, "")
    given = llm("-m", "mine/scripted", "--key", keyed_model_server.key, "hi")
    llm("keys", "set", "mine", stdin=keyed_model_server.key)
    stored = llm("-m", "mine/scripted", "hi")
    assert given == stored
    assert stored.code == 0


@pytest.mark.parametrize(
    ("stdin", "argument", "prompt"),
    [
        ("piped\n", "ask", "piped\nask"),
        ("piped", "ask", "piped ask"),
        ("piped", None, "piped"),
        ("piped\n", None, "piped\n"),
        ("", "ask", "ask"),
        ("\ufeffone\r\ntwo", "ask", "one\ntwo ask"),
        ("größe 🦤", "größer", "größe 🦤 größer"),
    ],
)
def test_what_is_piped_in_goes_before_the_argument(serve: Serve, stdin: str, argument: str | None, prompt: str) -> None:
    server = serve(chat_stream("ok"))
    assert llm(*ASK, *filter(None, [argument]), stdin=stdin).code == 0
    assert messages(server) == [("user", prompt)]


def test_what_is_piped_in_must_be_utf_8() -> None:
    done = llm("-m", "manual", "hi", stdin=b"caf\xe9")
    assert (done.code, done.out) == (2, "")
    assert "Standard input is not text in UTF-8 (byte 3 is 0xe9)" in done.err


def test_a_prompt_that_is_the_name_of_a_command_follows_two_dashes(serve: Serve) -> None:
    server = serve(chat_stream("ok"))
    assert llm(*ASK, "--", "--models").code == 0
    assert messages(server) == [("user", "--models")]


def test_the_system_prompt_and_options_are_sent(serve: Serve) -> None:
    server = serve(chat_stream("ok"))
    llm(*ASK, "-s", "be brief", "-o", "temperature", "0.5", "-o", "stop", '["a"]', "-o", "grammar", "root", "hi")
    body = server.exchanges[0].json()
    assert messages(server) == [("system", "be brief"), ("user", "hi")]
    assert (body["temperature"], body["stop"], body["grammar"]) == (0.5, ["a"], "root")


def test_without_streaming_the_answer_is_asked_for_whole(serve: Serve) -> None:
    server = serve(chat_reply("Hello"))
    assert llm(*ASK, "--no-stream", "hi").out == "Hello\n"
    assert not server.exchanges[0].json().get("stream")


def test_usage_is_told_on_standard_error(serve: Serve) -> None:
    serve(chat_stream("Hello", usage=(1234, 5)), chat_stream("Hello"))
    assert llm(*ASK, "-u", "hi") == (0, "Hello\n", "Token usage: 1,234 input, 5 output\n")
    assert llm(*ASK, "--usage", "hi").err == "Token usage: the provider did not say\n"


def test_reasoning_is_not_part_of_the_answer_and_not_shown_off_a_terminal(serve: Serve) -> None:
    serve(chat_stream({"reasoning_content": "Hmm."}, "Hello"))
    assert llm(*ASK, "hi") == (0, "Hello\n", "")
    assert logs()[0]["reasoning"] == "Hmm."


def test_the_turn_is_kept(serve: Serve) -> None:
    serve(chat_stream("Hello", usage=(3, 1)))
    llm(*ASK, "-s", "be brief", "-o", "seed", "7", "hi")
    (turn,) = logs()
    assert (turn["prompt"], turn["system"], turn["response"]) == ("hi", "be brief", "Hello")
    assert (turn["model"], turn["options_json"], turn["status"]) == ("mine/m", {"seed": 7}, "done")


def test_the_turn_is_on_disk_before_the_answer_has_come(serve: Serve) -> None:
    from .command import start

    server = serve(chat_stream(Pause(0.7), "Hello"))
    process = start(*ASK, "hi")
    server.exchange(0)
    (turn,) = logs()
    assert (turn["prompt"], turn["status"]) == ("hi", "running")
    process.communicate(timeout=10)
    assert logs()[0]["status"] == "done"


def test_json_is_the_turn_as_the_history_prints_it(serve: Serve) -> None:
    serve(chat_stream("Hello", usage=(3, 1)))
    done = llm(*ASK, "--json", "hi")
    assert done.json == logs()
    assert done.err == ""


@pytest.mark.parametrize("flag", ["-n", "--no-log"])
def test_a_turn_need_not_be_kept(serve: Serve, flag: str) -> None:
    serve(chat_stream("Hello"), chat_stream("Hello"))
    assert llm(*ASK, flag, "hi").out == "Hello\n"
    assert llm(*ASK, flag, "--json", "hi").json[0]["response"] == "Hello"
    assert not (user_dir() / "history.db").exists()


def test_no_turn_is_kept_while_logging_is_off_unless_that_is_asked_for(serve: Serve) -> None:
    serve(chat_stream("Hello"), chat_stream("Hello"))
    (user_dir() / "logs-off").touch()
    llm(*ASK, "first")
    assert logs() == []
    llm(*ASK, "--log", "second")
    assert [turn["prompt"] for turn in logs()] == ["second"]


def test_an_answer_comes_though_its_turn_cannot_be_kept(serve: Serve) -> None:
    serve(chat_stream("Hello"))
    (user_dir() / "history.db").write_bytes(b"not a database" * 100)
    done = llm(*ASK, "hi")
    assert (done.code, done.out) == (0, "Hello\n")
    assert done.err.count("This turn waits to be added to the history by the next command, in") == 1


def test_an_option_that_is_given_twice_is_an_error(serve: Serve) -> None:
    server = serve(chat_stream("ok"))
    done = llm(*ASK, "-o", "seed", "1", "-o", "seed", "2", "hi")
    assert done.code == 2
    assert "The option seed is given twice" in done.err
    assert server.exchanges == []


def test_an_option_that_a_catalogued_model_does_not_know_is_an_error_that_lists_what_it_knows() -> None:
    done = llm("-m", "gpt-4o-mini", "--key", "k", "-o", "volume", "11", "hi")
    assert "gpt-4o-mini has no option 'volume'" in done.err
    assert "temperature" in done.err


def test_the_options_of_a_model_are_shown_and_nothing_is_asked() -> None:
    done = llm("-m", "gpt-4o-mini", "--options")
    assert done.code == 0
    assert "    temperature: float (from 0 to 2)\n      How random" in done.out
    assert "    key: openai\n    env_var: OPENAI_API_KEY" in done.out


def test_attempts_are_repeated_unless_that_is_not_wanted(serve: Serve) -> None:
    server = serve(error_reply(500), error_reply(429), chat_stream("Hello"), error_reply(500), chat_stream("never"))
    assert llm(*ASK, "hi") == (0, "Hello\n", "")
    assert [attempt["status"] for attempt in logs()[0]["attempts"]] == [500, 429]  # type: ignore[attr-defined]
    assert llm(*ASK, "--no-retry", "hi").code == 7
    assert len(server.exchanges) == 4


def test_a_key_that_is_given_is_sent_and_shown_nowhere(serve: Serve) -> None:
    secret = "sk-very-secret-1234567890"
    server = serve(chat_stream("Hello"), error_reply(401, f"{secret} is not valid"), chat_stream("Hel", Cut()))
    done = [llm(*ASK, "--key", secret, "-u", "--json", "hi") for _ in range(3)]
    assert {exchange.headers["authorization"] for exchange in server.exchanges} == {f"Bearer {secret}"}
    assert [each.code for each in done] == [0, 4, 8]
    assert not [each for each in done if secret in each.out + each.err]
    assert secret.encode() not in b"".join(path.read_bytes() for path in user_dir().iterdir() if path.is_file())


def test_a_key_may_be_given_by_the_name_that_it_is_stored_under(serve: Serve) -> None:
    server = serve(chat_stream("Hello"))
    llm("keys", "set", "work", "--value", "sk-work")
    assert llm(*ASK, "--key", "work", "hi").code == 0
    assert server.exchanges[0].headers["authorization"] == "Bearer sk-work"


def test_an_answer_that_was_cut_at_the_token_limit_is_whole_in_nothing_but_its_text(serve: Serve) -> None:
    """It is printed, reported on standard error, told by the exit code, and kept with the provider's reason."""
    serve(chat_stream("Hel", finish="length"), chat_stream("Hel", finish="length"))
    done = llm(*ASK, "-o", "max_tokens", "1", "hi")
    assert done == (9, "Hel\n", "The answer was cut at the token limit of 1 tokens; raise it with -o max_tokens N\n")
    assert logs()[0]["finish_reason"] == "length"
    assert llm(*ASK, "--json", "hi").json[0]["response"] == "Hel"


def test_an_answer_that_was_filtered_is_reported(serve: Serve) -> None:
    serve(chat_stream("Hel", finish="content_filter"), chat_stream({"refusal": "I will not."}))
    assert llm(*ASK, "hi") == (0, "Hel\n", "The answer was cut by the provider's content filter\n")
    refused = llm(*ASK, "hi")
    assert (refused.code, refused.out) == (0, "I will not.\n")
    assert refused.err == "The model refused to answer\n"


def test_what_arrived_before_an_error_stays_and_the_error_begins_a_line(serve: Serve) -> None:
    serve(chat_stream("Hello ", "wor", Cut(reset=True)))
    done = llm(*ASK, "hi")
    assert (done.code, done.out) == (8, "Hello wor\n")
    assert done.err.startswith("Error: ")
    (turn,) = logs()
    assert (turn["status"], turn["response"]) == ("error", "Hello wor")


def test_pieces_are_printed_as_they_come(serve: Serve) -> None:
    from .command import start

    serve(chat_stream("Hello", Pause(1), " you"))
    process = start(*ASK, "hi")
    assert process.stdout is not None
    assert process.stdout.read(5) == b"Hello"
    assert process.poll() is None
    assert process.communicate(timeout=10)[0] == b" you\n"


def test_the_model_of_the_environment_goes_before_the_default_and_the_option_before_both(serve: Serve) -> None:
    server = serve(chat_stream("a"), chat_stream("b"), chat_stream("c"))
    llm("models", "default", "mine/default")
    llm("hi")
    llm("hi", LLM_MODEL="mine/environment")
    llm("-m", "mine/option", "hi", LLM_MODEL="mine/environment")
    assert [exchange.json()["model"] for exchange in server.exchanges] == ["default", "environment", "option"]


def test_the_model_that_was_picked_for_a_key_is_told_in_one_line(serve: Serve) -> None:
    server = serve(chat_stream("Hello"))
    done = llm("hi", OPENAI_API_KEY="sk-test", OPENAI_BASE_URL=server.url)
    assert (done.code, done.out) == (0, "Hello\n")
    assert re.fullmatch(r"Using gpt-\S+, as there is a key for openai .*\n", done.err)


def test_a_script_without_a_model_is_told_the_ways_to_connect_one_and_never_asks_the_manual() -> None:
    done = llm("hi")
    assert (done.code, done.out) == (3, "")
    assert "llm keys set openai" in done.err
    assert "llm endpoints add" in done.err


def test_the_manual_answers_where_it_is_named() -> None:
    done = llm("-m", "manual", "How do I store a key?")
    assert (done.code, done.err) == (0, "")
    assert "llm keys set openai" in done.out


def test_an_alias_of_the_user_stands_for_its_model(serve: Serve) -> None:
    server = serve(chat_stream("Hello"))
    (user_dir() / "aliases.json").write_text(json.dumps({"short": "mine/long-name"}), "utf-8")
    assert llm("-m", "short", "hi").out == "Hello\n"
    assert server.exchanges[0].json()["model"] == "long-name"


def test_the_history_is_closed_when_the_command_ends(serve: Serve) -> None:
    """Nothing is left in the files beside it."""
    serve(chat_stream("Hello"))
    llm(*ASK, "hi")
    assert [path.name for path in user_dir().glob("history.db*")] == ["history.db"]
    connection = sqlite3.connect(user_dir() / "history.db")
    assert connection.execute("SELECT status FROM turn").fetchall() == [("done",)]
    connection.close()
