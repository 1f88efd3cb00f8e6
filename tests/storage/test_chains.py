"""Trees of messages, of any shape and content: they come back as they were, and share what they have in common."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from llm._domain.attachment import Attachment
from llm._domain.message import Message
from llm._domain.message_id import chain_id, message_id
from llm._domain.part import AttachmentPart, Part, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from llm._domain.turn import Turn
from llm._storage import new_id
from llm._storage.sqlite import SQLiteStore

from .turns import done, kept, running

TEXT = st.text(st.characters(codec=None), max_size=30)  # half characters too
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
OBJECT = st.dictionaries(TEXT, JSON, max_size=3)
FILE = st.builds(Attachment, st.sampled_from(["image/png", "text/plain"]), content=st.binary(max_size=40))
METADATA = st.none() | st.dictionaries(st.sampled_from(["openai", "anthropic"]), OBJECT, min_size=1, max_size=2)
PARTS: list[st.SearchStrategy[Part]] = [
    st.builds(TextPart, TEXT, refusal=st.booleans(), provider_metadata=METADATA),
    st.builds(ReasoningPart, TEXT, redacted=st.booleans(), provider_metadata=METADATA),
    st.builds(ToolCallPart, TEXT, OBJECT, st.none() | TEXT.filter(bool), provider_metadata=METADATA),
    st.builds(ToolResultPart, TEXT, TEXT, attachments=st.lists(FILE, max_size=2).map(tuple)),
    st.builds(AttachmentPart, FILE),
]
MESSAGE = st.builds(
    Message,
    st.sampled_from(["user", "assistant", "tool", "system"]),
    st.lists(st.one_of(PARTS), min_size=1, max_size=3).map(tuple),
    METADATA,
)


@dataclass(frozen=True)
class Branch:
    """A turn of a tree: which earlier one it follows (-1: none), and what is said in it."""

    follows: int
    input: tuple[Message, ...]
    answer: tuple[Part, ...]


@st.composite
def trees(draw: Any) -> list[Branch]:
    """Turns, each of which follows any earlier one or none."""
    count = draw(st.integers(1, 6))
    inputs = st.lists(MESSAGE, min_size=1, max_size=2).map(tuple)
    answers = st.lists(st.one_of(PARTS), max_size=2).map(tuple)
    return [Branch(draw(st.integers(-1, number - 1)), draw(inputs), draw(answers)) for number in range(count)]


def _counts(path: Path) -> tuple[int, int]:
    """How many messages there are, and how many files and texts."""
    with closing(sqlite3.connect(path)) as connection:
        row: tuple[int, int] = connection.execute(
            "SELECT (SELECT count(*) FROM message), (SELECT count(*) FROM content)"
        ).fetchone()
        return row


@settings(max_examples=60, deadline=None)
@given(trees())
def test_any_tree_comes_back_as_it_was_and_keeps_each_message_once(tree: list[Branch]) -> None:
    with tempfile.TemporaryDirectory() as folder, closing(SQLiteStore(Path(folder) / "history.db")) as store:
        said: list[tuple[Message, ...]] = []
        turns: list[Turn] = []
        for branch in tree:
            before = said[branch.follows] if branch.follows >= 0 else ()
            turn = replace(running(), input=branch.input, after=chain_id(before), status="done", parts=branch.answer)
            store.add(turn, before)
            turns.append(turn)
            said.append((*before, *turn.input, *turn.answer))
        assert kept(store) == turns
        for turn, messages in zip(turns, said, strict=True):
            assert (*store.messages(turn.id), *turn.answer) == messages
        assert list(store.verify()) == []
        ids = {chain_id(messages[:length]) for messages in said for length in range(1, len(messages) + 1)}
        assert _counts(store.path)[0] == len(ids)


def test_a_conversation_costs_what_is_said_in_it_and_a_fork_nothing(tmp_path: Path) -> None:
    with closing(SQLiteStore(tmp_path / "history.db")) as store:
        after, conversation, turns = None, new_id(), 40
        for number in range(turns):
            turn = replace(
                done(running(f"question {number}"), f"answer {number}"), conversation=conversation, after=after
            )
            store.add(turn)
            after = chain_id((*turn.input, *turn.answer), after)
        assert _counts(store.path) == (2 * turns, 0)
        store.fork(str(after))
        assert _counts(store.path) == (2 * turns, 0)
        assert len(store.chain(str(after))) == 2 * turns


def test_a_file_is_kept_once_however_often_it_is_sent(tmp_path: Path) -> None:
    file = Attachment("image/png", content=bytes(range(256)) * 40)
    with closing(SQLiteStore(tmp_path / "history.db")) as store:
        for number in range(5):
            turn = done(running(), input=(Message("user", (TextPart(str(number)), AttachmentPart(file))),))
            store.add(turn)
        assert _counts(store.path) == (5 + 1 * 5, 1)


def test_the_id_of_a_message_depends_on_its_content_and_on_what_is_before_it() -> None:
    one, other = Message("user", (TextPart("a"),)), Message("user", (TextPart("b"),))
    ids = {message_id(one, None), message_id(other, None), message_id(one, message_id(other, None))}
    assert len(ids) == 3
    assert message_id(Message("user", (TextPart("a"),)), None) in ids
    assert message_id(Message("assistant", (TextPart("a"),)), None) not in ids


def test_a_fragment_is_kept_once_and_the_messages_that_were_sent_are_whole(tmp_path: Path) -> None:
    page = "A long page.\n" * 500
    with closing(SQLiteStore(tmp_path / "history.db")) as store:
        turns = [done(running(f"{page}\nQuestion {number}", fragments=(page,))) for number in range(5)]
        for turn in turns:
            store.add(turn)
        assert kept(store) == turns
        assert store.messages(turns[3].id) == turns[3].input
        assert list(store.verify()) == []
        with closing(sqlite3.connect(store.path)) as connection:
            assert connection.execute("SELECT count(*) FROM content").fetchone() == (1,)
            assert connection.execute("SELECT max(length(parts)) FROM message").fetchone()[0] < 200
            assert connection.execute("SELECT prompt FROM responses ORDER BY id").fetchone() == ("Question 0",)
