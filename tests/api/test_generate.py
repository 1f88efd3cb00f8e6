"""A model's author writes one `generate`, sync or async: both APIs work for it, and it is always closed."""

from __future__ import annotations

import asyncio
import contextvars
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

import llm
from llm._api.async_facade import AsyncFacade
from llm._api.sync_facade import SyncFacade

from .colour import Blocking, Colour, take

CALLER: contextvars.ContextVar[str] = contextvars.ContextVar("CALLER", default="nobody")


class Notes:
    """What an author's code saw."""

    def __init__(self) -> None:
        self.threads: list[str] = []
        self.callers: list[str] = []
        self.closed = threading.Event()

    def note(self) -> None:
        self.threads.append(threading.current_thread().name)
        self.callers.append(CALLER.get())


class Sync(llm.Model):
    model_id = "written-sync"
    can_stream = True

    def __init__(self, notes: Notes) -> None:
        self.notes = notes

    def generate(self, prompt: llm.Prompt, call: llm.Call) -> Any:
        try:
            for word in prompt.prompt.split():
                self.notes.note()
                yield word
        finally:
            self.notes.closed.set()


class Asynchronous(llm.AsyncModel):
    model_id = "written-async"
    can_stream = True

    def __init__(self, notes: Notes) -> None:
        self.notes = notes

    async def generate(self, prompt: llm.Prompt, call: llm.Call) -> Any:
        try:
            async with asyncio.timeout(30):  # held across yields: one task must own it
                for word in prompt.prompt.split():
                    await asyncio.sleep(0)
                    self.notes.note()
                    yield word
        finally:
            await asyncio.sleep(0)
            self.notes.closed.set()


class SyncInAsync(llm.AsyncModel):
    """An AsyncModel whose one method is plain code."""

    model_id = "plain-in-async"
    __init__ = Sync.__init__
    generate = Sync.generate


class AsyncInSync(llm.Model):
    """A Model whose one method is a coroutine's."""

    model_id = "async-in-plain"
    __init__ = Asynchronous.__init__
    generate = Asynchronous.generate


Make = Callable[[Colour, Notes], Any]


def _registered(colour: Colour, notes: Notes, model: Any) -> Any:
    """The model behind the API of the colour, as `get_model` and `get_async_model` give it."""
    if isinstance(colour, Blocking):
        return model if isinstance(model, llm.Model) else SyncFacade(model)
    return model if isinstance(model, llm.AsyncModel) else AsyncFacade(model)


WRITTEN = [Sync, Asynchronous, SyncInAsync, AsyncInSync]


@pytest.fixture(params=WRITTEN, ids=[cls.__name__ for cls in WRITTEN])
def written(request: pytest.FixtureRequest) -> type:
    """Each way to write a model."""
    cls: type = request.param
    return cls


def test_both_apis_work_for_it(colour: Colour, written: type) -> None:
    notes = Notes()
    response = _registered(colour, notes, written(notes)).prompt("one two three")
    assert list(colour.iterate(response)) == ["one", "two", "three"]
    assert colour.run(response.text()) == "onetwothree"
    assert notes.closed.wait(5)


def test_leaving_early_runs_the_authors_finally(colour: Colour, written: type) -> None:
    notes = Notes()
    response = _registered(colour, notes, written(notes)).prompt("one two three")
    assert take(colour, response, 1) == ["one"]
    assert notes.closed.wait(5)
    assert len(notes.threads) == 1


def test_it_sees_the_context_of_the_caller(colour: Colour, written: type) -> None:
    notes = Notes()
    token = CALLER.set("me")
    try:
        if isinstance(colour, Blocking):
            text = _registered(colour, notes, written(notes)).prompt("one two").text()
        else:

            async def main() -> str:
                CALLER.set("me")
                whole: str = await _registered(colour, notes, written(notes)).prompt("one two").text()
                return whole

            text = asyncio.run(main())
    finally:
        CALLER.reset(token)
    assert text == "onetwo"
    assert notes.callers == ["me", "me"]


def test_plain_code_in_a_model_does_not_hold_up_the_event_loop() -> None:
    class Sleepy(llm.Model):
        model_id = "sleepy"

        def generate(self, prompt: llm.Prompt, call: llm.Call) -> Any:
            for _ in range(3):
                time.sleep(0.05)
                yield threading.current_thread().name

    async def main() -> tuple[int, list[str]]:
        ticks, done = 0, asyncio.Event()

        async def tick() -> None:
            nonlocal ticks
            while not done.is_set():
                ticks += 1
                await asyncio.sleep(0.005)

        ticking = asyncio.create_task(tick())
        names = [name async for name in AsyncFacade(Sleepy()).prompt("x")]
        done.set()
        await ticking
        return ticks, names

    ticks, names = asyncio.run(main())
    assert ticks > 8
    assert len(set(names)) == 1
    assert threading.main_thread().name not in names


def test_plain_code_within_a_running_event_loop_may_ask_an_async_model() -> None:
    notes = Notes()

    async def main() -> str:
        return SyncFacade(Asynchronous(notes)).prompt("one two").text()

    assert asyncio.run(main()) == "onetwo"
    assert set(notes.threads) == {"llm-portal"}


def test_an_authors_error_comes_out_as_it_was_raised(colour: Colour) -> None:
    class Broken(llm.Model):
        model_id = "broken"

        def generate(self, prompt: llm.Prompt, call: llm.Call) -> Any:
            yield "so far"
            raise LookupError("no such thing")

    response = _registered(colour, Notes(), Broken()).prompt("x")
    for _ in range(2):
        with pytest.raises(LookupError, match="no such thing"):
            colour.run(response.text())
    assert colour.run(response.debug())["error"] == "LookupError: no such thing"


@pytest.mark.parametrize("thing", [None, 5, b"bytes", {"text": "x"}])
def test_what_is_no_part_of_an_answer_is_an_error_that_names_it(colour: Colour, thing: Any) -> None:
    class Strange(llm.Model):
        model_id = "strange"

        def generate(self, prompt: llm.Prompt, call: llm.Call) -> Any:
            yield thing

    with pytest.raises(llm.ModelError, match=f"strange generated {type(thing).__name__}") as caught:
        colour.run(_registered(colour, Notes(), Strange()).prompt("x").text())
    assert caught.value.hint == "generate() yields strings and llm events"


def test_an_iterable_that_is_no_generator_will_do(colour: Colour) -> None:
    class Listed(llm.Model):
        model_id = "listed"

        def generate(self, prompt: llm.Prompt, call: llm.Call) -> Any:
            return ["a", llm.Finish("length", "max_tokens")]

    response = _registered(colour, Notes(), Listed()).prompt("x")
    assert colour.run(response.text()) == "a"
    facts = colour.run(response.debug())
    assert (facts["finish_reason"], facts["raw_finish_reason"]) == ("length", "max_tokens")


def test_what_the_author_notes_in_the_trace_is_in_debug(colour: Colour) -> None:
    class Noting(llm.Model):
        model_id = "noting"

        def generate(self, prompt: llm.Prompt, call: llm.Call) -> Any:
            call.trace.model, call.trace.request_id = "noting-2", "r1"
            call.trace.raw, call.trace.notes["seed"] = {"deep": 1}, 42
            yield "x"

    facts = colour.run(_registered(colour, Notes(), Noting()).prompt("x").debug())
    told = {name: facts[name] for name in ("resolved_model", "request_id", "raw", "seed")}
    assert told == {"resolved_model": "noting-2", "request_id": "r1", "raw": {"deep": 1}, "seed": 42}


def test_whether_pieces_are_wanted_is_told_to_models_that_can_stream(colour: Colour) -> None:
    class Telling(llm.Model):
        model_id = "telling"

        def generate(self, prompt: llm.Prompt, call: llm.Call) -> Any:
            yield str(call.stream)

    class Streaming(Telling):
        can_stream = True

    for cls, stream, told in ((Telling, True, "False"), (Streaming, True, "True"), (Streaming, False, "False")):
        response = _registered(colour, Notes(), cls()).prompt("x", stream=stream)
        assert colour.run(response.text()) == told
