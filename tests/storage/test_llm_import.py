"""A `logs.db` is copied into the history whole, as often as one likes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from llm._storage.llm_import import import_llm
from llm._storage.llm_store import LLMStore
from llm._storage.query import ConversationQuery, TurnQuery
from llm._storage.sqlite import SQLiteStore
from llm.errors import HistoryError

from .llm_fixtures import CHAT, FIRST, LONE, OTHER, database, insert, newer, older, respond
from .turns import done, running


@pytest.fixture
def history(tmp_path: Path) -> Iterator[SQLiteStore]:
    with closing(SQLiteStore(tmp_path / "history.db")) as opened:
        yield opened


@pytest.mark.parametrize("make", [older, newer])
def test_the_history_has_the_same_turns_as_the_file(
    tmp_path: Path, history: SQLiteStore, make: Callable[[Path], Path]
) -> None:
    path = make(tmp_path / "logs.db")
    kept = path.read_bytes()
    imported = import_llm(history, path)
    assert (imported.turns_added, imported.already_there, imported.problems) == (4, 0, ())
    with closing(LLMStore(path)) as store:
        turns = [found.turn for found in store.find(TurnQuery())]
        assert [found.turn for found in history.find(TurnQuery())] == turns
        assert [history.messages(turn.id) for turn in turns] == [store.messages(turn.id) for turn in turns]
        assert history.find_conversations(ConversationQuery()) == store.find_conversations(ConversationQuery())
    assert path.read_bytes() == kept


def test_importing_again_adds_nothing(tmp_path: Path, history: SQLiteStore) -> None:
    path = older(tmp_path / "logs.db")
    import_llm(history, path)
    history.name(OTHER, "A better name")
    before = list(history.find(TurnQuery()))
    imported = import_llm(history, path)
    assert (imported.turns_added, imported.already_there) == (0, 4)
    assert list(history.find(TurnQuery())) == before
    assert history.find_conversation(OTHER).name == "A better name"


def test_what_was_added_to_the_file_is_added_to_the_history(tmp_path: Path, history: SQLiteStore) -> None:
    path = older(tmp_path / "logs.db")
    import_llm(history, path)
    respond(path, "01h7z0000000000000000000a5", "And another", "Pia", OTHER)
    assert import_llm(history, path).turns_added == 1
    assert [message.text for message in history.messages("01h7z0000000000000000000a5")] == [
        "Name a pelican",
        "Percy the pelican",
        "And another",
    ]


def test_only_names_that_people_gave_are_kept(tmp_path: Path, history: SQLiteStore) -> None:
    path = database(tmp_path / "logs.db")
    prompts = ("Name a\npelican please, one that nobody has", "short", "mine")
    names = ("Name a pelican please, one that…", "short", "My chat")
    for number, (prompt, name) in enumerate(zip(prompts, names, strict=True)):
        conversation = f"01h7z0000000000000000000b{number}"
        insert(path, "conversations", id=conversation, name=name)
        respond(path, f"01h7z0000000000000000000a{number}", prompt, "ok", conversation)
    import_llm(history, path)
    assert [it.name for it in history.find_conversations(ConversationQuery())] == [None, None, "My chat"]


def test_a_name_that_is_taken_is_reported(tmp_path: Path, history: SQLiteStore) -> None:
    turn = running()
    history.add(done(turn))
    history.name(turn.conversation, "Given by hand")
    imported = import_llm(history, older(tmp_path / "logs.db"))
    assert imported.turns_added == 4
    assert "Given by hand" in imported.problems[0]
    assert history.find_conversation(OTHER).name is None


def test_progress_is_told_from_nothing_to_all(tmp_path: Path, history: SQLiteStore) -> None:
    told: list[tuple[int, int]] = []
    import_llm(history, older(tmp_path / "logs.db"), lambda done, total: told.append((done, total)))
    assert (told[0], told[-1]) == ((0, 4), (4, 4))
    assert told == sorted(told)


def test_turns_that_cannot_be_read_are_told_and_the_others_kept(tmp_path: Path, history: SQLiteStore) -> None:
    path = older(tmp_path / "logs.db")
    insert(path, "prompt_attachments", response_id=LONE, attachment_id="gone", order=0)
    imported = import_llm(history, path)
    assert imported.turns_added == 3
    assert LONE in imported.problems[0]


def test_another_file_is_refused_and_nothing_is_made(tmp_path: Path, history: SQLiteStore) -> None:
    for path in (tmp_path / "gone.db", tmp_path / "text.db"):
        if path.name == "text.db":
            path.write_text("not a database")
        with pytest.raises(HistoryError, match=path.name):
            import_llm(history, path)
    assert list(history.find(TurnQuery())) == []


def test_the_imported_conversation_goes_on(tmp_path: Path, history: SQLiteStore) -> None:
    import_llm(history, older(tmp_path / "logs.db"))
    record = history.find_conversation(CHAT)
    assert record.head is not None
    history.begin(running(after=record.head, system=record.system))
    assert history.chain(record.head)[0] == history.find_turn(FIRST).input[0]
