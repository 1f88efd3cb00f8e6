"""A turn is on disk before its request leaves, and is finished there however it ends."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import llm
from api.colour import Colour, take
from api.fixtures import ModelAt, Serve
from api.world import set_policy
from llm._domain.turn import Turn
from llm._storage.history import open_history, open_journal
from llm._storage.journal import Journal
from llm._storage.query import TurnQuery
from llm._storage.store import Store
from llm.testing import (
    AsyncScriptedModel,
    Cut,
    Pause,
    ScriptedModel,
    Stall,
    chat_stream,
    error_reply,
    json_reply,
)


@pytest.fixture
def store(tmp_path: Path) -> Any:
    """A real store."""
    opened = open_history(tmp_path / "history.db")
    yield opened
    opened.close()


def no_complaint(error: llm.HistoryError) -> None:
    raise AssertionError(error)


def recorder(store: Any, complain: Any = no_complaint) -> Journal:
    """What keeps turns in a store."""
    return open_journal(store.path, store, complain)


def turns(store: Store) -> list[Turn]:
    """All turns of a store."""
    return [found.turn for found in store.find(TurnQuery())]


def kept(tmp_path: Path) -> Turn:
    """The one turn that is on disk, read over a connection of its own."""
    reader = open_history(tmp_path / "history.db")
    try:
        (turn,) = turns(reader)
    finally:
        reader.close()
    return turn


def test_the_turn_is_on_disk_when_the_server_is_asked(
    colour: Colour, model_at: ModelAt, serve: Serve, store: Store, tmp_path: Path
) -> None:
    server = serve(chat_stream(Pause(0.5), "hi"))
    model = model_at(server.url, recorder=recorder(store))
    response = model.prompt("go", system="Be brief", temperature=0.5)
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(lambda: colour.run(response.text()))
        server.exchange(0)
        turn = kept(tmp_path)
        assert asking.result(10) == "hi"
    assert (turn.status, turn.prompt, turn.system, turn.model) == ("running", "go", "Be brief", "test/m")
    assert store.messages(turn.id) == response.prompt.messages
    assert turn.options == {"temperature": 0.5}


def test_a_whole_answer_is_kept_with_its_facts(
    colour: Colour, model_at: ModelAt, serve: Serve, store: Store, tmp_path: Path
) -> None:
    server = serve(error_reply(503, "Busy"), chat_stream("{", "}", usage=(3, 2), headers={"x-request-id": "r1"}))
    model = model_at(server.url, recorder=recorder(store))
    schema = {"type": "object"}
    assert colour.run(model.prompt("go", schema=schema, tools=[llm.Tool("add", "Adds")]).text()) == "{}"
    turn = kept(tmp_path)
    assert (turn.status, turn.text, turn.error) == ("done", "{}", None)
    assert (turn.resolved_model, turn.request_id, turn.finish_reason) == ("scripted", "r1", "stop")
    assert (turn.usage.input, turn.usage.output) == (3, 2)
    assert turn.schema == schema
    assert turn.tools[0]["name"] == "add"
    assert turn.attempts[0]["error"] == "test answered 503: Busy"
    assert turn.first_byte_ms is not None
    assert turn.duration_ms is not None
    assert 0 <= turn.first_byte_ms <= turn.duration_ms
    assert turn.raw["id"] == "chatcmpl-scripted"


def test_a_second_read_keeps_nothing_again(
    colour: Colour, model_at: ModelAt, serve: Serve, store: Store, tmp_path: Path
) -> None:
    response = model_at(serve(chat_stream("x")).url, recorder=recorder(store)).prompt("go")
    for _ in range(2):
        colour.run(response.text())
    assert kept(tmp_path).status == "done"


def test_nothing_is_kept_of_what_was_never_read(
    colour: Colour, model_at: ModelAt, serve: Serve, store: Store, tmp_path: Path
) -> None:
    model_at(serve().url, recorder=recorder(store)).prompt("go")
    assert turns(store) == []


def test_an_answer_that_was_left_is_partial(
    colour: Colour, model_at: ModelAt, serve: Serve, store: Store, tmp_path: Path
) -> None:
    server = serve(chat_stream("Hel", "lo", Stall(10)))
    take(colour, model_at(server.url, recorder=recorder(store)).prompt("go"), 2)
    turn = kept(tmp_path)
    assert (turn.status, turn.text, turn.error) == ("partial", "Hello", None)


def test_an_answer_that_was_cancelled_is_cancelled(
    colour: Colour, model_at: ModelAt, serve: Serve, store: Store, tmp_path: Path
) -> None:
    server = serve(chat_stream("Hel", Stall(10)))
    response = model_at(server.url, recorder=recorder(store)).prompt("go")
    held = colour.iterate(response)
    next(held)
    colour.run(response.cancel())
    turn = kept(tmp_path)
    assert (turn.status, turn.text) == ("cancelled", "Hel")


def test_an_answer_that_broke_is_an_error_with_what_came(
    colour: Colour, model_at: ModelAt, serve: Serve, store: Store, tmp_path: Path
) -> None:
    server = serve(chat_stream("Hel", Cut(), "lo"))
    with pytest.raises(llm.NetworkError):
        colour.run(model_at(server.url, recorder=recorder(store)).prompt("go").text())
    turn = kept(tmp_path)
    assert (turn.status, turn.text) == ("error", "Hel")
    assert str(turn.error).startswith("NetworkError: The connection to 127.0.0.1")


def test_a_foreign_error_is_kept_too(colour: Colour, store: Store, tmp_path: Path) -> None:
    model = (AsyncScriptedModel if colour.name == "async" else ScriptedModel)(["a", LookupError("what")])
    set_policy(model.app, recorder=recorder(store))
    with pytest.raises(LookupError):
        colour.run(model.prompt("go").text())
    turn = kept(tmp_path)
    assert (turn.status, turn.text, turn.error) == ("error", "a", "LookupError: what")


def test_a_key_that_the_server_repeats_is_not_kept(
    colour: Colour, model_at: ModelAt, serve: Serve, store: Store, tmp_path: Path
) -> None:
    key = "plain-secret"
    answer = {"choices": [{"message": {"content": "hi"}, "finish_reason": "stop"}], "sent": [f"Bearer {key}"]}
    server = serve(error_reply(500, f"bad {key}"), json_reply(answer, headers={"x-request-id": key}))
    model = model_at(server.url, key=key, recorder=recorder(store))
    assert colour.run(model.prompt("go").text()) == "hi"
    turn = kept(tmp_path)
    assert turn.raw["sent"] == ["Bearer ***"]
    assert key not in repr(turn)
    store.close()
    assert key.encode() not in b"".join(path.read_bytes() for path in tmp_path.glob("history.db*"))


def test_the_turns_of_a_conversation_share_its_id(
    colour: Colour, model_at: ModelAt, serve: Serve, store: Store
) -> None:
    model = model_at(serve(chat_stream("x"), repeat=True).url, recorder=recorder(store))
    conversation = model.conversation()
    for asked in (conversation, conversation, model, model):
        colour.run(asked.prompt("go").text())
    ids = [turn.conversation for turn in turns(store)]
    assert ids[:2] == [conversation.id] * 2
    assert len(set(ids)) == 3


def test_a_task_that_is_cancelled_while_its_turn_is_written_leaves_no_running_turn(
    store: Store, tmp_path: Path
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    class Slow:
        path = tmp_path / "history.db"
        finish = staticmethod(store.finish)

        def begin(self, turn: Turn, before: Any, **where: Any) -> None:
            begun.set()
            assert go_on.wait(10)
            store.begin(turn, before, **where)

    async def main() -> None:
        model = AsyncScriptedModel("never")
        slow: Any = Slow()
        set_policy(model.app, recorder=recorder(slow, lambda error: None))
        task = asyncio.create_task(model.prompt("go").text())
        await asyncio.to_thread(begun.wait, 10)
        task.cancel()
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert kept(tmp_path).status == "cancelled"


class Broken:
    """A store on a full disk."""

    patience = 2.0

    def __init__(self, path: Path) -> None:
        self.path = path

    def begin(self, *_: Any, **__: Any) -> None:
        raise llm.HistoryError("disk full")

    finish = add = begin


def test_a_store_that_fails_is_told_and_the_answer_goes_on_and_waits(
    colour: Colour, model_at: ModelAt, serve: Serve, store: Store, tmp_path: Path
) -> None:
    complaints: list[llm.HistoryError] = []
    broken = Broken(tmp_path / "history.db")
    model = model_at(serve(chat_stream("still here")).url, recorder=recorder(broken, complaints.append))
    assert colour.run(model.prompt("go").text()) == "still here"
    (complaint,) = complaints
    assert "waits to be added" in str(complaint)
    assert str(complaint).endswith("disk full")
    assert recorder(store).recover() == 1
    turn = kept(tmp_path)
    assert (turn.status, turn.prompt, turn.text) == ("done", "go", "still here")
    assert not list((tmp_path / "history-spool").iterdir())
