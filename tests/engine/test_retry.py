"""What failed before its first event is asked again, as long as that makes sense."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

import llm
from api.colour import Colour
from api.fixtures import ModelAt, Serve
from api.world import ONCE, QUICK
from llm._domain.call import Attempt, Trace
from llm._engine.retry import Retries, retry
from llm.testing import Cut, Reply, ScriptedTransport, chat_stream, error_reply


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504, 529])
def test_a_status_that_may_pass_is_asked_again(colour: Colour, model_at: ModelAt, serve: Serve, status: int) -> None:
    server = serve(error_reply(status, "Later."), chat_stream("now"))
    response = model_at(server.url).prompt("go")
    assert colour.run(response.text()) == "now"
    (attempt,) = colour.run(response.debug())["attempts"]
    assert attempt["status"] == status
    assert [exchange.body for exchange in server.exchanges] == [server.exchanges[0].body] * 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422])
def test_a_refusal_is_final(colour: Colour, model_at: ModelAt, serve: Serve, status: int) -> None:
    server = serve(error_reply(status), chat_stream("never"))
    with pytest.raises(llm.ProviderError):
        colour.run(model_at(server.url).prompt("go").text())
    assert len(server.exchanges) == 1


@pytest.mark.parametrize("reset", [False, True])
def test_a_connection_cut_before_the_first_event_is_asked_again(
    colour: Colour, model_at: ModelAt, serve: Serve, reset: bool
) -> None:
    server = serve(
        Reply(before=[Cut(reset=reset)]),
        Reply([Cut(reset=reset), "x"], headers={"content-type": "text/event-stream"}),
        chat_stream("now"),
    )
    assert colour.run(model_at(server.url).prompt("go").text()) == "now"
    assert len(server.exchanges) == 3


def test_after_the_first_event_nothing_is_asked_again(colour: Colour, model_at: ModelAt, serve: Serve) -> None:
    server = serve(chat_stream("Hel", Cut(), "lo"), chat_stream("never"))
    response = model_at(server.url).prompt("go")
    with pytest.raises(llm.NetworkError):
        colour.run(response.text())
    assert colour.run(response.debug())["attempts"] == []
    assert len(server.exchanges) == 1


def test_the_last_error_stands_when_the_attempts_are_used_up(colour: Colour, model_at: ModelAt, serve: Serve) -> None:
    server = serve(*(error_reply(500, f"{number}.") for number in range(5)))
    with pytest.raises(llm.ProviderError, match="answered 500: 2"):
        colour.run(model_at(server.url, retries=QUICK).prompt("go").text())
    assert len(server.exchanges) == 3


def test_without_retries_one_request_is_sent(colour: Colour, model_at: ModelAt, serve: Serve) -> None:
    server = serve(error_reply(500), chat_stream("never"))
    with pytest.raises(llm.ProviderError):
        colour.run(model_at(server.url, retries=ONCE).prompt("go").text())
    assert len(server.exchanges) == 1


def test_retry_after_is_honoured(colour: Colour, model_at: ModelAt, serve: Serve) -> None:
    server = serve(error_reply(429, headers={"Retry-After": "0.3"}), chat_stream("now"))
    started = time.monotonic()
    response = model_at(server.url, retries=Retries(delay=0.001)).prompt("go")
    assert colour.run(response.text()) == "now"
    assert 0.3 <= time.monotonic() - started < 3
    (attempt,) = colour.run(response.debug())["attempts"]
    assert (attempt["waited"], attempt["status"]) == (0.3, 429)


def test_a_wait_that_is_too_long_is_an_error_at_once(colour: Colour, model_at: ModelAt, serve: Serve) -> None:
    server = serve(error_reply(429, "Slow down", headers={"Retry-After": "3600"}), chat_stream("never"))
    started = time.monotonic()
    with pytest.raises(llm.RateLimitError) as caught:
        colour.run(model_at(server.url).prompt("go").text())
    assert caught.value.retry_after == 3600
    assert time.monotonic() - started < 2
    assert len(server.exchanges) == 1


def test_no_time_is_spent_on_a_wait_that_the_total_limit_forbids(
    colour: Colour, model_at: ModelAt, serve: Serve
) -> None:
    server = serve(error_reply(429, "Slow down", headers={"Retry-After": "5"}), chat_stream("never"))
    started = time.monotonic()
    with pytest.raises(llm.RateLimitError, match="Slow down"):
        colour.run(model_at(server.url, total=2.0).prompt("go").text())
    assert time.monotonic() - started < 1.5


class Clockless:
    """An IO that sleeps in no time and notes how long it was to sleep."""

    def __init__(self, io: Any) -> None:
        self._io = io
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


def failing(times: int) -> Callable[..., Any]:
    """A handler that fails *times* times and then says "now"."""
    failures = iter(range(times))

    async def handler(prompt: Any, io: Any) -> Any:
        for number in failures:
            raise llm.NetworkError(f"failure {number}")
        yield llm.TextDelta("now")

    return handler


def test_the_waits_double_up_to_the_longest_less_up_to_half(colour: Colour) -> None:
    io, trace, told = Clockless(colour.io()), Trace(), []
    policy = Retries(attempts=7, delay=1, longest=8)
    handler = retry(failing(6), policy, trace, notify=told.append)
    assert list(colour.iterate(handler(llm.Prompt("x"), io))) == [llm.TextDelta("now")]
    for waited, longest in zip(io.slept, [1, 2, 4, 8, 8, 8], strict=True):
        assert longest / 2 <= waited <= longest
    assert trace.attempts == told == [Attempt(f"failure {n}", waited) for n, waited in enumerate(io.slept)]
    assert len(set(io.slept)) == 6


@pytest.mark.parametrize(
    "error", [llm.RequestError("no"), llm.Incomplete("no"), ValueError("no"), llm.ModelError("no")]
)
def test_other_errors_are_not_retried(colour: Colour, error: Exception) -> None:
    asked = []

    async def handler(prompt: Any, io: Any) -> Any:
        asked.append(prompt)
        raise error
        yield

    with pytest.raises(type(error), match="no"):
        list(colour.iterate(retry(handler, QUICK, Trace())(llm.Prompt("x"), colour.io())))
    assert len(asked) == 1


def test_each_exchange_is_closed_before_the_next_begins(colour: Colour) -> None:
    from llm._io.request import HTTPRequest

    transport = ScriptedTransport(error_reply(500), error_reply(500), chat_stream("now"))

    async def handler(prompt: Any, io: Any) -> Any:
        assert transport.open == 0
        async with io.send(HTTPRequest("http://127.0.0.1/")) as reply:
            if reply.status == 500:
                raise llm.ProviderError("busy", status=500)
            yield llm.TextDelta("now")

    events = colour.iterate(retry(handler, QUICK, Trace())(llm.Prompt("x"), colour.io(transport)))
    assert next(events) == llm.TextDelta("now")
    events.close()  # type: ignore[attr-defined]
    assert (transport.open, len(transport.requests)) == (0, 3)


@pytest.mark.parametrize(
    ("attempt", "error", "asked"),
    [
        (1, llm.RateLimitError("x", status=429, retry_after=0), 0),
        (1, llm.RateLimitError("x", status=429, retry_after=120), 120),
        (1, llm.RateLimitError("x", status=429, retry_after=121), None),
        (3, llm.RateLimitError("x", status=429, retry_after=1), None),
        (1, llm.LLMTimeoutError("x", phase="total", seconds=1), None),
        (1, llm.ProviderError("x", status=200), None),
    ],
)
def test_what_the_server_asks_for_counts(attempt: int, error: Any, asked: float | None) -> None:
    assert Retries().wait(attempt, error) == asked


@pytest.mark.parametrize("phase", ["connect", "first_byte", "between_bytes"])
def test_a_wait_in_vain_may_be_tried_again(phase: str) -> None:
    assert Retries(delay=2).wait(1, llm.LLMTimeoutError("x", phase=phase, seconds=1)) == pytest.approx(1.5, abs=0.5)
