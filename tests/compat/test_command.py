"""llm-echo and llm-markov answer on the command line."""

from __future__ import annotations

import json

import pytest

from cli.command import llm


@pytest.fixture(autouse=True)
def plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both plugins are used, and nothing else."""
    monkeypatch.setenv("LLM_LOAD_PLUGINS", "llm-echo,llm-markov")


def test_echo_answers_with_its_options_and_its_usage() -> None:
    done = llm("-m", "echo", "hi", "-s", "sys", "-o", "example_bool", "true", "-u")
    assert done.code == 0
    assert done.json["prompt"] == "hi"
    assert done.json["system"] == "sys"
    assert done.json["options"] == {"example_bool": True}
    assert "2 input" in done.err


def test_reasoning_is_no_part_of_the_answer() -> None:
    done = llm("-m", "echo", "hi", "-o", "thinking", "1")
    assert done.json["prompt"] == "hi"


def test_standard_input_comes_before_the_argument() -> None:
    assert llm("-m", "echo", "question", stdin="text").json["prompt"] == "text question"


def test_markov_says_as_many_words_as_it_is_asked_for() -> None:
    done = llm("-m", "markov", "the cat and the dog", "-o", "length", "5", "-o", "delay", "0")
    assert (done.code, done.err) == (0, "")
    assert len(done.out.split()) == 5


def test_a_wrong_option_is_an_error_that_names_it() -> None:
    done = llm("-m", "markov", "a b", "-o", "length", "1")
    assert done.code != 0
    assert done.out == ""
    assert "length must be >= 2" in done.err


def test_a_key_on_the_command_line_reaches_the_model() -> None:
    assert llm("-m", "echo-needs-key", "hi", "--key", "literal").json["key"] == "literal"
    missing = llm("-m", "echo-needs-key", "hi")
    assert missing.code != 0
    assert "llm keys set echo-needs-key" in missing.err


def test_the_turn_is_kept_with_the_plugins_usage() -> None:
    llm("-m", "echo", "hi")
    (turn,) = json.loads(llm("logs", "--json").out)
    assert (turn["model"], turn["prompt"], turn["status"], turn["input_tokens"]) == ("echo", "hi", "done", 1)


def test_the_plugins_models_are_listed() -> None:
    listed = llm("models").out
    for model in ("echo", "echo-needs-key", "markov"):
        assert model in listed
