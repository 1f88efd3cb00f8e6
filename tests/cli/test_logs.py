"""`llm logs`: what was asked and answered."""

from __future__ import annotations

import re

from llm.testing import Cut, chat_stream

from .command import llm, user_dir
from .conftest import Serve


def ask(serve: Serve, *prompts: str) -> None:
    serve(*(chat_stream(f"Answer to {prompt}", usage=(3, 1)) for prompt in prompts))
    for prompt in prompts:
        llm("-m", "mine/m", "-s", "be brief", "-o", "seed", "7", prompt)


def test_a_turn_is_shown_in_markdown(serve: Serve) -> None:
    ask(serve, "one")
    header, _, rest = llm("logs").out.partition("\n\n")
    assert re.fullmatch(r"# \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d    conversation: [0-9a-z]{26} id: [0-9a-z]{26}", header)
    assert rest == (
        "Model: **mine/m** (resolved: **scripted**)\n\n"
        "## Prompt\n\none\n\n"
        "## Options\n\n- seed: 7\n\n"
        "## System\n\nbe brief\n\n"
        "## Response\n\nAnswer to one\n\n"
    )


def test_usage_is_shown_when_it_is_asked_for(serve: Serve) -> None:
    ask(serve, "one")
    assert re.search(r"\n## Token usage\n\n3 input, 1 output\n\nDuration: \d+ms \(\d+s\)\n\n$", llm("logs", "-u").out)


def test_the_last_three_turns_are_shown_the_newest_at_the_end(serve: Serve) -> None:
    ask(serve, "one", "two", "three", "four")
    assert re.findall(r"## Prompt\n\n(.*)\n", llm("logs").out) == ["two", "three", "four"]
    assert re.findall(r"## Prompt\n\n(.*)\n", llm("logs", "list", "-n", "2").out) == ["three", "four"]
    assert [turn["prompt"] for turn in llm("logs", "-n", "0", "--json").json] == ["one", "two", "three", "four"]
    assert llm("logs", "-r").out == "Answer to four\n"
    assert llm("logs", "--response").out == "Answer to four\n"


def test_a_turn_that_did_not_end_well_says_so(serve: Serve) -> None:
    serve(chat_stream("Hel", Cut()))
    llm("-m", "mine/m", "hi")
    shown = llm("logs").out
    assert "## Response\n\nHel\n\nStatus: **error** (failed)\n\nError: NetworkError: " in shown


def test_without_a_history_nothing_is_shown_and_no_file_is_made() -> None:
    assert llm("logs") == (0, "", "Nothing has been asked yet\n")
    assert llm("logs", "--json") == (0, "[]\n", "")
    assert not (user_dir() / "history.db").exists()


def test_the_path_is_where_the_history_is(serve: Serve) -> None:
    ask(serve, "one")
    assert llm("logs", "path").out == f"{user_dir() / 'history.db'}\n"
    assert (user_dir() / "history.db").is_file()
