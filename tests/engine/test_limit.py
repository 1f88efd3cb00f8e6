"""Requests to one endpoint wait for their turn, in threads and on event loops, and no slot is ever lost."""

from __future__ import annotations

import asyncio
import gc
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, suppress
from typing import Any

import pytest

import llm
from api.colour import Colour
from api.fixtures import ModelAt, Serve
from llm._codecs.rate_limit import RateLimit
from llm._domain.call import Call
from llm._domain.usage import Usage
from llm._engine.limit import is_overload, limit
from llm._engine.limiter import Limiter, Limits
from llm._engine.retry import Retries, retry
from llm._io.blocking import BlockingIO, iterate
from llm._io.event_loop import EventLoopIO
from llm.testing import chat_stream, error_reply

PROMPT = llm.Prompt("x")
WORD = llm.TextDelta("x")
BUSY = llm.RateLimitError("busy", status=429)


class Server:
    """A handler that counts who is being answered, and fails as *fails* (told the number of the request) says."""

    def __init__(self, seconds: float = 0.01, fails: Callable[[int], Exception | None] = lambda number: None) -> None:
        self.seconds = seconds
        self.fails = fails
        self.asked: list[float] = []
        self.order: list[Any] = []
        self.open = 0
        self.most = 0
        self._lock = threading.Lock()

    def _count(self, change: int, prompt: Any = None) -> int:
        with self._lock:
            if change > 0:
                self.asked.append(time.monotonic())
                self.order.append(prompt.prompt)
            self.open += change
            self.most = max(self.most, self.open)
            return len(self.asked) - 1

    async def __call__(self, prompt: Any, io: Any) -> Any:
        number = self._count(1, prompt)
        try:
            await io.sleep(self.seconds)
            if (error := self.fails(number)) is not None:
                raise error
            yield WORD
            await io.sleep(self.seconds)
            yield llm.Finish("stop")
        finally:
            self._count(-1)


def together(colour: Colour, handler: Any, many: int) -> list[Any]:
    """What *many* requests at the same time came to: their events, or their error."""
    io = colour.io()

    async def job() -> Any:
        try:
            return [event async for event in handler(PROMPT, io)]
        except llm.LLMError as error:
            return error

    results: list[Any] = colour.run(io.gather([job] * many))
    return results


def holding(limiter: Limiter, colour: Colour) -> Any:
    """An answer that is being read."""
    held = colour.iterate(limit(Server(0), limiter, Call())(PROMPT, colour.io()))
    assert next(held) == WORD
    return held


def test_no_more_are_open_than_allowed_and_all_are_answered(colour: Colour) -> None:
    server, limiter = Server(), Limiter(Limits(concurrency=3))
    results = together(colour, limit(server, limiter, Call()), 12)
    assert results == [[WORD, llm.Finish("stop")]] * 12
    assert (server.most, limiter.open, limiter.waiting) == (3, 0, 0)


def test_who_came_first_begins_first(colour: Colour) -> None:
    server, limiter = Server(0.001), Limiter(Limits(concurrency=1))
    handler, io = limit(server, limiter, Call()), colour.io()
    held = limiter.join()

    def queued(number: int) -> Any:
        async def job() -> None:
            while limiter.waiting != number:
                await io.sleep(0.001)
            async for _ in handler(llm.Prompt(str(number)), io):
                pass
            assert limiter.waiting <= 9 - number

        return job

    async def opener() -> None:
        while limiter.waiting < 10:
            await io.sleep(0.001)
        limiter.leave(held)

    colour.run(io.gather([*(queued(number) for number in range(10)), opener]))
    assert server.order == [str(number) for number in range(10)]


def test_a_refusal_halves_what_is_allowed_and_good_answers_bring_it_back(colour: Colour) -> None:
    server = Server(0.05, lambda number: BUSY if number < 8 else None)
    limiter = Limiter(Limits(concurrency=8))
    handler = limit(server, limiter, Call())
    assert together(colour, handler, 8) == [BUSY] * 8
    assert limiter.allowed == 4
    server.most = 0
    together(colour, handler, 4)
    assert (server.most, limiter.allowed) == (4, 5)
    server.seconds = 0.005
    together(colour, handler, 40)
    assert limiter.allowed == 8
    assert server.most <= 8


@pytest.mark.parametrize(
    ("error", "overload"),
    [
        (BUSY, True),
        (llm.ProviderError("x", status=529), True),
        (llm.ProviderError("x", status=503), True),
        (llm.ProviderError("x", status=200, type="overloaded_error"), True),
        (llm.ProviderError("x", status=200, code=503), True),
        (llm.ProviderError("x", status=200, code="rate_limit_exceeded"), True),
        (llm.ProviderError("x", status=500), False),
        (llm.ProviderError("x", status=400, type="invalid_request_error"), False),
        (llm.NetworkError("x"), False),
    ],
)
def test_what_says_that_there_are_too_many_requests(error: Any, overload: bool) -> None:
    assert is_overload(error) is overload


def test_an_overload_in_the_middle_of_an_answer_counts(colour: Colour) -> None:
    async def handler(prompt: Any, io: Any) -> Any:
        yield WORD
        raise llm.ProviderError("x", status=200, type="overloaded_error")

    limiter = Limiter()
    assert isinstance(together(colour, limit(handler, limiter, Call()), 1)[0], llm.ProviderError)
    assert (limiter.allowed, limiter.open) == (4, 0)


def test_a_wait_that_one_was_asked_for_is_waited_for_by_all(colour: Colour) -> None:
    """Also by the one that was refused, when it asks again."""
    server = Server(0.01, lambda n: llm.RateLimitError("x", status=429, retry_after=0.3) if n == 0 else None)
    limiter = Limiter(Limits(concurrency=1))
    call = Call()
    results = together(colour, retry(limit(server, limiter, call), Retries(), call.trace), 5)
    assert results == [[WORD, llm.Finish("stop")]] * 5
    refused = server.asked[0]
    assert all(asked - refused >= 0.3 for asked in server.asked[1:])
    assert server.asked[1] - refused < 1.5
    assert len(server.asked) == 6


def test_a_wait_that_is_too_long_is_an_error_for_all_and_nothing_is_sent(colour: Colour) -> None:
    server = Server(0.01, lambda n: llm.RateLimitError("x", status=429, retry_after=3600))
    limiter = Limiter(Limits(concurrency=1))
    results = together(colour, limit(server, limiter, Call()), 4)
    denied = [error for error in results if str(error).startswith("The model was not asked")]
    assert (len(server.asked), len(denied)) == (1, 3)
    for error in denied:
        assert type(error) is llm.RateLimitError
        assert error.retry_after == pytest.approx(3600, abs=5)
        assert not error.retryable
    assert (limiter.open, limiter.waiting) == (0, 0)


def test_the_time_for_an_answer_counts_in_the_queue_too(colour: Colour) -> None:
    limiter = Limiter(Limits(concurrency=1))
    held = holding(limiter, colour)
    server = Server()
    started = time.monotonic()
    (error,) = together(colour, limit(server, limiter, Call(deadline=started + 0.2)), 1)
    assert 0.2 <= time.monotonic() - started < 2
    assert type(error) is llm.LLMTimeoutError
    assert (error.phase, error.retryable) == ("total", False)
    assert "in the queue of its endpoint" in str(error)
    assert server.asked == []
    held.close()
    assert (limiter.open, limiter.waiting) == (0, 0)


def test_a_slot_comes_back_from_an_answer_that_was_left(colour: Colour) -> None:
    limiter = Limiter()
    held = holding(limiter, colour)
    assert limiter.open == 1
    held.close()
    assert limiter.open == 0


@pytest.mark.parametrize("error", [llm.NetworkError("gone"), ValueError("what"), llm.RequestError("no")])
def test_a_slot_comes_back_from_an_error(colour: Colour, error: Exception) -> None:
    limiter = Limiter()
    with pytest.raises(type(error)):
        list(colour.iterate(limit(Server(0, lambda n: error), limiter, Call())(PROMPT, colour.io())))
    assert (limiter.open, limiter.allowed) == (0, 8)


def test_a_slot_comes_back_from_a_generator_that_was_dropped(colour: Colour) -> None:
    """Also where only the garbage collector finds it."""
    limiter = Limiter()

    async def drop() -> None:
        io = colour.io()
        events = limit(Server(0), limiter, Call())(PROMPT, io)
        await anext(events)
        assert limiter.open == 1
        circle: list[Any] = [events]
        circle.append(circle)
        del circle, events
        gc.collect()
        for _ in range(20):
            await io.sleep(0.001)

    colour.run(drop())
    assert limiter.open == 0


def test_a_generator_that_was_dropped_in_the_queue_leaves_it() -> None:
    limiter = Limiter(Limits(concurrency=1))
    held = limiter.join()
    loop = asyncio.new_event_loop()
    events = limit(Server(0), limiter, Call())(PROMPT, EventLoopIO())
    task = loop.create_task(anext(events))  # type: ignore[arg-type]
    loop.call_soon(loop.stop)
    loop.run_forever()
    assert limiter.waiting == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        loop.run_until_complete(task)
    loop.close()
    assert limiter.waiting == 0
    limiter.leave(held)
    assert limiter.open == 0


def test_a_reader_who_leaves_while_waiting_leaves_the_queue(colour: Colour) -> None:
    """Another thread or task ends an answer by its trace, as `response.cancel()` does."""
    limiter = Limiter(Limits(concurrency=1))
    held, call, server, io = limiter.join(), Call(), Server(), colour.io()

    async def reader() -> str:
        with pytest.raises(llm.Incomplete, match="left while it waited"):
            async for _ in limit(server, limiter, call)(PROMPT, io):
                pass
        return "left"

    async def leaver() -> str:
        while not limiter.waiting:
            await io.sleep(0.001)
        assert call.trace.abort is not None
        call.trace.abort()
        return "told"

    assert colour.run(io.gather([reader, leaver])) == ["left", "told"]
    assert (limiter.waiting, limiter.open, server.asked) == (0, 1, [])
    assert call.trace.abort is None
    limiter.leave(held)


def test_what_the_headers_say_holds_for_those_who_follow(colour: Colour) -> None:
    call, limiter = Call(), Limiter()
    replies = iter([RateLimit(0, 0.2, 1), None, None])

    async def handler(prompt: Any, io: Any) -> Any:
        assert call.trace.rate_limit is None
        call.trace.rate_limit = next(replies)
        yield llm.TextDelta(str(time.monotonic()))

    began = [float(next(colour.iterate(limit(handler, limiter, call)(PROMPT, colour.io()))).text) for _ in range(3)]
    assert began[1] - began[0] >= 0.19
    assert began[2] - began[1] < 0.15


def test_the_headers_of_a_refusal_count_too(colour: Colour) -> None:
    call, limiter = Call(), Limiter()

    async def handler(prompt: Any, io: Any) -> Any:
        call.trace.rate_limit = RateLimit(0, 30, 1)
        raise llm.ProviderError("x", status=400)
        yield

    together(colour, limit(handler, limiter, call), 1)
    waiting = limiter.join()
    assert waiting.state == "waiting"
    limiter.leave(waiting)


def test_tokens_are_counted_by_what_the_answer_says_in_the_end(colour: Colour) -> None:
    limiter = Limiter(Limits(tokens_per_minute=50))

    async def handler(prompt: Any, io: Any) -> Any:
        yield llm.UsageEvent(Usage(input=20))
        yield llm.UsageEvent(Usage(input=20, output=10))

    for expected in ("open", "waiting"):
        together(colour, limit(handler, limiter, Call()), 1)
        slot = limiter.join()
        assert slot.state == expected
        limiter.leave(slot)


def thread(handler: Any, seed: int) -> None:
    """Ask six times in plain code; some answers are left early."""
    chance = random.Random(seed)
    for _ in range(6):
        events = iterate(handler(PROMPT, BlockingIO()))
        with suppress(llm.RateLimitError):
            for _ in events:
                if chance.random() < 0.3:
                    break
        events.close()


async def task(handler: Any) -> None:
    """Ask once on an event loop."""
    async with aclosing(handler(PROMPT, EventLoopIO())) as events:
        async for _ in events:
            pass


async def tasks(handler: Any, seed: int) -> list[Any]:
    """How 200 tasks ended, of which half were cancelled at some moment."""
    chance = random.Random(seed)
    running = [asyncio.ensure_future(task(handler)) for _ in range(200)]
    await asyncio.sleep(0.001)
    for number in chance.sample(range(200), 100):
        running[number].cancel()
        if chance.random() < 0.2:
            await asyncio.sleep(0.002)
    return await asyncio.wait_for(asyncio.gather(*running, return_exceptions=True), 60)


@pytest.mark.parametrize("seed", range(3))
def test_threads_and_tasks_share_one_limiter_and_no_slot_is_lost_however_they_end(seed: int) -> None:
    """32 threads and 200 tasks: whole answers, refusals, early leaves, and cancellation at any moment."""
    limiter = Limiter(Limits(concurrency=6))
    server = Server(0.0005, lambda number: BUSY if number % 17 == 16 else None)
    handler = limit(server, limiter, Call())
    with ThreadPoolExecutor(33) as pool:
        loop = pool.submit(asyncio.run, tasks(handler, seed))
        threads = [pool.submit(thread, handler, seed + number) for number in range(32)]
        ends = loop.result(60)
        for each in threads:
            each.result(60)
    assert {type(end) for end in ends} <= {type(None), asyncio.CancelledError, llm.RateLimitError}
    assert sum(end is None for end in ends) >= 80
    assert (limiter.open, limiter.waiting, server.open) == (0, 0, 0)
    assert 1 <= server.most <= 6
    slots = [limiter.join() for _ in range(limiter.allowed + 1)]
    assert [slot.state for slot in slots] == ["open"] * limiter.allowed + ["waiting"]


def test_waiting_tasks_hold_no_threads() -> None:
    """One timer rings for all of their deadlines."""
    limiter = Limiter(Limits(concurrency=1))
    held = limiter.join()

    async def main() -> int:
        handler = limit(Server(0), limiter, Call(deadline=time.monotonic() + 60))
        before = set(threading.enumerate())
        waiting = [asyncio.ensure_future(task(handler)) for _ in range(100)]
        while limiter.waiting < 100:
            await asyncio.sleep(0.001)
        more = len(set(threading.enumerate()) - before)
        for each in waiting:
            each.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        return more

    assert asyncio.run(main()) <= 1
    limiter.leave(held)
    assert (limiter.open, limiter.waiting) == (0, 0)


def limited_model(model: Any, limiter: Limiter) -> Any:
    """The model, whose exchanges go through the limiter."""
    handler = model.handler
    model.handler = lambda call: limit(handler(call), limiter, call)
    return model


def test_over_http_a_429_is_heeded_by_all(colour: Colour, model_at: ModelAt, serve: Serve) -> None:
    server = serve(error_reply(429, "Slow down", headers={"Retry-After": "0.3"}), chat_stream("now"), repeat=True)
    limiter = Limiter(Limits(concurrency=1))
    model = limited_model(model_at(server.url), limiter)

    async def job() -> tuple[str, float]:
        text = model.prompt("go").text()
        return (await text if colour.name == "async" else text), time.monotonic()

    started = time.monotonic()
    answers = colour.run(colour.io().gather([job] * 5))
    assert [text for text, _ in answers] == ["now"] * 5
    assert all(ended - started >= 0.3 for _, ended in answers)
    assert len(server.exchanges) == 6
    assert (limiter.open, limiter.waiting) == (0, 0)


def test_a_response_is_cancelled_while_it_waits_for_its_turn(colour: Colour, model_at: ModelAt, serve: Serve) -> None:
    server, limiter = serve(), Limiter(Limits(concurrency=1))
    response, io = limited_model(model_at(server.url), limiter).prompt("go"), colour.io()
    held = limiter.join()

    async def reader() -> None:
        with pytest.raises(llm.Incomplete, match="cancelled"):
            await response.text() if colour.name == "async" else response.text()

    async def canceller() -> None:
        while not limiter.waiting:
            await io.sleep(0.001)
        await response.cancel() if colour.name == "async" else response.cancel()

    colour.run(io.gather([reader, canceller]))
    assert (response.status, server.exchanges, limiter.waiting) == ("cancelled", [], 0)
    limiter.leave(held)
