"""The history as JSON Lines, out and in again."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from llm._domain.attachment import Attachment
from llm._domain.message import Message, assistant, user
from llm._domain.message_id import chain_id
from llm._domain.part import AttachmentPart, TextPart, ToolResultPart
from llm._domain.turn import Turn
from llm._storage.history import open_history
from llm._storage.ids import new_id
from llm._storage.jsonl import Imported, export_turns, import_turns
from llm._storage.query import ConversationQuery, TurnQuery
from llm._storage.store import Store
from llm.errors import HistoryError, RequestError

from .turns import FILE, done, everything, kept, running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(open_history(tmp_path / "history.db")) as store:
        yield store


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Store]:
    with closing(open_history(tmp_path / "empty.db")) as store:
        yield store


def exported(store: Store, query: TurnQuery | None = None) -> str:
    file = io.StringIO()
    export_turns(store, file, query or TurnQuery())
    return file.getvalue()


def lines(text: str, kind: str | None = None) -> list[dict[str, Any]]:
    values = [json.loads(line) for line in text.splitlines()]
    return [value for value in values if kind in (None, value["line"])]


def imported(store: Store, text: str) -> Imported:
    return import_turns(store, io.StringIO(text))


def conversation(store: Store, turns: int, **fields: Any) -> list[Turn]:
    """Turns that follow one another, kept in *store*."""
    made: list[Turn] = []
    after, id = None, new_id()
    for number in range(turns):
        turn = replace(done(running(f"Prompt {number}"), f"Answer {number}"), conversation=id, after=after, **fields)
        assert store.add(turn)
        after = chain_id((*turn.input, *turn.answer), turn.after)
        made.append(turn)
    return made


def test_a_turn_in_which_no_field_is_empty_comes_back_as_it_was(store: Store, empty: Store) -> None:
    turn, before = everything()
    store.add(turn, before)
    text = exported(store)
    assert imported(empty, text) == Imported(turns=1, conversations=1, whole=True)
    assert kept(empty) == [turn]
    assert empty.messages(turn.id) == store.messages(turn.id)
    assert exported(empty) == text
    assert list(empty.verify()) == []


def test_importing_again_adds_nothing(store: Store, empty: Store) -> None:
    conversation(store, 3)
    text = exported(store)
    imported(empty, text)
    assert imported(empty, text) == Imported(known=3, conversations=1, whole=True)
    assert exported(empty) == text
    assert imported(store, text) == Imported(known=3, conversations=1, whole=True)


def test_names_tags_system_prompts_and_forks_come_along(store: Store, empty: Store) -> None:
    turns = conversation(store, 2, system="Be brief")
    store.name(turns[0].conversation, "birds")
    store.tag(turns[0].conversation, ["work", "animals"])
    head = chain_id((*turns[0].input, *turns[0].answer))
    assert head is not None
    store.fork(head, system="Be long", name="other way")
    imported(empty, exported(store))
    assert empty.find_conversations(ConversationQuery()) == store.find_conversations(ConversationQuery())
    assert empty.find_conversation("other way").system == "Be long"


def test_a_long_conversation_takes_a_line_for_each_message(store: Store) -> None:
    conversation(store, 50, system="A system prompt " * 100)
    text = exported(store)
    assert len(lines(text, "message")) == 100
    assert len(text) < 50 * 1000, "what stays the same is written once"


def test_files_and_fragments_are_written_once(store: Store, empty: Store) -> None:
    page = "A page of text\n" * 1000
    for number in range(10):
        input = (Message("user", (TextPart(f"{page}\nPrompt {number}"), AttachmentPart(FILE))),)
        store.add(done(running(input=input, fragments=(page,), system_fragments=(page,))))
    text = exported(store)
    assert len(lines(text, "content")) == 2
    assert len(text) < 30_000
    imported(empty, text)
    assert kept(empty) == kept(store)
    assert exported(empty) == text


@pytest.mark.parametrize("rest", ["", "\n", "\nmore", "\n\nmore\n", "more"])
def test_a_prompt_that_begins_with_fragments_is_the_same_afterwards(store: Store, empty: Store, rest: str) -> None:
    turn = done(running(f"one\ntwo{rest}", fragments=("one", "two")))
    store.add(turn)
    imported(empty, exported(store))
    assert kept(empty) == [turn]
    assert list(empty.verify()) == []


def test_of_a_file_that_was_too_large_path_and_hash_come_along(store: Store, empty: Store) -> None:
    large = Attachment("video/mp4", "/nowhere/film.mp4", None, None, "ab" * 32)
    turn = done(running(input=(user("What happens?", large),)))
    store.add(turn)
    text = exported(store)
    assert lines(text, "content") == []
    imported(empty, text)
    kept_file = kept(empty)[0].input[0].parts[1]
    assert isinstance(kept_file, AttachmentPart)
    assert (kept_file.attachment.path, kept_file.attachment.id()) == ("/nowhere/film.mp4", "ab" * 32)
    assert exported(empty) == text


def test_the_export_of_one_conversation_has_what_was_said_before_its_first_turn(store: Store, empty: Store) -> None:
    turns = conversation(store, 2)
    head = chain_id((*turns[1].input, *turns[1].answer), turns[1].after)
    assert head is not None
    id = store.fork(head, name="fork")
    turn = done(replace(running("Instead"), conversation=id, after=head))
    store.add(turn)
    text = exported(store, TurnQuery(conversation=id))
    assert [line["id"] for line in lines(text, "turn")] == [turn.id]
    assert len(lines(text, "message")) == 6
    imported(empty, text)
    assert empty.messages(turn.id) == store.messages(turn.id)
    assert empty.find_conversation("fork") == store.find_conversation("fork")


def test_an_export_of_some_turns_tells_nothing_of_the_others(store: Store, empty: Store) -> None:
    first, *_ = conversation(store, 3)
    text = exported(store, TurnQuery(ids=(first.id,)))
    assert "Prompt 1" not in text
    imported(empty, text)
    assert empty.find_conversation(first.conversation).head == chain_id((*first.input, *first.answer))


def test_a_file_that_breaks_off_adds_what_is_whole_and_says_so(store: Store) -> None:
    made = conversation(store, 3)
    text = exported(store)
    data = text.encode()
    seen = set()
    for cut in {*range(0, len(data), 97), len(data) - 1, data.index(b'"line":"end"') - 2}:
        with closing(open_history(Path(store.path).with_name(f"cut-{cut}.db"))) as other:  # type: ignore[attr-defined]
            done = import_turns(other, io.TextIOWrapper(io.BytesIO(data[:cut]), "utf-8"))
            assert kept(other) == made[: done.turns]
            assert list(other.verify()) == []
            assert not done.whole or cut == len(data) - 1
            seen.add(done.turns)
    assert seen == {0, 1, 2, 3}


def test_a_file_that_breaks_off_within_a_character_is_no_other_failure(empty: Store, store: Store) -> None:
    store.add(done(running("€" * 100)))
    data = exported(store).encode()
    cut = data[: data.index("€".encode()) + 1]
    assert not import_turns(empty, io.TextIOWrapper(io.BytesIO(cut), "utf-8")).whole


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"Prompt 0"', '"Prompt X"', "Line 2 cannot be imported: The message does not fit its id"),
        ('"text":"Be brief"', '"text":"Be long"', "The content does not fit its id"),
        ('"role":"user"', '"role":"tool"', "The message does not fit its id"),
        ('"status":"done"', '"status":"perfect"', "'perfect' is not how a turn ends"),
        ('"line":"turn"', '"line":"tern"', "Nobody knows lines of the kind 'tern'"),
        ('"line":"turn",', '"line":"turn","colour":1,', "what it says cannot be read"),
        ('"line":"message"', '"line":"message"!', "it is not JSON"),
        ('{"line":"message"', '[]{"line":"message"', "it is not JSON"),
        ('"version":1', '"version":2', "Line 1 cannot be imported: It was written by a newer llm"),
        ("llm-history", "csv", "is not the format of an export"),
        ('{"line":"header"', '{"line":"end"', "does not begin as an export of llm does"),
        ('{"line":"header"', '[1]\n{"line":"header"', "Line 1 cannot be imported: what it says cannot be read"),
    ],
)
def test_a_damaged_line_is_an_error_that_names_it(store: Store, empty: Store, old: str, new: str, told: str) -> None:
    conversation(store, 1, system="Be brief")
    text = exported(store)
    assert old in text
    with pytest.raises(RequestError, match=r"Line \d+ cannot be imported: ") as caught:
        imported(empty, text.replace(old, new, 1))
    assert told in str(caught.value)
    assert kept(empty) == []


def test_a_line_that_refers_to_what_is_missing_is_an_error(store: Store, empty: Store) -> None:
    conversation(store, 1)
    text = "".join(line for line in exported(store).splitlines(True) if '"assistant"' not in line)
    with pytest.raises(RequestError, match="which does not stand before it"):
        imported(empty, text)


def test_messages_that_do_not_follow_one_another_are_an_error(store: Store, empty: Store) -> None:
    one, two = conversation(store, 1), conversation(store, 1)
    two = conversation(store, 2)
    text = exported(store).splitlines(True)
    turn = next(line for line in text if two[1].id in line and '"turn"' in line)
    after = json.loads(turn)["after"]
    wrong = turn.replace(after, lines("".join(text), "message")[0]["id"])
    assert one
    with pytest.raises(RequestError, match="does not follow the one before it"):
        imported(empty, "".join(text).replace(turn, wrong))


def test_several_exports_may_stand_in_one_file(store: Store, empty: Store, tmp_path: Path) -> None:
    conversation(store, 1)
    with closing(open_history(tmp_path / "third.db")) as third:
        conversation(third, 2)
        assert imported(empty, exported(store) + exported(third)).turns == 3
        assert not imported(empty, exported(store) + exported(third)[:-30]).whole


def test_a_name_that_is_taken_here_is_told(store: Store, empty: Store) -> None:
    store.name(conversation(store, 1)[0].conversation, "birds")
    empty.name(conversation(empty, 1)[0].conversation, "birds")
    assert imported(empty, exported(store)) == Imported(turns=1, conversations=1, taken=("birds",), whole=True)


def test_a_history_that_cannot_be_written_is_told_as_such(store: Store, tmp_path: Path) -> None:
    conversation(store, 1)
    (tmp_path / "folder.db").mkdir()
    with closing(open_history(tmp_path / "folder.db")) as other, pytest.raises(HistoryError):
        imported(other, exported(store))


def test_a_turn_that_ran_when_it_was_exported_is_ended_by_a_later_export(store: Store, empty: Store) -> None:
    turn = running()
    store.begin(turn)
    imported(empty, exported(store))
    assert kept(empty)[0].status == "running"
    store.finish(done(turn))
    assert imported(empty, exported(store)).turns == 1
    assert kept(empty) == [done(turn)]


@pytest.mark.parametrize("seed", range(25))
def test_any_history_comes_back_line_by_line(store: Store, empty: Store, seed: int) -> None:
    """Trees of messages, with shared fragments, files and texts of every kind."""
    _grow(store, random.Random(seed))
    text = exported(store)
    result = imported(empty, text)
    assert result.whole
    assert result.turns == len(kept(store))
    assert exported(empty) == text
    assert kept(empty) == kept(store)
    assert empty.find_conversations(ConversationQuery()) == store.find_conversations(ConversationQuery())
    assert list(empty.verify()) == []


_TEXTS = ("", "Hi", "öß€🐦", 'a "quote"\\ and \n lines\r\t', "\x00\x7f\x85\u2028\u2029", "half \ud800", "x" * 500)
_VALUES = (None, True, 0, -1.5, 1e300, float("inf"), "text", [], {}, [1, {"a": None}], {"b": ["öß", {"c": 1}]})
_STATUSES = ("done", "partial", "error", "cancelled", "running")


def _grow(store: Store, chance: random.Random) -> None:
    """Ask turns that follow any message there is, in conversations old and new, and fork, name and tag some."""
    heads: list[tuple[str | None, str]] = [(None, new_id())]
    for _ in range(chance.randint(1, 12)):
        after, id = chance.choice(heads)
        fragments = tuple(chance.choices(_TEXTS[1:], k=chance.randint(0, 2)))
        prompt = "\n".join([*fragments, chance.choice(_TEXTS)])
        turn = replace(
            done(running(input=(*_extra(chance), user(prompt, *_files(chance))), fragments=fragments)),
            conversation=chance.choice([id, id, new_id()]),
            after=after,
            status=chance.choice(_STATUSES),
            system=chance.choice(_TEXTS),
            options={"value": chance.choice(_VALUES)},
            tools=chance.choice([(), ({"name": "add", "input_schema": {}},)]),
            schema=chance.choice([None, {"type": "object"}]),
            raw=chance.choice(_VALUES),
            error=chance.choice([None, "It broke"]),
            parts=(TextPart(chance.choice(_TEXTS)), *(AttachmentPart(file) for file in _files(chance))),
        )
        assert store.add(turn)
        head = chain_id((*turn.input, *turn.answer), turn.after)
        assert head is not None
        heads.append((head, turn.conversation))
        if chance.random() < 0.3:
            store.fork(head, system=chance.choice(_TEXTS), name=chance.choice([None, f"fork {turn.id}"]))
        if chance.random() < 0.3:
            store.tag(turn.conversation, chance.sample(["work", "öß", "a b"], 2))


def _files(chance: random.Random) -> list[Attachment]:
    return chance.choices(
        [FILE, Attachment("text/plain", content=b""), Attachment(url="https://a/b.png")], k=chance.randint(0, 2)
    )


def _extra(chance: random.Random) -> list[Message]:
    result = ToolResultPart("add", chance.choice(_TEXTS), "call_1", attachments=(FILE,))
    metadata = Message("user", (TextPart("Hm"),), {"x": chance.choice(_VALUES)})
    return chance.sample([assistant(result), metadata, Message("developer", ())], chance.randint(0, 2))
