"""Turns are deleted with all that nobody else refers to, and with nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from llm._domain.attachment import Attachment
from llm._domain.message import assistant, user
from llm._domain.message_id import chain_id
from llm._domain.part import AttachmentPart, TextPart
from llm._storage.query import ConversationQuery, TurnQuery
from llm._storage.removal import remove
from llm._storage.sqlite import SQLiteStore
from llm.errors import LaterTurns, UnknownTurn

from .talk import Talk, counts, unreferenced
from .turns import everything, kept, running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SQLiteStore]:
    with closing(SQLiteStore(tmp_path / "history.db")) as store:
        yield store


@pytest.fixture(autouse=True)
def sound(store: SQLiteStore) -> Iterator[None]:
    """Whatever a test deletes, what is left is whole, and nothing is left over."""
    yield
    assert list(store.verify()) == []
    assert unreferenced(store.path) == []


def test_everything_that_belongs_to_the_only_turn_goes(store: SQLiteStore) -> None:
    turn, before = everything()
    store.add(turn, before)
    removed = store.remove([turn.id])
    assert (removed.turns, removed.messages) == ((turn.id,), 5)
    assert set(counts(store.path).values()) == {0}


def test_of_a_conversation_the_last_turn_goes_and_the_rest_stays(store: SQLiteStore) -> None:
    talk = Talk(store)
    first, second = talk.say("one", "1"), talk.say("two", "2")
    assert store.remove([second.id]).messages == 2
    assert kept(store) == [first]
    assert list(store.find(TurnQuery(search="two"))) == []
    record = store.find_conversation(talk.id)
    assert (record.last, record.head) == (first.id, second.after)


def test_a_turn_whose_text_later_turns_carry_is_refused_with_their_names(store: SQLiteStore) -> None:
    talk = Talk(store)
    first, second, third = talk.say("one"), talk.say("two"), talk.say("three")
    with pytest.raises(LaterTurns, match=second.id) as caught:
        store.remove([first.id])
    assert caught.value.turns == (second.id, third.id)
    assert kept(store) == [first, second, third]
    with pytest.raises(LaterTurns) as caught:
        store.remove([first.id, third.id])
    assert caught.value.turns == (second.id,)


def test_with_later_turns_all_that_carry_the_text_go(store: SQLiteStore) -> None:
    talk, other = Talk(store), Talk(store)
    turns = [talk.say("one"), talk.say("two"), talk.say("three")]
    stays = other.say("else")
    assert store.remove([turns[0].id], with_later=True).turns == tuple(turn.id for turn in turns)
    assert kept(store) == [stays]


def test_a_dry_run_tells_and_deletes_nothing(store: SQLiteStore) -> None:
    talk = Talk(store)
    turns = [talk.say("one"), talk.say("two")]
    before = counts(store.path)
    told = store.remove([turns[0].id], with_later=True, dry_run=True)
    assert (told.turns, told.messages) == (tuple(turn.id for turn in turns), 4)
    assert counts(store.path) == before
    assert store.remove([turns[0].id], with_later=True) == told


def test_a_turn_that_is_not_there_is_an_error_and_nothing_goes(store: SQLiteStore) -> None:
    turn = Talk(store).say("one")
    with pytest.raises(UnknownTurn, match="0" * 26):
        store.remove([turn.id, "0" * 26])
    assert kept(store) == [turn]


def test_a_fork_carries_the_text_that_it_began_with(store: SQLiteStore) -> None:
    talk = Talk(store)
    first = talk.say("one")
    fork = Talk(store, after=talk.head)
    carrier, own = fork.say("two, otherwise"), talk.say("two")
    with pytest.raises(LaterTurns) as caught:
        store.remove([first.id, own.id])
    assert caught.value.turns == (carrier.id,)
    assert store.remove([own.id]).messages == 2
    assert kept(store) == [first, carrier]


def test_a_conversation_that_began_alike_is_another_one(store: SQLiteStore) -> None:
    """The question is kept once, and both turns are its owners."""
    one, other = Talk(store), Talk(store)
    first, second = one.say("hi", "hello"), other.say("hi", "hello")
    later = other.say("more")
    assert store.remove([first.id]).messages == 0
    assert kept(store) == [second, later]


def test_in_its_own_conversation_a_turn_is_carried_though_another_said_the_same(store: SQLiteStore) -> None:
    one, other = Talk(store), Talk(store)
    first, twin = one.say("hi", "hello"), other.say("hi", "hello")
    later = one.say("more")
    with pytest.raises(LaterTurns) as caught:
        store.remove([first.id])
    assert caught.value.turns == (later.id,)
    store.remove([first.id], with_later=True)
    assert kept(store) == [twin]


def test_a_failed_try_goes_though_the_next_one_went_on(store: SQLiteStore) -> None:
    talk = Talk(store)
    failed, retried, later = talk.say("hi", None), talk.say("hi"), talk.say("more")
    assert store.remove([failed.id]).messages == 0
    assert kept(store) == [retried, later]


def test_what_was_said_before_a_first_turn_goes_with_the_last_that_carries_it(store: SQLiteStore) -> None:
    before = (user("an example"), assistant("its answer"))
    talk = Talk(store)
    talk.before = before
    talk.head = chain_id(before)
    turn = talk.say("hi")
    assert store.remove([turn.id]).messages == 4
    assert counts(store.path)["message"] == 0


def test_turns_that_share_examples_do_not_carry_each_other(store: SQLiteStore) -> None:
    examples = (user("an example"), assistant("its answer"))
    one, other = Talk(store), Talk(store)
    first = one.say("hi", input=(*examples, user("hi")))
    second, later = other.say("ho", input=(*examples, user("ho"))), other.say("more")
    assert store.remove([first.id]).messages == 2
    assert kept(store) == [second, later]


def test_contents_that_another_turn_has_stay(store: SQLiteStore) -> None:
    file = Attachment("text/plain", content=b"a file")
    asked = (user("What is it?", file),)
    shared = {"system": "Be brief", "schema": {"type": "object"}, "tools": ({"name": "add"},), "fragments": ("a page",)}
    one = Talk(store).say("", "a", input=asked, **shared)
    two = Talk(store).say("", "b", input=(user("And this?", file),), **shared)
    assert store.remove([one.id]).contents == 0
    assert kept(store) == [two]
    assert kept(store)[0].input[0].parts == (TextPart("And this?"), AttachmentPart(file))
    assert store.remove([two.id]).contents == 5
    assert counts(store.path)["content"] == 0


def test_a_conversation_without_turns_goes_unless_it_has_a_name_or_a_tag(store: SQLiteStore) -> None:
    plain, named, tagged = Talk(store), Talk(store), Talk(store)
    turns = [talk.say("hi", str(number)) for number, talk in enumerate((plain, named, tagged))]
    store.name(named.id, "birds")
    store.tag(tagged.id, add=["birds"])
    store.remove([turn.id for turn in turns])
    assert {record.id for record in store.find_conversations(ConversationQuery())} == {named.id, tagged.id}
    assert store.find_conversation("birds").head is None


def test_a_fork_that_was_never_used_goes_on_from_what_is_left(store: SQLiteStore) -> None:
    talk = Talk(store)
    talk.say("one")
    head = talk.head
    second = talk.say("two")
    assert talk.head is not None
    forked = store.fork(talk.head, name="fork")
    lost = store.fork(talk.head)
    store.remove([second.id])
    assert store.find_conversation(forked).head == head
    assert store.find_conversation(lost).head == head
    used = Talk(store, after=head).say("used")
    with pytest.raises(LaterTurns):
        store.remove([turn.id for turn in kept(store) if turn.id != used.id])


def test_a_head_goes_back_to_the_last_answer_that_stays(store: SQLiteStore) -> None:
    talk = Talk(store)
    talk.say("one")
    head = talk.head
    kept_turn = talk.say("two", "as it was")
    second = talk.head
    talk.head = head
    again = talk.say("two", "once more")
    store.remove([again.id])
    assert store.find_conversation(talk.id).head == second
    store.remove([kept_turn.id])
    assert store.find_conversation(talk.id).head == head


def test_the_system_prompt_that_a_conversation_kept_goes_with_its_last_turn(store: SQLiteStore) -> None:
    talk = Talk(store)
    talk.say("one", system="Be brief")
    second = talk.say("two", system="Be a secret agent")
    assert store.find_conversation(talk.id).system == "Be a secret agent"
    store.remove([second.id])
    assert store.find_conversation(talk.id).system == "Be brief"
    assert counts(store.path)["content"] == 1


def test_a_running_turn_can_be_deleted(store: SQLiteStore) -> None:
    turn = running("hi")
    store.begin(turn)
    assert store.remove([turn.id]).turns == (turn.id,)
    assert counts(store.path)["turn_search_docsize"] == 0


def test_what_a_removal_costs_does_not_depend_on_the_history(store: SQLiteStore) -> None:
    """Steps of SQLite's machine are counted: time would be a matter of luck."""

    def steps() -> int:
        turn = Talk(store).say("a question", "its answer")
        count = 0

        def step() -> None:
            nonlocal count
            count += 1

        with closing(sqlite3.connect(store.path, isolation_level=None)) as connection:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA foreign_keys = ON")
            connection.set_progress_handler(step, 10)
            connection.execute("BEGIN IMMEDIATE")
            assert remove(connection, [turn.id]).messages == 2
            connection.execute("COMMIT")
        return count

    first = steps()
    talk = Talk(store)
    for number in range(300):
        talk.say(f"question {number}", f"answer {number}")
        Talk(store).say("hi", "hello")
    assert steps() < first * 2
