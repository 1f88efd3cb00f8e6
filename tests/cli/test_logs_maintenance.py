"""`llm logs rm`, `prune`, `redact`, `verify`, `vacuum` and `backup`."""

from __future__ import annotations

import sqlite3
import stat
import time
from contextlib import closing
from pathlib import Path

import pytest

from llm import TextPart, user
from llm._domain.attachment import Attachment
from llm._domain.message_id import chain_id
from llm._domain.turn import Turn
from llm._storage import new_id
from llm._storage.sqlite import SQLiteStore

from .command import llm, user_dir
from .terminal import Terminal


def database() -> Path:
    return user_dir() / "history.db"


def talk(*asked: str, answer: str = "Percy", path: Path | None = None, age_days: float = 0) -> list[Turn]:
    """A conversation of these turns."""
    user_dir().mkdir(exist_ok=True)
    conversation, after, turns = new_id(), None, []
    with closing(SQLiteStore(path or database())) as store:
        for text in asked:
            turn = Turn(
                new_id(),
                conversation,
                model="test/one",
                input=(user(text),),
                after=after,
                status="done",
                parts=(TextPart(answer),),
                started=time.time() - age_days * 86400,
            )
            store.add(turn)
            after = chain_id([*turn.input, *turn.answer], after)
            turns.append(turn)
    return turns


def left() -> list[str]:
    return [turn["prompt"] for turn in llm("logs", "-n", "0", "--json").json]


def test_a_turn_is_deleted_by_the_start_of_its_id() -> None:
    one, two = talk("one"), talk("two")
    assert llm("logs", "rm", one[0].id) == (0, "", "Deleted 1 turn and 2 messages\n")
    assert left() == ["two"]
    assert llm("logs", "rm", two[0].id[:-1]).code == 0
    assert left() == []


def test_a_turn_whose_text_others_carry_is_deleted_with_them_or_not_at_all() -> None:
    turns = talk("one", "two", "three")
    done = llm("logs", "rm", turns[1].id)
    assert done.code == 2
    assert turns[2].id in done.err
    assert "--with-later" in done.err
    assert left() == ["one", "two", "three"]
    dry = llm("logs", "rm", "--with-later", "--dry-run", turns[1].id)
    assert (dry.out.split(), dry.err) == ([turn.id for turn in turns[1:]], "Would delete 2 turns and 4 messages\n")
    assert left() == ["one", "two", "three"]
    assert llm("logs", "rm", "--with-later", "-y", turns[1].id).code == 0
    assert left() == ["one"]


def test_at_a_terminal_it_is_asked_before_turns_are_deleted() -> None:
    turns = talk("one")
    with Terminal("logs", "rm", turns[0].id) as terminal:
        terminal.wait_for("Delete 1 turn? [y/N]:")
        terminal.type("n\n")
        assert terminal.finish()[0] == 130
    assert left() == ["one"]
    with Terminal("logs", "rm", turns[0].id) as terminal:
        terminal.wait_for("Delete 1 turn? [y/N]:")
        terminal.type("y\n")
        assert terminal.finish()[0] == 0
    assert left() == []


def test_a_turn_that_is_not_there_is_an_error() -> None:
    talk("one")
    done = llm("logs", "rm", "zzz")
    assert done.code == 2
    assert "no turn zzz" in done.err


def test_old_turns_are_pruned() -> None:
    old = talk("old", age_days=100)
    talk("goes on", "and on", age_days=50)
    talk("new")
    dry = llm("logs", "prune", "--older-than", "90d", "--dry-run")
    assert dry == (0, f"{old[0].id}\n", "Would delete 1 turn\n")
    assert llm("logs", "prune", "--older-than", "90 days") == (0, "", "Deleted 1 turn\n")
    assert left() == ["goes on", "and on", "new"]
    assert llm("logs", "prune", "--keep", "1").err == "Deleted 2 turns\n"
    assert left() == ["new"]
    assert llm("logs", "prune", "--max-size", "1 GB").err == "Deleted no turns\n"
    refused = llm("logs", "prune", "--max-size", "1kb")
    assert (refused.code, "without a turn takes" in refused.err) == (2, True)
    assert llm("logs", "prune", "--max-size", "0").err == "Deleted 1 turn\n"
    assert left() == []


@pytest.mark.parametrize("arguments", [[], ["--max-size", "much"], ["--older-than", "old"], ["--keep", "-1"]])
def test_what_to_prune_must_be_said(arguments: list[str]) -> None:
    talk("one")
    assert llm("logs", "prune", *arguments).code == 2
    assert left() == ["one"]


def test_a_text_is_redacted_everywhere() -> None:
    talk("the key is sk-pelican", "thanks", answer='as JSON: "sk-peli\\u0063an"')
    assert llm("logs", "redact", "sk-pelican", "--dry-run").err == "Would rewrite 3 places in 2 turns\n"
    assert left() == ["the key is sk-pelican", "thanks"]
    assert llm("logs", "redact", "sk-pelican") == (0, "", "Rewrote 3 places in 2 turns\n")
    assert left() == ["the key is [redacted]", "thanks"]
    assert llm("logs", "-r").out == 'as JSON: "[redacted]"\n'
    # Letters: digits alone turn up by chance in the hashes that the file holds.
    assert b"pelican" not in b"".join(path.read_bytes() for path in user_dir().rglob("*") if path.is_file())
    assert llm("logs", "verify").code == 0


def test_the_text_is_read_from_standard_input() -> None:
    talk('two\nlines with "quotes"', "$HOME `ls`")
    assert llm("logs", "redact", "-", "--replace", "gone", stdin='two\nlines with "quotes"\n').code == 0
    assert llm("logs", "redact", "-", stdin="$HOME `ls`").code == 0
    assert left() == ["gone", "[redacted]"]
    assert llm("logs", "redact", "-", stdin="").code == 2


def test_at_a_terminal_the_text_is_asked_for_and_not_shown() -> None:
    talk("the key is sk-4711")
    with Terminal("logs", "redact", "-") as terminal:
        terminal.wait_for("Text to redact: ")
        terminal.type("sk-4711\n")
        terminal.wait_for("Rewrite 1 place in 1 turn? [y/N]:")
        terminal.type("y\n")
        code, screen = terminal.finish()
    assert (code, "4711" in screen) == (0, False)
    assert left() == ["the key is [redacted]"]


def test_a_pattern_is_redacted() -> None:
    talk("mail to a@b.example or c@d.example")
    assert llm("logs", "redact", r"\S+@\S+", "--regex", "--replace", "<address>").code == 0
    assert left() == ["mail to <address> or <address>"]
    assert llm("logs", "redact", "(", "--regex").code == 2
    assert llm("logs", "redact", "red").code == 2


def test_a_whole_history_is_verified() -> None:
    assert llm("logs", "verify") == (0, "", "Everything is as it was written\n")
    talk("one", "two")
    assert llm("logs", "verify") == (0, "", "Everything is as it was written\n")


def test_damage_is_listed_and_is_an_error() -> None:
    talk("one", "two")
    with closing(sqlite3.connect(database(), isolation_level=None)) as connection:
        connection.execute("UPDATE message SET role = 'tool' WHERE key = 1")
    done = llm("logs", "verify")
    assert done.code == 11
    assert done.out.splitlines()[0].rpartition(": ")[2] == "does not have its hash"
    assert "is damaged" in done.err


def test_vacuum_says_what_it_gave_back() -> None:
    turns = talk("one" * 100_000)
    talk("two")
    llm("logs", "rm", turns[0].id)
    size = database().stat().st_size
    done = llm("logs", "vacuum")
    assert done.code == 0
    assert done.err.startswith("The history takes ")
    assert database().stat().st_size < size / 2


def test_a_backup_can_be_read_like_the_history(tmp_path: Path) -> None:
    assert llm("logs", "backup", str(tmp_path / "none.db")).code == 11
    talk("one")
    copy = tmp_path / "copy.db"
    done = llm("logs", "backup", str(copy))
    assert (done.code, done.out) == (0, "")
    assert done.err.startswith(f"Wrote {copy} (")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert [turn["prompt"] for turn in llm("logs", "-n", "0", "--json", "-d", str(copy)).json] == ["one"]
    again = llm("logs", "backup", str(copy))
    assert again.code == 11
    assert "exists already" in again.err


def test_another_history_is_worked_on_where_it_is_named(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    turns = talk("the key is sk-4711", path=other)
    talk("sk-4711 stays here")
    named = ("-d", str(other))
    assert llm("logs", "verify", *named).code == 0
    assert llm("logs", "redact", "sk-4711", *named).err == "Rewrote 1 place in 1 turn\n"
    assert llm("logs", "backup", str(tmp_path / "copy.db"), *named).code == 0
    assert llm("logs", "rm", turns[0].id, *named).code == 0
    assert llm("logs", "prune", "--keep", "0", *named).code == 0
    assert llm("logs", "vacuum", *named).code == 0
    assert left() == ["sk-4711 stays here"]


def test_a_redacted_file_is_what_the_model_is_shown_from_now_on() -> None:
    user_dir().mkdir(exist_ok=True)
    file = Attachment("text/plain", content=b"PIN 4711")
    turn = Turn(new_id(), new_id(), model="m", input=(user("see", file),), status="done", parts=(TextPart("ok"),))
    with closing(SQLiteStore(database())) as store:
        store.add(turn)
        assert llm("logs", "redact", "4711", "-y").code == 0
        (kept,) = [part.attachment.content for message in store.messages(turn.id) for part in message.parts[1:]]
    assert kept == b"PIN [redacted]"
