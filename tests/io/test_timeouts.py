"""Every wait has its own limit, and the error says which one ran out, and on whom."""

from __future__ import annotations

import time
from typing import Any

import pytest

import llm
from api.colour import Colour
from api.fixtures import Serve
from llm._io.request import HTTPRequest, Timeouts
from llm.testing import FaultyServer, Pause, Reply, Stall

LIMIT = 0.2


def timed_out(colour: Colour, url: str, **limits: float | None) -> llm.LLMTimeoutError:
    """The error of a request, which must come when the limit is reached."""

    async def fetch() -> None:
        async with colour.io().send(HTTPRequest(url, timeouts=Timeouts(**limits))) as reply:
            await reply.read()

    started = time.monotonic()
    with pytest.raises(llm.LLMTimeoutError) as caught:
        colour.run(fetch())
    assert LIMIT <= time.monotonic() - started < 3
    error = caught.value
    assert error.host == url.split("/")[2]
    assert error.seconds == LIMIT
    assert str(error).startswith(f"{error.host} took more than {LIMIT:g} s to ")
    assert isinstance(error, TimeoutError)
    assert isinstance(error, llm.NetworkError)
    return error


@pytest.mark.parametrize(
    ("phase", "words", "hint"),
    [
        ("first_byte", "begin its reply", "first_byte = SECONDS under [timeouts] in config.toml"),
        ("total", "finish its reply", "--timeout SECONDS"),
    ],
)
def test_a_reply_that_does_not_begin(colour: Colour, serve: Serve, phase: str, words: str, hint: str) -> None:
    server = serve(Reply(before=[Stall(10)]))
    error = timed_out(colour, server.url, **{phase: LIMIT})
    assert error.phase == phase
    assert str(error).endswith(words)
    assert hint in str(error.hint)
    assert server.exchanges[0].closed_by_client.wait(5)


@pytest.mark.parametrize("phase", ["between_bytes", "total"])
@pytest.mark.parametrize("framing", ["chunked", "length", "close"])
def test_a_reply_that_does_not_go_on(colour: Colour, serve: Serve, phase: str, framing: Any) -> None:
    server = serve(Reply(["x", Stall(10), "y"], framing=framing))
    error = timed_out(colour, server.url, **{phase: LIMIT})
    assert error.phase == phase
    assert server.exchanges[0].closed_by_client.wait(5)


def test_a_head_that_does_not_go_on(colour: Colour, serve: Serve) -> None:
    server = serve(Reply(before=["HTTP/1.1 200 OK\r\nContent-", Stall(10)]))
    assert timed_out(colour, server.url, first_byte=LIMIT, between_bytes=LIMIT).phase in ("first_byte", "between_bytes")


def test_a_connection_that_nobody_accepts(colour: Colour) -> None:
    with FaultyServer(accept=False) as server:
        error = timed_out(colour, server.url, connect=LIMIT)
        assert error.phase == "connect"
        assert str(error).endswith("accept a connection")
        assert timed_out(colour, server.url, total=LIMIT).phase == "total"


def test_slow_bytes_within_the_limit_are_waited_for(colour: Colour, serve: Serve) -> None:
    drip = [step for _ in range(6) for step in ("x", Pause(0.06))]
    server = serve(Reply(drip, framing="chunked"))

    async def fetch() -> bytes:
        limits = Timeouts(first_byte=0.3, between_bytes=0.3, total=5)
        async with colour.io().send(HTTPRequest(server.url, timeouts=limits)) as reply:
            return await reply.read()

    assert colour.run(fetch()) == b"xxxxxx"


def test_a_deadline_takes_the_place_of_the_total_and_is_called_by_its_name(colour: Colour, serve: Serve) -> None:
    server = serve(Reply(before=[Stall(10)]))

    async def fetch() -> None:
        limits = Timeouts(total=30, deadline=time.monotonic() + 0.1)
        async with colour.io().send(HTTPRequest(server.url, timeouts=limits)):
            pass

    with pytest.raises(llm.LLMTimeoutError, match="took more than 30 s to finish its reply") as caught:
        colour.run(fetch())
    assert caught.value.phase == "total"


def test_a_deadline_that_has_passed_sends_nothing(colour: Colour, serve: Serve) -> None:
    server = serve(Reply())

    async def fetch() -> None:
        async with colour.io().send(HTTPRequest(server.url, timeouts=Timeouts(deadline=time.monotonic() - 1))):
            pass

    with pytest.raises(llm.LLMTimeoutError):
        colour.run(fetch())
    assert server.exchanges == []


def test_the_limits_are_those_of_each_request_also_on_a_kept_connection(colour: Colour, serve: Serve) -> None:
    server = serve(Reply(["x"]), Reply([Pause(0.4), "y"]), Reply(["z", Stall(10), "z"]))
    io = colour.io()

    async def fetch(**limits: float) -> bytes:
        async with io.send(HTTPRequest(server.url, timeouts=Timeouts(**limits))) as reply:
            return await reply.read()

    assert colour.run(fetch(first_byte=0.2, between_bytes=0.2)) == b"x"
    assert colour.run(fetch()) == b"y"
    with pytest.raises(llm.LLMTimeoutError):
        colour.run(fetch(between_bytes=0.2))
    assert server.connections == 1


@pytest.mark.parametrize(
    ("timeouts", "end"),
    [(Timeouts(), None), (Timeouts(total=2), 102), (Timeouts(total=2, deadline=7), 7), (Timeouts(deadline=7), 7)],
)
def test_when_an_exchange_must_have_ended(timeouts: Timeouts, end: float | None) -> None:
    assert timeouts.end(100) == end
