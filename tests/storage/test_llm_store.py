"""A `logs.db` is searched and listed as our own history is, and nothing is written to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from llm._domain.message import system, user
from llm._storage import Store
from llm._storage.llm_store import LLMStore
from llm._storage.query import ConversationQuery, ConversationRecord, TurnQuery
from llm.errors import HistoryError, UnknownConversation, UnknownTurn

from .llm_fixtures import CHAT, FIRST, LONE, OTHER, SCHEMA, SECOND, THIRD, database, insert, newer, older
from .turns import running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(LLMStore(older(tmp_path / "logs.db"))) as opened:
        yield opened


def ids(store: Store, **query: Any) -> list[str]:
    return [found.turn.id for found in store.find(TurnQuery(**query))]


def test_the_newest_turns_are_listed_oldest_first(store: Store) -> None:
    assert ids(store) == [FIRST, SECOND, THIRD, LONE]
    assert ids(store, count=2) == [THIRD, LONE]
    assert ids(store, count=0) == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"model": "gpt-5"}, [SECOND]),
        ({"model": "gpt-4-0613"}, [FIRST]),
        ({"conversation": CHAT, "count": 2}, [SECOND, THIRD]),
        ({"ids": (LONE, FIRST)}, [FIRST, LONE]),
        ({"statuses": ("done",), "count": 1}, [LONE]),
        ({"statuses": ("error",)}, []),
        ({"template": "brief"}, []),
        ({"fragments": (sha256(b"A page").hexdigest(), sha256(b"Be kind ").hexdigest())}, [FIRST]),
        ({"fragments": (sha256(b"A page").hexdigest(), sha256(b"").hexdigest())}, []),
        ({"tools": ("Box_add",)}, [SECOND, THIRD]),
        ({"tools": ("other",)}, []),
        ({"any_tool": True}, [SECOND, THIRD]),
        ({"since": 1692302402.5, "until": 1692302404.0}, [SECOND, THIRD]),
        ({"after_id": SECOND}, [THIRD, LONE]),
        ({"from_id": SECOND.upper()}, [SECOND, THIRD, LONE]),
    ],
)
def test_a_turn_fits_every_field_of_the_query(store: Store, query: dict[str, Any], expected: list[str]) -> None:
    assert ids(store, **query) == expected


def test_turns_are_found_by_their_schema(store: Store) -> None:
    from llm._domain.schema_dsl import schema_id

    assert ids(store, schema=schema_id(SCHEMA)) == [FIRST]


@pytest.mark.parametrize("words", ["pelican", "percy AND pelican", 'percy "the', "percy-the", "pelican?"])
def test_words_are_searched_in_prompts_and_answers(store: Store, words: str) -> None:
    assert ids(store, search=words) == [LONE]


def test_a_snippet_shows_where_the_words_are(store: Store) -> None:
    [found] = store.find(TurnQuery(search="pelican", count=1))
    assert found.snippet == "Name a **pelican**"
    [found] = store.find(TurnQuery(search='the "pelican'))
    assert found.snippet == "Percy **the** **pelican**"


def test_words_are_searched_in_the_newer_tables(tmp_path: Path) -> None:
    with closing(LLMStore(newer(tmp_path / "logs.db"))) as store:
        assert ids(store, search="hello OR there", order="latest") == [FIRST, THIRD]
        assert ids(store, search="hello OR there", order="latest", count=1) == [THIRD]
        assert ids(store, search="there", conversation=OTHER) == []


def test_the_best_of_what_is_found_is_the_last(tmp_path: Path) -> None:
    path = database(tmp_path / "logs.db", 4)
    for id, prompt, response in ((1, "the cat", "cat cat"), (2, "dogs and one", "cat"), (3, "dogs", "dogs")):
        insert(path, "logs", id=id, prompt=prompt, response=response, datetime_utc=f"2023-05-0{id}")
    with closing(LLMStore(path)) as store:
        found = [found.turn.prompt for found in store.find(TurnQuery(search="cat"))]
        assert found == ["dogs and one", "the cat"]
        assert [it.turn.prompt for it in store.find(TurnQuery(search="cat", count=1))] == ["the cat"]


def test_a_turn_is_found_by_the_start_of_its_id(store: Store) -> None:
    assert store.find_turn(FIRST.upper()).id == FIRST
    assert store.find_turn(f"{LONE[:-1]}4").id == LONE
    with pytest.raises(UnknownTurn, match="Several"):
        store.find_turn(FIRST[:20])
    for unknown in ("zzz", " "):
        with pytest.raises(UnknownTurn):
            store.find_turn(unknown)


def test_what_was_sent_is_rebuilt(store: Store) -> None:
    sent = store.messages(SECOND)
    assert (sent[0], sent[-1], len(sent)) == (system("Be kind\n\nBe brief"), user("Add 1 and 2"), 4)
    assert store.messages(LONE) == (user("Name a pelican"),)


def test_the_chain_of_a_message_is_found_wherever_it_is(store: Store) -> None:
    record = store.find_conversation(CHAT)
    assert record.head is not None
    chain = store.chain(record.head)
    assert chain[:-1] == store.messages(THIRD)[1:]
    after = store.find_turn(SECOND).after
    assert after is not None
    assert store.chain(after) == chain[:2]
    with pytest.raises(UnknownTurn):
        store.chain("0" * 64)


def test_conversations_are_listed_the_one_used_last_at_the_end(store: Store) -> None:
    chat, other = store.find_conversations(ConversationQuery())
    assert (chat.id, chat.turns, chat.last, chat.model, chat.name) == (CHAT, 3, THIRD, "gpt-4", None)
    assert chat.title == "A page What is on the page that I sent?"
    assert chat.system == "Be kind\n\nBe brief"
    assert (other.id, other.name, other.title, other.used) == (OTHER, "Given by hand", "Given by hand", 1692302404.5)
    assert store.find_conversations(ConversationQuery(1)) == [other]
    assert store.find_conversations(ConversationQuery(tags=("a",))) == []
    assert store.last_used("/dev/pts/1 2 3") == OTHER


def test_conversations_are_searched_by_their_turns_and_names(store: Store) -> None:
    assert [it.id for it in store.find_conversations(ConversationQuery(search="ink"))] == [CHAT]
    assert [it.id for it in store.find_conversations(ConversationQuery(search="by hand"))] == [OTHER]


def test_a_conversation_is_found_by_name_or_by_the_start_of_its_id(store: Store) -> None:
    assert store.find_conversation("Given by hand").id == OTHER
    assert store.find_conversation(OTHER.upper()).id == OTHER
    with pytest.raises(UnknownConversation, match="Several"):
        store.find_conversation(CHAT[:20])
    for unknown in ("nobody", ""):
        with pytest.raises(UnknownConversation):
            store.find_conversation(unknown)


def test_tokens_are_added_up_by_day_and_model(store: Store) -> None:
    rows = [(row.day, row.model, row.turns, row.input, row.output) for row in store.usage()]
    assert rows == [("2023-08-17", "gpt-4", 3, 5, 6), ("2023-08-17", "gpt-5", 1, 0, 0)]


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    path = older(tmp_path / "logs.db")
    insert(path, "prompt_attachments", response_id=LONE, attachment_id="gone", order=0)
    with closing(LLMStore(path)) as store:
        [damage] = store.verify()
        assert LONE in damage.what
        assert ids(store) == [FIRST, SECOND, THIRD]


WRITING: dict[str, Callable[[Store], object]] = {
    "begin": lambda store: store.begin(running()),
    "finish": lambda store: store.finish(running()),
    "add": lambda store: store.add(running()),
    "name": lambda store: store.name(CHAT, "name"),
    "tag": lambda store: store.tag(CHAT, ["tag"]),
    "fork": lambda store: store.fork("0" * 64),
    "add_conversation": lambda store: store.add_conversation(ConversationRecord(CHAT)),
    "prune": lambda store: store.prune(keep=1),
    "remove": lambda store: store.remove([FIRST]),
    "redact": lambda store: store.redact(str.upper),
    "backup": lambda store: store.backup(Path("copy.db")),
    "vacuum": lambda store: store.vacuum(),
}


@pytest.mark.parametrize("method", WRITING)
def test_what_would_write_is_refused(store: LLMStore, method: str) -> None:
    kept = store.path.read_bytes()
    with pytest.raises(HistoryError, match="is read and never written") as caught:
        WRITING[method](store)
    assert caught.value.hint == f"llm logs import-llm {store.path} copies it into the history"
    assert store.path.read_bytes() == kept


def test_a_closed_store_opens_again(store: Store) -> None:
    assert store.running() == []
    assert store.size() > 0
    store.close()
    assert len(ids(store)) == 4
