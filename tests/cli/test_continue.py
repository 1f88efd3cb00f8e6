"""A prompt that goes on with a conversation: -c, --cid and --name."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from typing import Any

import pytest

from llm.testing import Cut, FaultyServer, chat_stream, error_reply

from .command import connect, llm, user_dir
from .conftest import Serve

if sys.platform != "win32":
    from .terminal import Terminal

ON_POSIX = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are a thing of POSIX")


def sent(server: FaultyServer, index: int = -1) -> list[tuple[str, str]]:
    return [(message["role"], message["content"]) for message in server.exchanges[index].json()["messages"]]


def texts(server: FaultyServer, index: int = -1) -> list[str]:
    return [text for _, text in sent(server, index)]


def turns() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = llm("logs", "-n", "0", "--json").json
    return found


def test_the_last_conversation_is_continued(serve: Serve) -> None:
    server = serve(*map(chat_stream, ("one!", "two!", "three!")))
    assert llm("-m", "mine/m", "-s", "brief", "one").code == 0
    assert llm("-c", "two") == (0, "two!\n", "")
    assert llm("--continue", "three").out == "three!\n"
    assert sent(server) == [
        ("system", "brief"), ("user", "one"), ("assistant", "one!"), ("user", "two"), ("assistant", "two!"),
        ("user", "three"),
    ]  # fmt: skip
    assert server.exchanges[2].json()["model"] == "m"
    assert len({turn["conversation_id"] for turn in turns()}) == 1


def test_without_the_option_each_prompt_begins_a_conversation(serve: Serve) -> None:
    server = serve(*map(chat_stream, "ab"))
    llm("-m", "mine/m", "one")
    llm("-m", "mine/m", "two")
    assert texts(server) == ["two"]
    assert len({turn["conversation_id"] for turn in turns()}) == 2


def test_a_conversation_is_continued_by_its_id_or_the_start_of_it(serve: Serve) -> None:
    server = serve(*map(chat_stream, "abcd"))
    llm("-m", "mine/m", "one")
    llm("-m", "mine/m", "two")
    first = turns()[0]["conversation_id"]
    assert llm("--cid", first, "three").code == 0
    assert texts(server) == ["one", "a", "three"]
    assert llm("--conversation", first[:25], "four").code == 0
    assert texts(server) == ["one", "a", "three", "c", "four"]


def test_a_conversation_is_named_and_continued_by_its_name(serve: Serve) -> None:
    server = serve(*map(chat_stream, "abc"))
    assert llm("-m", "mine/m", "--name", "pelicans", "one") == (0, "a\n", "")
    llm("-m", "mine/m", "two")
    assert llm("--cid", "pelicans", "three").code == 0
    assert texts(server) == ["one", "a", "three"]


def test_a_continued_conversation_can_be_given_a_name(serve: Serve) -> None:
    server = serve(*map(chat_stream, "abcd"))
    llm("-m", "mine/m", "one")
    assert llm("-c", "--name", "pelicans", "two").code == 0
    assert llm("-c", "--name", "pelicans", "three").code == 0, "the name is its own"
    assert llm("--cid", "pelicans", "four").code == 0
    assert texts(server) == ["one", "a", "two", "b", "three", "c", "four"]


def test_a_name_that_is_taken_is_an_error_before_anything_is_sent(serve: Serve) -> None:
    server = serve(*map(chat_stream, "ab"))
    llm("-m", "mine/m", "--name", "pelicans", "one")
    done = llm("-m", "mine/m", "--name", "pelicans", "two")
    assert (done.code, done.out) == (2, "")
    assert "Error: The name pelicans belongs to another conversation" in done.err
    assert "--cid" in done.err
    assert len(server.exchanges) == 1
    assert len(turns()) == 1


def test_the_name_is_kept_where_the_turn_fails(serve: Serve) -> None:
    server = serve(chat_stream("Hel", Cut()), chat_stream("b"))
    assert llm("-m", "mine/m", "--no-retry", "--name", "pelicans", "one").code == 8
    assert llm("--cid", "pelicans", "two").code == 0
    assert texts(server) == ["two"], "a turn that was not answered whole is not continued from"
    assert len({turn["conversation_id"] for turn in turns()}) == 1


@pytest.mark.parametrize("how", [("-n",), ()])
def test_a_turn_that_is_not_kept_cannot_be_named(serve: Serve, how: tuple[str, ...]) -> None:
    server = serve(chat_stream("a"))
    if not how:
        (user_dir() / "logs-off").touch()
    done = llm("-m", "mine/m", *how, "--name", "pelicans", "one")
    assert (done.code, done.out) == (2, "")
    assert "this turn is not kept" in done.err
    assert server.exchanges == []


def test_an_empty_name_is_an_error(serve: Serve) -> None:
    server = serve(chat_stream("a"))
    assert llm("-m", "mine/m", "--name", " ", "one").code == 2
    assert server.exchanges == []


def test_a_turn_that_is_not_kept_can_continue(serve: Serve) -> None:
    server = serve(*map(chat_stream, "abc"))
    llm("-m", "mine/m", "one")
    assert llm("-c", "-n", "two").out == "b\n"
    assert llm("-c", "three").out == "c\n"
    assert texts(server, 1) == ["one", "a", "two"]
    assert texts(server, 2) == ["one", "a", "three"]


def test_there_is_nothing_to_continue(serve: Serve) -> None:
    server = serve(chat_stream("a"))
    done = llm("-c", "two")
    assert (done.code, done.out) == (2, "")
    assert "There is no conversation to continue" in done.err
    assert server.exchanges == []
    assert not (user_dir() / "history.db").exists() or turns() == []


def test_a_conversation_that_is_not_there_is_an_error(serve: Serve) -> None:
    serve(chat_stream("a"))
    llm("-m", "mine/m", "--name", "pelicans", "one")
    done = llm("--cid", "pelican", "two")
    assert (done.code, done.out) == (2, "")
    assert "There is no conversation 'pelican'" in done.err
    assert "Did you mean 'pelicans'?" in done.err


def test_the_model_can_be_switched(serve: Serve) -> None:
    server = serve(*map(chat_stream, "abc"))
    llm("-m", "mine/m", "-o", "temperature", "0.5", "one")
    assert llm("-c", "-m", "mine/other", "two").code == 0
    assert server.exchanges[1].json()["model"] == "other"
    assert "temperature" not in server.exchanges[1].json(), "it was set for the first model"
    llm("-c", "three")
    assert server.exchanges[2].json()["model"] == "other"


def test_options_hold_on_and_can_be_set_anew(serve: Serve) -> None:
    server = serve(*map(chat_stream, "abc"))
    llm("-m", "mine/m", "-o", "temperature", "0.5", "one")
    llm("-c", "two")
    llm("-c", "-o", "temperature", "1", "three")
    assert [each.json()["temperature"] for each in server.exchanges] == [0.5, 0.5, 1]


def test_the_system_prompt_is_kept_until_another_is_given(serve: Serve) -> None:
    server = serve(*map(chat_stream, "abcd"))
    llm("-m", "mine/m", "-s", "brief", "one")
    llm("-c", "two")
    llm("-c", "-s", "long", "three")
    llm("-c", "four")
    assert [texts(server, index)[0] for index in range(4)] == ["brief", "brief", "long", "long"]


def test_a_model_that_is_gone_is_named_with_the_way_out(serve: Serve) -> None:
    server = serve(*map(chat_stream, "ab"))
    llm("-m", "mine/m", "one")
    config = (user_dir() / "config.toml").read_text(encoding="utf-8")
    (user_dir() / "config.toml").write_text(config.replace("endpoints.mine", "endpoints.yours"), encoding="utf-8")
    done = llm("-c", "two")
    assert (done.code, done.out) == (3, "")
    assert "was held with mine/m, which is not there any more" in done.err
    assert "Hint: Go on with another model: -m MODEL" in done.err
    assert llm("-c", "-m", "yours/m", "two").out == "b\n"
    assert texts(server) == ["one", "a", "two"]


def test_a_failed_turn_is_not_continued_from(serve: Serve) -> None:
    server = serve(chat_stream("one!"), error_reply(400), chat_stream("three!"))
    llm("-m", "mine/m", "one")
    assert llm("-c", "two").code == 7
    llm("-c", "three")
    assert texts(server) == ["one", "one!", "three"]


def test_a_long_conversation_is_kept_once(serve: Serve) -> None:
    """Each message is stored once, whatever is sent again."""
    serve(*(chat_stream(f"answer {number}") for number in range(6)))
    llm("-m", "mine/m", "prompt 0")
    for number in range(1, 6):
        llm("-c", f"prompt {number}")
    with closing(sqlite3.connect(user_dir() / "history.db")) as connection:
        assert connection.execute("SELECT count(*) FROM message").fetchone() == (12,)
        assert connection.execute("SELECT count(*) FROM conversation").fetchone() == (1,)


def test_it_goes_on_where_the_history_cannot_be_written(serve: Serve) -> None:
    """The turn waits in the spool, and takes its place in the conversation with the next command."""
    server = serve(*map(chat_stream, "abc"))
    llm("-m", "mine/m", "one")
    with closing(sqlite3.connect(user_dir() / "history.db", isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        done = llm("-c", "--name", "pelicans", "two")
        connection.execute("ROLLBACK")
    assert (done.code, done.out) == (0, "b\n")
    assert "waits to be added" in done.err
    assert "The conversation is not named pelicans" in done.err
    assert llm("-c", "three").code == 0
    assert texts(server) == ["one", "a", "two", "b", "three"]


@ON_POSIX
class TestAtTerminal:
    """Each terminal has its own last conversation."""

    def test_the_conversation_is_named_on_standard_error(self, serve: Serve) -> None:
        serve(*map(chat_stream, "ab"))
        llm("-m", "mine/m", "Ten names for a pelican")
        with Terminal("-c", "more", piped=("stdin",)) as terminal:
            assert terminal.process.stdin is not None
            terminal.process.stdin.close()
            code, screen = terminal.finish()
        assert code == 0
        assert "Continuing Ten names for a pelican (1 turn) with mine/m" in screen

    def test_a_new_terminal_continues_the_conversation_used_last(self, serve: Serve) -> None:
        server = serve(*map(chat_stream, "abc"))
        llm("-m", "mine/m", "one")
        with Terminal("-c", "two") as terminal:
            assert terminal.finish()[0] == 0
        assert texts(server) == ["one", "a", "two"]


def test_the_start_of_a_prompt_imports_nothing_for_it(serve: Serve) -> None:
    serve(*map(chat_stream, "ab"))
    connect("http://127.0.0.1:1", "other")
    code = (
        "import sys; from llm.__main__ import main\n"
        "try: main({arguments})\n"
        "except SystemExit: pass\n"
        "print(sorted(name for name in sys.modules if 'history_' in name or name.endswith(('continuing', 'past'))))"
    )
    from .command import python

    assert python(code.format(arguments=["-m", "mine/m", "one"])).out == "a\n[]\n"
    assert "llm._cli.continuing" in python(code.format(arguments=["-c", "two"])).out


def test_nothing_is_continued_while_it_is_not_known_what_was_used_last(serve: Serve) -> None:
    """A turn that waits in the spool may be the last one; to go on with another conversation would be wrong."""
    server = serve(*map(chat_stream, ("ok",) * 4))
    assert llm("-m", "mine/m", "first").code == 0
    with closing(sqlite3.connect(user_dir() / "history.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert "waits to be added" in llm("-m", "mine/m", "second").err
        ran = llm("-m", "mine/m", "-c", "third")
        assert (ran.code, ran.out) == (11, "")
        assert "--cid" in ran.err
        other.execute("ROLLBACK")
    assert len(server.exchanges) == 2
    assert llm("-m", "mine/m", "-c", "third").code == 0
    assert texts(server) == ["second", "ok", "third"]
