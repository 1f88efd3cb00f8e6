"""`llm conversations`: what was said together is listed, read, named and forked."""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import closing
from typing import Any

import pytest

from llm.testing import chat_stream

from .command import llm, user_dir
from .conftest import Serve

if sys.platform != "win32":
    from .terminal import Terminal

ON_POSIX = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are a thing of POSIX")


@pytest.fixture
def talk(serve: Serve) -> None:
    """Two conversations: `birds` with two turns, and one about fish."""
    serve(*map(chat_stream, ("Percy", "Polly", "A cod", "Other", "More")))
    for options in (["--name", "birds", "-s", "Be brief", "Name a pelican"], ["-c", "Another"], ["What about fish?"]):
        assert llm("-m", "mine/m", *options).code == 0


def listed(*options: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = llm("conversations", "list", "--json", *options).json
    return found


def shown(reference: str) -> Any:
    return llm("conversations", "show", reference, "--json").json


def test_without_conversations_there_is_nothing_to_list() -> None:
    assert llm("conversations") == (0, "", "There is no conversation yet\n")
    assert llm("convs", "--json").json == []
    assert llm("convs", "search", "anything") == (0, "", "Nothing was found\n")


@pytest.mark.usefixtures("talk")
def test_conversations_are_listed_the_one_used_last_at_the_end() -> None:
    lines = llm("conversations").out.splitlines()
    assert [line.split("  ")[0] for line in lines] == ["birds", "What about fish?"]
    assert [(each["title"], each["turns"], each["model"]) for each in listed()] == [
        ("birds", 2, "mine/m"),
        ("What about fish?", 1, "mine/m"),
    ]
    assert [each["title"] for each in listed("-n", "1")] == ["What about fish?"]
    assert llm("convs").out == llm("conversations", "list").out, "convs is short for it"


@pytest.mark.usefixtures("talk")
def test_words_are_searched_for() -> None:
    assert [each["title"] for each in llm("convs", "search", "pelican", "--json").json] == ["birds"]
    assert llm("convs", "search", "cod").out.startswith("What about fish?")
    assert llm("convs", "search", "pelican", "fish") == (0, "", "Nothing was found\n")


@pytest.mark.usefixtures("talk")
def test_tags_are_given_listed_and_taken_away() -> None:
    assert llm("convs", "tag", "birds", "work", "animals").out == "animals\nwork\n"
    assert llm("convs", "tag", "birds", "-r", "work", "new").out == "animals\nnew\n"
    assert llm("convs", "tag", "birds").out == "animals\nnew\n"
    assert [each["tags"] for each in listed("-t", "new")] == [["animals", "new"]]
    assert "#animals #new" in llm("convs").out
    assert llm("convs", "-t", "work") == (0, "", "Nothing was found\n")


@pytest.mark.usefixtures("talk")
def test_a_conversation_gets_another_name_and_none() -> None:
    assert llm("convs", "rename", "birds", "pelicans") == (0, "", "")
    assert llm("convs", "rename", listed()[1]["id"], "pelicans").code == 11
    assert llm("convs", "rename", "pelicans", "").code == 0
    assert [each["name"] for each in listed()] == [None, None]
    ran = llm("convs", "rename", "pelicans", "birds")
    assert (ran.code, ran.err) == (
        2,
        "Error: There is no conversation 'pelicans'\nHint: llm conversations lists them\n",
    )


@pytest.mark.usefixtures("talk")
def test_a_conversation_is_shown_with_the_ids_of_turns_and_messages() -> None:
    out = llm("convs", "show", "birds").out
    value = shown("birds")
    assert out.splitlines()[:3] == ["birds", value["id"], "System: Be brief"]
    for turn in value["turns"]:
        assert turn["id"] in out
        for message in (*turn["input"], turn["answer"]):
            assert f"{message['id'][:12]}  {message['role']:<9}  {message['parts'][0]['text']}" in out


@pytest.mark.usefixtures("talk")
def test_a_fork_goes_on_from_any_message_and_the_other_stays() -> None:
    first = shown("birds")["turns"][0]
    ran = llm("convs", "fork", first["answer"]["id"][:12], "--name", "fork")
    made = ran.out.strip()
    assert ran.err == f'To go on there: llm --cid {made} "..."\n'
    assert llm("-m", "mine/m", "--cid", "fork", "And?").out == "Other\n"
    fork = shown("fork")
    assert fork["id"] == made
    assert fork["system"] == "Be brief"
    assert [message["parts"][0]["text"] for message in fork["before"]] == ["Name a pelican", "Percy"]
    assert [turn["after"] for turn in fork["turns"]] == [first["answer"]["id"]]
    assert "Goes on from:" in llm("convs", "show", "fork").out
    assert len(shown("birds")["turns"]) == 2


@pytest.mark.usefixtures("talk")
def test_a_fork_begins_after_a_turn() -> None:
    last = shown("birds")["turns"][1]
    assert shown(llm("convs", "fork", last["id"]).out.strip())["head"] == last["answer"]["id"]
    ran = llm("convs", "fork", "ffffffffffff")
    assert (ran.code, ran.out) == (2, "")
    assert "no turn or message" in ran.err


@pytest.mark.usefixtures("talk")
def test_turns_that_go_on_from_the_same_message_are_drawn_as_branches() -> None:
    """As they come about when a conversation is asked twice at once."""
    before = shown("birds")["turns"][0]["answer"]["id"]
    with closing(sqlite3.connect(user_dir() / "history.db")) as connection, connection:
        connection.execute(
            "UPDATE conversation SET head = (SELECT key FROM message WHERE hash = ?) WHERE name = 'birds'",
            (bytes.fromhex(before),),
        )
    llm("-m", "mine/m", "--cid", "birds", "Or else?")
    lines = llm("convs", "show", "birds").out.splitlines()
    assert [line[:3] for line in lines[7:]] == ["│", "├─ ", "│  ", "│  ", "│", "└─ ", "   ", "   "]


@pytest.mark.usefixtures("talk")
def test_a_conversation_is_written_in_three_forms() -> None:
    assert llm("convs", "export", "birds").out.startswith("# birds\n")
    assert llm("convs", "export", "birds", "--format", "json").json == shown("birds")
    assert llm("convs", "export", "birds", "-f", "html").out.startswith("<!DOCTYPE html>\n")
    page, data = user_dir() / "a page.html", user_dir() / "data.JSON"
    assert llm("convs", "export", "birds", "-o", str(page)) == (0, "", "")
    assert "<h1" in page.read_text("utf-8")
    assert llm("convs", "export", "birds", "-o", str(data)).code == 0
    assert json.loads(data.read_text("utf-8")) == shown("birds")
    assert llm("convs", "export", "birds", "-o", str(user_dir() / "no" / "page.html")).code == 2


@pytest.mark.usefixtures("talk")
def test_a_conversation_is_deleted_when_that_is_confirmed() -> None:
    ran = llm("convs", "rm", "birds")
    assert (ran.code, ran.out) == (2, "")
    assert "To delete without asking: -y" in ran.err
    assert llm("convs", "rm", "birds", "--dry-run").err == "Would delete the conversation 'birds' with 2 turns\n"
    assert llm("convs", "rm", "birds", "-y") == (0, "", "Deleted the conversation 'birds' with 2 turns\n")
    assert [each["title"] for each in listed()] == ["What about fish?"]


@pytest.mark.usefixtures("talk")
def test_a_conversation_whose_text_a_fork_carries_stays_unless_that_goes_too() -> None:
    llm("convs", "fork", shown("birds")["turns"][0]["id"], "--name", "fork")
    llm("-m", "mine/m", "--cid", "fork", "And?")
    ran = llm("convs", "rm", "birds", "-y")
    assert ran.code == 2
    assert shown("fork")["turns"][0]["id"] in ran.err
    assert [each["name"] for each in listed()] == ["birds", None, "fork"], "nothing was changed"
    assert llm("convs", "rm", "birds", "-y", "--with-later").code == 0
    assert [each["turns"] for each in listed()] == [1, 0]


@pytest.mark.usefixtures("talk")
def test_a_fork_in_which_nothing_was_asked_is_deleted() -> None:
    llm("convs", "fork", shown("birds")["turns"][0]["id"], "--name", "fork")
    assert llm("convs", "rm", "fork", "-y").err == "Deleted the conversation 'fork' with no turns\n"
    assert [each["name"] for each in listed()] == ["birds", None]


@ON_POSIX
def test_a_terminal_gets_no_control_characters_and_whole_lines(serve: Serve) -> None:
    serve(chat_stream("\x1b[31mred\x07 " + "word " * 50))
    llm("-m", "mine/m", "\x1b]0;title\x07 " + "long " * 50)
    for command in (["convs"], ["convs", "show", "0"], ["convs", "export", "0"], ["logs", "export"]):
        with Terminal(*command, COLUMNS="60") as terminal:
            code, screen = terminal.finish()
        assert code == 0
        assert "\x1b" not in screen
        assert "\x07" not in screen


@ON_POSIX
@pytest.mark.usefixtures("talk")
def test_somebody_at_the_terminal_is_asked_before_anything_is_deleted() -> None:
    with Terminal("convs", "rm", "birds") as terminal:
        terminal.wait_for("Delete the conversation 'birds' with 2 turns? [y/N]")
        terminal.type("n\n")
        assert terminal.finish()[0] != 0
    assert len(listed()) == 2
    with Terminal("convs", "rm", "birds") as terminal:
        terminal.wait_for("[y/N]")
        terminal.type("y\n")
        assert terminal.finish()[0] == 0
    assert len(listed()) == 1
