"""Conversations are found, named, tagged and forked."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from llm._domain.message import Message, user
from llm._domain.message_id import chain_id
from llm._domain.turn import Turn
from llm._storage.history import open_history
from llm._storage.ids import new_id
from llm._storage.query import ConversationQuery, ConversationRecord
from llm._storage.store import Store
from llm.errors import HistoryError, RequestError, UnknownConversation, UnknownTurn

from .turns import done, running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(open_history(tmp_path / "history.db")) as store:
        yield store


def ask(
    store: Store, prompt: str = "Hi", after: Turn | None = None, *, terminal: str | None = None, **fields: object
) -> Turn:
    """A turn that was asked and answered, in the conversation of the turn *after* if there is one."""
    if after is not None:
        fields = {"conversation": after.conversation, "after": end(after), "system": after.system, **fields}
    conversation = str(fields.pop("conversation", new_id()))
    turn = done(replace(running(prompt), conversation=conversation), **fields)
    assert store.add(turn, terminal=terminal)
    return turn


def end(turn: Turn) -> str:
    """The id of the last message of a turn."""
    id = chain_id((*turn.input, *turn.answer), turn.after)
    assert id is not None
    return id


def found(store: Store, query: ConversationQuery | None = None) -> list[str]:
    return [record.id for record in store.find_conversations(query or ConversationQuery())]


def test_the_conversation_used_last_stands_at_the_end(store: Store) -> None:
    first, second = ask(store), ask(store)
    ask(store, "More", first)
    assert found(store) == [second.conversation, first.conversation]
    assert found(store, ConversationQuery(1)) == [first.conversation]
    assert found(store, ConversationQuery(0)) == []


def test_what_is_known_of_a_conversation(store: Store) -> None:
    first = ask(store, "Ten  names\nfor a pelican", system="Be brief", started=1800000000.0)
    last = ask(store, "More", first, model="test/two", started=1800000100.5)
    store.tag(first.conversation, ["birds", "animals"])
    record = store.find_conversation(first.conversation)
    assert (record.id, record.name, record.title) == (first.conversation, None, "Ten names for a pelican")
    assert (record.model, record.turns, record.tags) == ("test/two", 2, ("animals", "birds"))
    assert (record.last, record.used) == (last.id, 1800000100.5)
    assert (record.head, record.system) == (end(last), "Be brief")


def test_a_title_is_the_start_of_a_long_prompt_fragments_included(store: Store) -> None:
    turn = ask(store, "A page of text\n" + "word " * 100, fragments=("A page of text",))
    title = store.find_conversation(turn.conversation).title
    assert title.startswith("A page of text word word")
    assert len(title) == 100
    assert title.endswith("…")


def test_a_name_is_the_title(store: Store) -> None:
    turn = ask(store)
    store.name(turn.conversation, "  Birds ")
    record = store.find_conversation("Birds")
    assert (record.id, record.name, record.title) == (turn.conversation, "Birds", "Birds")
    store.name(turn.conversation, None)
    assert store.find_conversation(turn.conversation).name is None


def test_a_name_belongs_to_one_conversation(store: Store) -> None:
    first, second = ask(store), ask(store)
    store.name(first.conversation, "birds")
    store.name(first.conversation, "birds")
    with pytest.raises(HistoryError, match=f"'birds' belongs to the conversation {first.conversation}"):
        store.name(second.conversation, "birds")
    with pytest.raises(HistoryError, match="belongs to the conversation"):
        store.fork(end(second), name="birds")
    assert found(store, ConversationQuery(without_turns=True)) == []


def test_a_name_that_is_the_id_of_another_conversation_is_refused(store: Store) -> None:
    first, second = ask(store), ask(store)
    with pytest.raises(HistoryError, match="belongs to"):
        store.name(second.conversation, first.conversation.upper())


@pytest.mark.parametrize("name", ["", "  ", "half \ud800"])
def test_a_name_or_tag_that_nobody_can_see_or_type_is_refused(store: Store, name: str) -> None:
    turn = ask(store)
    with pytest.raises(RequestError):
        store.name(turn.conversation, name)
    with pytest.raises(RequestError):
        store.tag(turn.conversation, [name])


def test_a_conversation_is_found_by_the_start_of_its_id(store: Store) -> None:
    turn = ask(store)
    assert store.find_conversation(turn.conversation[:-1].upper()).id == turn.conversation


def test_a_start_that_several_ids_have_is_refused_and_they_are_named(store: Store) -> None:
    for number in "ab":
        ask(store, conversation=f"01same{number}")
    with pytest.raises(UnknownConversation, match="01samea, 01sameb"):
        store.find_conversation("01same")


def test_a_name_goes_before_the_start_of_an_id(store: Store) -> None:
    first, second = ask(store, conversation="01first"), ask(store, conversation="01second")
    store.name(second.conversation, "01f")
    assert store.find_conversation("01f").id == second.conversation
    assert store.find_conversation("01fi").id == first.conversation


def test_an_unknown_conversation_is_an_error_that_names_what_is_like_it(store: Store) -> None:
    store.name(ask(store).conversation, "pelicans")
    with pytest.raises(UnknownConversation) as caught:
        store.find_conversation("pelicns")
    assert caught.value.hint == "Did you mean 'pelicans'?"
    with pytest.raises(UnknownConversation) as caught:
        store.find_conversation("")
    assert caught.value.hint == "llm conversations lists them"


def test_tags_are_given_taken_and_asked_for(store: Store) -> None:
    first, second = ask(store), ask(store)
    store.tag(first.conversation, ["birds", "work"])
    store.tag(second.conversation, ["birds"])
    assert found(store, ConversationQuery(tags=("birds",))) == [first.conversation, second.conversation]
    assert found(store, ConversationQuery(tags=("birds", "work"))) == [first.conversation]
    store.tag(first.conversation, add=["birds"], remove=["work", "never given"])
    assert store.find_conversation(first.conversation).tags == ("birds",)


def test_words_are_looked_for_in_turns_and_in_names(store: Store) -> None:
    first, second = ask(store, "A pelican's beak"), ask(store, "Anything", text="A heron")
    third = ask(store, "Else")
    store.name(third.conversation, "100% Pelicans_")
    assert found(store, ConversationQuery(search="pelican")) == [first.conversation, third.conversation]
    assert found(store, ConversationQuery(search="heron")) == [second.conversation]
    assert found(store, ConversationQuery(search="100%")) == [third.conversation]
    assert found(store, ConversationQuery(search="pelican's")) == [first.conversation]
    assert found(store, ConversationQuery(search="ans_")) == [third.conversation], "the underscore stands for itself"
    assert found(store, ConversationQuery(search="albatross")) == []


def test_a_fork_goes_on_from_a_message_and_copies_nothing(store: Store, tmp_path: Path) -> None:
    first = ask(store, "Hi", system="Be brief")
    ask(store, "More", first)
    before = _messages(tmp_path)
    id = store.fork(end(first), system="Be brief", name="other way")
    record = store.find_conversation("other way")
    assert (record.id, record.turns, record.head, record.system) == (id, 0, end(first), "Be brief")
    assert (record.last, record.title) == (None, "other way")
    assert abs(record.used - time.time()) < 60
    ask(store, "Instead", first, conversation=id)
    assert _messages(tmp_path) == before + 2
    assert store.find_conversation(id).head != end(first)


def test_a_fork_without_name_is_called_by_the_message_it_follows(store: Store) -> None:
    id = store.fork(end(ask(store, "Hi", text="Hello there")))
    assert store.find_conversation(id).title == "Hello there"
    assert found(store)[-1] == id, "to begin it was to use it"
    assert found(store, ConversationQuery(without_turns=True)) == [id]


def test_a_message_to_fork_from_is_named_by_the_start_of_its_id(store: Store) -> None:
    turn = ask(store)
    assert store.find_conversation(store.fork(end(turn)[:10].upper())).head == end(turn)
    for wrong in ("", "no hash", "0" * 64, "0" * 65):
        with pytest.raises(UnknownTurn, match="no turn or message"):
            store.fork(wrong)


def test_a_start_that_several_messages_have_is_refused(store: Store) -> None:
    for number in range(17):
        ask(store, f"Prompt {number}")
    starts = [end_of.head[0] for end_of in store.find_conversations(ConversationQuery()) if end_of.head]
    twice = next(start for start in starts if starts.count(start) > 1)
    with pytest.raises(UnknownTurn, match="Several messages"):
        store.fork(twice)


def test_the_conversation_used_last_from_a_terminal_goes_before_the_others(store: Store) -> None:
    mine = ask(store, terminal="/dev/pts/1 100 5")
    other = ask(store, terminal="/dev/pts/2 200 6")
    assert store.last_used("/dev/pts/1 100 5") == mine.conversation
    assert store.last_used("/dev/pts/3 300 7") == other.conversation, "nothing was asked there yet"
    assert store.last_used("/dev/pts/1 101 9") == other.conversation, "another window has got the device's name"
    assert store.last_used(None) == other.conversation


def test_in_an_empty_history_no_conversation_was_used(store: Store) -> None:
    assert store.last_used("/dev/pts/1 100") is None
    assert found(store) == []


def test_a_conversation_of_another_history_is_kept_with_all_that_is_known(store: Store, tmp_path: Path) -> None:
    said = (user("Hi"), Message("assistant", ("Hello",)))
    with closing(open_history(tmp_path / "other.db")) as other:
        turn = ask(other, system="Be brief")
        id = other.fork(end(turn), system="Be brief", name="birds")
        other.tag(id, ["work"])
        record = other.find_conversation(id)
        assert store.add_conversation(record, other.chain(end(turn)))
    assert store.find_conversation(id) == record
    assert store.add_conversation(record, said), "again changes nothing, and what was said before is not looked at"
    assert store.find_conversation(id) == record


def test_what_was_changed_here_stays_when_a_conversation_is_added_again(store: Store) -> None:
    first = ask(store)
    record = replace(store.find_conversation(first.conversation), name="birds", tags=("work",))
    last = ask(store, "More", first)
    store.name(first.conversation, "mine")
    assert store.add_conversation(record)
    now = store.find_conversation(first.conversation)
    assert (now.name, now.tags, now.head, now.last) == ("mine", ("work",), end(last), last.id)


def test_an_added_conversation_does_not_take_anothers_name(store: Store) -> None:
    first, second = ask(store), ask(store)
    store.name(first.conversation, "birds")
    assert not store.add_conversation(replace(store.find_conversation(second.conversation), name="birds"))
    assert store.find_conversation("birds").id == first.conversation
    assert store.find_conversation(second.conversation).name is None


def test_the_last_conversations_are_found_without_looking_at_the_others(store: Store, tmp_path: Path) -> None:
    """By the index of their last use, whatever it is sorted by."""
    ask(store)
    with closing(sqlite3.connect(tmp_path / "history.db")) as connection:
        plan = connection.execute(
            "EXPLAIN QUERY PLAN SELECT * FROM conversation ORDER BY last DESC, key DESC LIMIT 20"
        ).fetchall()
    assert [row[3] for row in plan] == ["SCAN conversation USING INDEX conversation_last"]


def _messages(directory: Path) -> int:
    with closing(sqlite3.connect(directory / "history.db")) as connection:
        return int(connection.execute("SELECT count(*) FROM message").fetchone()[0])


def test_a_fork_keeps_the_system_prompt_of_the_turn_that_said_the_message(store: Store) -> None:
    first = ask(store, system="Be brief")
    ask(store, "More", first, system="Be long")
    assert store.find_conversation(store.fork(end(first))).system == "Be brief"
    assert store.find_conversation(store.fork(str(chain_id(first.input)))).system == "Be brief"
    assert store.find_conversation(store.fork(end(first), system="")).system == ""


def test_a_conversation_without_turns_is_forgotten_and_one_with_turns_is_not(store: Store, tmp_path: Path) -> None:
    turn = ask(store)
    before = _messages(tmp_path)
    id = store.fork(end(turn), name="fork")
    store.tag(id, ["work"])
    assert store.forget(id).messages == 0, "the other conversation has them"
    assert store.forget(turn.conversation).turns == ()
    assert found(store) == [turn.conversation]
    assert _messages(tmp_path) == before


def test_what_was_said_before_a_forgotten_conversation_and_nowhere_else_goes_with_it(store: Store) -> None:
    said = (user("Hi"), Message("assistant", ("Hello",)))
    record = ConversationRecord(new_id(), name="alone", head=chain_id(said), system="Be brief")
    store.add_conversation(record, said)
    removed = store.forget(record.id)
    assert (removed.messages, removed.contents) == (2, 1)
    assert list(store.verify()) == []
