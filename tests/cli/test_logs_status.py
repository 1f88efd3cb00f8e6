"""`llm logs status`, `on` and `off`: whether prompts are logged, and how much is."""

from __future__ import annotations

import re

from llm._storage.history import spool_of
from llm.testing import chat_stream

from .command import llm, user_dir
from .conftest import Serve
from .kept import keep


def test_the_status_tells_what_is_logged_and_where() -> None:
    keep("1", "2", conversation="c1")
    keep("3", conversation="c2")
    done = llm("logs", "status")
    assert (done.code, done.err) == (0, "")
    assert re.fullmatch(
        "Logging is ON for all prompts\n"
        f"Found log database at {re.escape(str(user_dir() / 'history.db'))}\n"
        r"Number of conversations logged:\t2\nNumber of turns logged:\t\t3\nDatabase file size: \t\t\d+\.\d\dKB\n",
        done.out,
    )


def test_without_a_history_the_status_says_so_and_makes_none() -> None:
    path = user_dir() / "history.db"
    assert llm("logs", "status") == (0, f"Logging is ON for all prompts\nNo log database found at {path}\n", "")
    assert not path.exists()


def test_logging_is_turned_off_and_on(serve: Serve) -> None:
    serve(*(chat_stream("Hello") for _ in range(2)))
    assert llm("logs", "off") == (0, "", "")
    assert llm("logs", "status").out.startswith("Logging is OFF\n")
    llm("-m", "mine/m", "one")
    assert llm("logs", "on") == (0, "", "")
    assert llm("logs", "on") == (0, "", "")
    llm("-m", "mine/m", "two")
    assert [turn["prompt"] for turn in llm("logs", "--json").json] == ["two"]


def test_turns_that_still_run_are_counted() -> None:
    keep("1")
    assert "still run" not in llm("logs", "status").out
    file = spool_of(user_dir() / "history.db").open("01aaa")
    try:
        assert llm("logs", "status").out.endswith("Turns that still run, or could not be added yet:\t1\n")
    finally:
        file.remove()
