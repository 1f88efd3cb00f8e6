"""`llm.history()`: everything that the commands do with the history, as methods."""

from __future__ import annotations

import io
import json
import os
import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import llm
from llm._api.history_redaction import rewriting, wait_for_spool
from llm._domain.event import TextDelta
from llm._storage import new_id
from llm._storage.history import open_history, open_journal
from llm.testing import ScriptedModel

NOW = 1_900_000_000.0


@pytest.fixture
def history() -> Iterator[llm.History]:
    """The user's own history, empty."""
    with llm.history() as opened:
        yield opened


def ask(*prompts: str, model: Any = None, **how: Any) -> Any:
    """Ask within one conversation, and keep it."""
    model = model or ScriptedModel(*(f"{prompt}!" for prompt in prompts))
    conversation = model.conversation()
    with llm.record():
        for prompt in prompts:
            conversation.prompt(prompt, **how).text()
    return conversation


def died(path: Path, prompt: str = "asked", *pieces: str) -> str:
    """Leave a turn behind as a process does that is killed while the answer arrives; its id."""
    turn = llm.Turn(new_id(), new_id(), model="m", input=(llm.user(prompt),), started=NOW)
    store = open_history(path)
    entry = open_journal(path, store, pytest.fail).open(turn)
    entry.begin()
    for piece in pieces:
        entry.append(TextDelta(piece))
    assert entry._file is not None
    os.close(entry._file._descriptor)  # which is all that is left to do for a process that dies
    store.close()
    return turn.id


def test_it_is_the_users_own_unless_a_file_is_named(tmp_path: Path) -> None:
    assert llm.history().path == tmp_path / "user" / "history.db"
    assert llm.history(tmp_path / "other.db").path == tmp_path / "other.db"
    assert llm.history(str(tmp_path / "other.db")).path == tmp_path / "other.db"
    assert repr(tmp_path / "other.db")[10:-1] in repr(llm.history(tmp_path / "other.db"))


def test_one_that_is_not_there_is_empty_and_stays_away(history: llm.History) -> None:
    assert list(history.turns()) == []
    assert history.conversations() == []
    assert history.last_used() is None
    assert history.size() == 0
    with pytest.raises(llm.UnknownTurn):
        history.turn("01")


def test_turns_come_in_order_and_by_query(history: llm.History) -> None:
    ask("one", "two", "three")
    assert [turn.prompt for turn in history.turns()] == ["one", "two", "three"]
    assert [turn.prompt for turn in history.turns(llm.TurnQuery(2))] == ["two", "three"]
    (found,) = history.find(llm.TurnQuery(search="two"))
    assert found.turn.prompt == "two"
    assert found.snippet is not None
    assert "**two**" in found.snippet


def test_a_turn_is_found_by_the_start_of_its_id(history: llm.History) -> None:
    ask("one", system="brief")
    (turn,) = history.turns()
    assert history.turn(turn.id[:20]) == turn
    assert history.messages(turn.id[:20]) == (llm.system("brief"), llm.user("one"))
    with pytest.raises(llm.UnknownTurn):
        history.turn("zzz")


def test_conversations_are_listed_named_and_tagged(history: llm.History) -> None:
    first, second = ask("one"), ask("two")
    assert [each.id for each in history.conversations()] == [first.id, second.id]
    assert history.last_used() == second.id
    history.rename(first.id[:25], "pelicans")
    history.tag("pelicans", add=["birds", "fun"])
    history.tag("pelicans", remove=["fun"])
    record = history.find_conversation("pelicans")
    assert (record.id, record.name, record.tags, record.turns) == (first.id, "pelicans", ("birds",), 1)
    assert [each.id for each in history.conversations(llm.ConversationQuery(tags=("birds",)))] == [first.id]
    with pytest.raises(llm.HistoryError, match="pelicans"):
        history.rename(second.id, "pelicans")
    history.rename("pelicans", None)
    with pytest.raises(llm.UnknownConversation):
        history.find_conversation("pelicans")


def test_a_fork_goes_on_from_a_turn(history: llm.History) -> None:
    conversation = ask("one", "two", system="brief")
    first = next(history.turns())
    id = history.fork(first.id, name="other way")
    record = history.find_conversation("other way")
    assert (record.id, record.system, record.turns) == (id, "brief", 0)
    assert id != conversation.id
    assert history.messages(first.id)[1:] == (llm.user("one"),)
    assert [message.text for message in history._store.chain(record.head or "")] == ["one", "one!"]


def test_a_fork_goes_on_from_the_end_of_a_conversation(history: llm.History) -> None:
    history.rename(ask("one", "two").id, "birds")
    fork = history.find_conversation(history.fork("birds", name="other"))
    original = history.find_conversation("birds")
    assert (fork.head, fork.system, fork.name) == (original.head, original.system, "other")
    with pytest.raises(llm.UnknownTurn):
        history.fork("nothing of that name")


def test_a_fork_goes_on_from_a_message(history: llm.History) -> None:
    ask("one", "two")
    second = list(history.turns())[1]
    assert second.after is not None
    for reference in (second.after, second.after[:40], second.after.upper()):
        assert history.find_conversation(history.fork(reference)).head == second.after
    with pytest.raises(llm.UnknownTurn):
        history.fork("ff" * 32)


def test_turns_are_deleted(history: llm.History) -> None:
    conversation = ask("one", "two")
    first, second = history.turns()
    with pytest.raises(llm.LaterTurns) as error:
        history.rm([first.id])
    assert error.value.turns == (second.id,)
    assert history.rm([second.id[:25], second.id], dry_run=True).turns == (second.id,)
    assert len(list(history.turns())) == 2
    assert history.rm([second.id]).turns == (second.id,)
    assert [turn.prompt for turn in history.turns()] == ["one"]
    assert history.rm(first.id).turns == (first.id,)
    with pytest.raises(llm.UnknownConversation):
        history.find_conversation(conversation.id)


def test_later_turns_are_deleted_too_where_that_is_wanted(history: llm.History) -> None:
    ask("one", "two")
    first, second = history.turns()
    assert set(history.rm([first.id], with_later=True).turns) == {first.id, second.id}
    assert list(history.turns()) == []


def test_a_conversation_is_deleted_with_its_name(history: llm.History) -> None:
    conversation, other = ask("one", "two"), ask("three")
    history.rename(conversation.id, "pelicans")
    history.tag(conversation.id, add=["birds"])
    assert len(history.rm_conversation("pelicans", dry_run=True).turns) == 2
    assert history.find_conversation("pelicans").tags == ("birds",)
    assert len(history.rm_conversation("pelicans").turns) == 2
    assert [each.id for each in history.conversations()] == [other.id]


def test_a_conversation_that_others_go_on_from_keeps_its_name(history: llm.History, tmp_path: Path) -> None:
    conversation = ask("one")
    history.rename(conversation.id, "pelicans")
    (turn,) = history.turns()
    fork = history.fork(turn.id)
    later = llm.Turn(new_id(), fork, model="m", input=(llm.user("on"),), after=history.find_conversation(fork).head)
    history._store.begin(later)
    with pytest.raises(llm.LaterTurns):
        history.rm_conversation("pelicans")
    assert history.find_conversation("pelicans").id == conversation.id


def test_the_oldest_turns_are_pruned(history: llm.History) -> None:
    for prompt in ("one", "two", "three"):
        ask(prompt)
    ids = [turn.id for turn in history.turns()]
    assert history.prune(keep=1, dry_run=True).turns == tuple(ids[:2])
    assert history.prune(older_than=timedelta(days=1)).turns == ()
    assert history.prune(older_than=0, keep=2).turns == (ids[0],)
    assert history.prune(keep=1).turns == (ids[1],)
    assert [turn.prompt for turn in history.turns()] == ["three"]


def test_the_history_is_pruned_to_a_size(history: llm.History) -> None:
    for number in range(40):
        ask(f"{number} " + os.urandom(5000).hex())
    history.vacuum()
    whole = history.size()
    removed = history.prune(max_size=whole // 2)
    assert 0 < len(removed.turns) < 40
    assert history.size() <= whole // 2
    assert next(history.turns()).prompt.startswith(f"{len(removed.turns)} ")


@pytest.mark.parametrize("limits", [{}, {"keep": -1}, {"older_than": -1.0}, {"max_size": -1}])
def test_pruning_needs_a_limit_that_can_be(history: llm.History, limits: Any) -> None:
    ask("one")
    with pytest.raises(llm.RequestError):
        history.prune(**limits)
    assert len(list(history.turns())) == 1


class TestRedaction:
    """A text is taken out of everything."""

    def test_a_text_is_replaced_wherever_it_is(self, history: llm.History, tmp_path: Path) -> None:
        ask("my name is Percival", "and Percival's bird?")
        assert history.redact("Percival", dry_run=True).turns == 2
        assert next(history.turns()).prompt == "my name is Percival"
        assert history.redact("Percival").turns == 2
        assert [turn.prompt for turn in history.turns()] == ["my name is [redacted]", "and [redacted]'s bird?"]
        assert list(history.verify()) == []
        assert b"Percival" not in b"".join(f.read_bytes() for f in (tmp_path / "user").rglob("*") if f.is_file())

    def test_a_pattern_is_replaced(self, history: llm.History) -> None:
        ask("call 555-1234 or 555-9876")
        history.redact(r"\d{3}-\d{4}", regex=True, replacement=r"\1")
        assert next(history.turns()).prompt == r"call \1 or \1"

    @pytest.mark.parametrize(
        ("text", "regex", "replacement"),
        [("", False, "x"), ("a", False, "xax"), ("(", True, "x"), ("x*", True, "y"), ("[a-z]", True, "q")],
    )
    def test_what_would_leave_a_trace_or_hit_everything_is_refused(
        self, history: llm.History, text: str, regex: bool, replacement: str
    ) -> None:
        with pytest.raises(llm.RequestError):
            history.redact(text, regex, replacement)

    def test_what_a_dead_process_left_is_redacted_too(self, history: llm.History) -> None:
        died(history.path, "hello", "I am Perc", "ival")
        history.redact("Percival")
        assert next(history.turns()).text == "I am [redacted]"

    def test_it_waits_for_a_turn_that_still_receives_the_text(self, history: llm.History) -> None:
        """Also where the text arrived in pieces, and where JSON escapes it."""
        journal = open_journal(history.path, open_history(history.path), pytest.fail)
        turn = llm.Turn(new_id(), new_id(), model="m", input=(llm.user("x"),), started=NOW)
        entry = journal.open(turn)
        entry.begin()
        entry.append(TextDelta('say "Per'))
        entry.append(TextDelta('cival"'))
        with pytest.raises(llm.HistoryError, match=f"turns that still run hold the text \\({turn.id}\\)"):
            wait_for_spool(journal, rewriting('"Percival"', False, "x"), patience=0.0)
        wait_for_spool(journal, rewriting("Tristan", False, "x"), patience=0.0)
        ending = threading.Timer(0.2, entry.finish, [llm.Turn(turn.id, turn.conversation, model="m", status="done")])
        ending.start()
        wait_for_spool(journal, rewriting('"Percival"', False, "x"), patience=10.0)
        ending.join()
        assert journal.spool.paths() == []
        journal.store.close()


class TestRecovery:
    """What died with its process is there when the history is next looked at."""

    def test_a_dead_turn_is_partial_with_the_text_so_far(self, history: llm.History) -> None:
        id = died(history.path, "hello", "Per", "cy")
        turn = history.turn(id)
        assert (turn.status, turn.text) == ("partial", "Percy")

    def test_it_is_done_once_for_each_history(self, history: llm.History) -> None:
        assert list(history.turns()) == []
        id = died(history.path, "hello", "Percy")
        assert history.turn(id).status == "running"
        assert history.recover() == 1
        assert history.turn(id).status == "partial"
        assert history.recover() == 0

    def test_a_file_that_only_can_be_read_is_read(self, tmp_path: Path) -> None:
        ask("one")
        source = tmp_path / "user" / "history.db"
        with closing(sqlite3.connect(source)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        source.chmod(0o400)
        with llm.history() as history:
            assert [turn.prompt for turn in history.turns()] == ["one"]


def test_what_is_exported_can_be_imported(history: llm.History, tmp_path: Path) -> None:
    ask("one", "two")
    file = io.StringIO()
    assert history.export(file, llm.TurnQuery()) == 2
    file.seek(0)
    with llm.history(tmp_path / "other.db") as other:
        assert other.import_(file).turns == 2
        assert list(other.turns()) == list(history.turns())


def test_a_copy_is_whole_and_vacuum_and_verify_pass(history: llm.History, tmp_path: Path) -> None:
    ask("one", "two")
    history.backup(tmp_path / "copy.db")
    history.vacuum()
    assert list(history.verify()) == []
    with llm.history(tmp_path / "copy.db") as copy:
        assert list(copy.turns()) == list(history.turns())
        assert copy.size() > 0


def test_usage_is_added_up(history: llm.History) -> None:
    usage = llm.UsageEvent(llm.Usage(3, 2))
    ask("one", "two", model=ScriptedModel(["a", usage], ["b", usage]))
    (line,) = history.stats(by="model")
    assert (line.name, line.turns, line.input, line.output, line.cost) == ("scripted", 2, 6, 4, None)


def test_recording_of_the_command_line_is_switched(history: llm.History, tmp_path: Path) -> None:
    assert history.recording
    history.off()
    history.off()
    assert not llm.history().recording
    assert (tmp_path / "user" / "logs-off").exists()
    history.on()
    history.on()
    assert history.recording


class TestOlderPackage:
    """A `logs.db` of the `llm` package before 1.0."""

    @pytest.fixture
    def logs(self, tmp_path: Path) -> Path:
        """The file that such a package leaves, with one conversation."""
        path = tmp_path / "logs.db"
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(
                """
                CREATE TABLE conversations (id TEXT PRIMARY KEY, name TEXT, model TEXT);
                CREATE TABLE responses (id TEXT PRIMARY KEY, model TEXT, prompt TEXT, system TEXT, prompt_json TEXT,
                    options_json TEXT, response TEXT, response_json TEXT, conversation_id TEXT REFERENCES conversations,
                    duration_ms INTEGER, datetime_utc TEXT, input_tokens INTEGER, output_tokens INTEGER,
                    token_details TEXT, schema_id TEXT, resolved_model TEXT);
                INSERT INTO conversations VALUES ('01h000000000000000000000cc', 'birds', 'gpt-4');
                INSERT INTO responses (id, model, prompt, options_json, response, conversation_id, datetime_utc)
                VALUES ('01h000000000000000000000rr', 'gpt-4', 'A name?', '{}', 'Percy', '01h000000000000000000000cc',
                    '2023-07-01T10:00:00');
                """
            )
        return path

    def test_it_is_read(self, logs: Path) -> None:
        before = logs.read_bytes()
        with llm.history(logs) as history:
            (turn,) = history.turns()
            assert (turn.prompt, turn.text, turn.model) == ("A name?", "Percy", "gpt-4")
            assert history.turn(turn.id) == turn
        assert logs.read_bytes() == before

    def test_it_is_not_written(self, logs: Path) -> None:
        with llm.history(logs) as history, pytest.raises(llm.LLMError) as error:
            history.rm([next(history.turns()).id])
        assert "import-llm" in f"{error.value} {error.value.hint}"

    def test_it_is_imported(self, logs: Path, history: llm.History) -> None:
        steps: list[tuple[int, int]] = []
        done = history.import_llm(logs, lambda number, total: steps.append((number, total)))
        assert done.turns_added == 1
        assert steps[-1] == (1, 1)
        assert history.import_llm(logs).turns_added == 0
        assert next(history.turns()).text == "Percy"


def test_a_prompt_made_from_json_of_the_history_is_the_same(history: llm.History) -> None:
    """What was sent can be sent again."""
    ask("one", "two", system="brief")
    last = list(history.turns())[-1]
    again = json.loads(json.dumps([message.to_dict() for message in history.messages(last.id)]))
    model = ScriptedModel("ok")
    model.prompt(messages=again).text()
    assert model.prompts[0].messages == history.messages(last.id)
    assert re.fullmatch("[0-9a-z]{26}", last.id)
