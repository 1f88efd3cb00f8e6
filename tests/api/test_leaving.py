"""A reader that leaves early closes the connection; what arrived is kept, and nothing is sent again."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from contextlib import aclosing, suppress
from typing import Any

import pytest

import llm
from llm.testing import Exchange, FaultyServer, Stall, chat_stream

from .colour import Colour, take
from .fixtures import ModelAt, Serve
from .world import make_app

PIECES = ("one ", "two ", Stall(10))


@pytest.fixture
def server(serve: Serve) -> FaultyServer:
    """Sends two pieces, and then nothing until the client leaves."""
    return serve(chat_stream(*PIECES), repeat=True)


def assert_left(server: FaultyServer) -> None:
    """The client has closed its connection, before the server would have."""
    (exchange,) = server.exchanges
    assert isinstance(exchange, Exchange)
    assert exchange.closed_by_client.wait(5)
    assert exchange.closed_after is not None
    assert exchange.closed_after < 5


def test_leaving_makes_the_response_partial(colour: Colour, model_at: ModelAt, server: FaultyServer) -> None:
    response = model_at(server.url).prompt("go")
    assert take(colour, response, 1) == ["one "]
    assert response.status == "partial"
    assert_left(server)


def test_a_partial_response_replays_and_then_raises_with_the_text_so_far(
    colour: Colour, model_at: ModelAt, server: FaultyServer
) -> None:
    response = model_at(server.url).prompt("go")
    take(colour, response, 2)
    for _ in range(2):
        again = colour.iterate(response)
        assert [next(again), next(again)] == ["one ", "two "]
        with pytest.raises(llm.Incomplete) as caught:
            next(again)
        assert caught.value.text == "one two "
    with pytest.raises(llm.Incomplete, match="left before it was whole, after 8 characters") as caught:
        colour.run(response.text())
    assert (caught.value.text, caught.value.retryable) == ("one two ", False)
    assert len(server.exchanges) == 1


def test_debug_tells_of_a_partial_response(colour: Colour, model_at: ModelAt, server: FaultyServer) -> None:
    response = model_at(server.url).prompt("go")
    take(colour, response, 1)
    facts = colour.run(response.debug())
    assert (facts["status"], facts["finish_reason"], facts["error"]) == ("partial", None, None)
    assert facts["resolved_model"] == "scripted"
    assert 0 < facts["timings"]["first_byte"] <= facts["timings"]["last_byte"]


def test_cancel_closes_and_says_so(colour: Colour, model_at: ModelAt, server: FaultyServer) -> None:
    response = model_at(server.url).prompt("go")
    held = colour.iterate(response)
    assert next(held) == "one "
    colour.run(response.cancel())
    assert response.status == "cancelled"
    assert_left(server)
    with pytest.raises(llm.Incomplete, match="cancelled") as caught:
        colour.run(response.text())
    assert caught.value.text == "one "


def test_cancelled_before_it_was_read_nothing_is_sent(colour: Colour, model_at: ModelAt, server: FaultyServer) -> None:
    response = model_at(server.url).prompt("go")
    colour.run(response.cancel())
    with pytest.raises(llm.Incomplete):
        colour.run(response.text())
    assert (response.status, server.exchanges) == ("cancelled", [])


def test_cancelling_what_has_ended_changes_nothing(colour: Colour, model_at: ModelAt, serve: Serve) -> None:
    response = model_at(serve(chat_stream("all")).url).prompt("go")
    assert colour.run(response.text()) == "all"
    colour.run(response.cancel())
    assert (response.status, colour.run(response.text())) == ("done", "all")


def _break(response: Any) -> None:
    for _ in response:
        break


def _break_out_of_events(response: Any) -> None:
    for _ in response.events():
        break


def _close(response: Any) -> None:
    iterator = iter(response)
    next(iterator)
    iterator.close()


def _forget(response: Any) -> None:
    iterator = iter(response)
    next(iterator)
    del iterator
    gc.collect()


def _fail(response: Any) -> None:
    with suppress(ZeroDivisionError):
        for piece in response:
            _ = len(piece) / 0


@pytest.mark.parametrize("leave", [_break, _break_out_of_events, _close, _forget, _fail])
def test_plain_code_leaves_in_many_ways(leave: Callable[[Any], None], server: FaultyServer, tmp_path: Any) -> None:
    response = make_app(tmp_path, server.url).get_model("test/m").prompt("go")
    leave(response)
    assert response.status == "partial"
    assert_left(server)


async def _abreak(response: Any) -> None:
    async for _ in response:
        break


async def _abreak_out_of_events(response: Any) -> None:
    async for _ in response.events():
        break


async def _aclose(response: Any) -> None:
    async with aclosing(aiter(response)) as pieces:
        await anext(pieces)


async def _aforget(response: Any) -> None:
    iterator = aiter(response)
    await anext(iterator)
    del iterator
    gc.collect()


async def _afail(response: Any) -> None:
    with suppress(ZeroDivisionError):
        async for piece in response:
            _ = len(piece) / 0


@pytest.mark.parametrize("leave", [_abreak, _abreak_out_of_events, _aclose, _aforget, _afail])
def test_a_task_leaves_in_many_ways(leave: Callable[[Any], Any], server: FaultyServer, tmp_path: Any) -> None:
    model = make_app(tmp_path, server.url).get_async_model("test/m")

    async def main() -> Any:
        response = model.prompt("go")
        await leave(response)
        # The loop goes on: the connection must be closed now, and not because everything ends.
        assert await asyncio.to_thread(server.exchange(0).closed_by_client.wait, 5)
        return response

    response = asyncio.run(main())
    assert response.status == "partial"
    assert_left(server)


def test_an_event_loop_that_ends_leaves_too(server: FaultyServer, tmp_path: Any) -> None:
    model = make_app(tmp_path, server.url).get_async_model("test/m")

    async def main() -> Any:
        response = model.prompt("go")
        pieces = aiter(response)
        await anext(pieces)
        return response, pieces

    response, _ = asyncio.run(main())
    assert_left(server)
    assert response.status == "partial"
