"""Another model is asked where one fails before its first word, and what happened is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

import llm
from api.colour import Colour
from llm._domain.call import Attempt, Trace
from llm._engine.fallback import Alternative, fallback, may_help
from llm._engine.retry import Retries, retry
from llm.errors import MissingTurn

PROMPT = llm.Prompt("x")
BUSY = llm.ProviderError("Acme answered 529: Overloaded", status=529)


class Asked:
    """Alternatives that note when they were made ready, asked, and closed."""

    def __init__(self) -> None:
        self.log: list[str] = []

    def model(self, name: str, *says: Any, trace: Trace | None = None, **facts: Any) -> Alternative:
        """A model that says these words; an exception is raised. It leaves *facts* in the trace."""

        async def handler(prompt: Any, io: Any) -> Any:
            assert prompt.system == name
            self.log.append(f"ask {name}")
            for fact, value in facts.items():
                setattr(trace, fact, value)
            try:
                for word in says:
                    if isinstance(word, BaseException):
                        raise word
                    yield llm.TextDelta(word)
            finally:
                self.log.append(f"close {name}")

        def make(prompt: Any) -> Any:
            assert prompt is PROMPT
            self.log.append(f"make {name}")
            return prompt.replace(system=name), handler

        return Alternative(name, make)

    def unmade(self, name: str, error: Exception) -> Alternative:
        """A model that cannot be made ready."""

        def make(prompt: Any) -> Any:
            self.log.append(f"make {name}")
            raise error

        return Alternative(name, make)


def words(colour: Colour, handler: Any) -> str:
    return "".join(event.text for event in colour.iterate(handler(PROMPT, colour.io())))


@pytest.fixture
def asked() -> Asked:
    return Asked()


def test_the_first_that_answers_is_the_only_one_that_is_made_ready(colour: Colour, asked: Asked) -> None:
    trace = Trace()
    assert words(colour, fallback([asked.model("a", "hi"), asked.model("b")], trace)) == "hi"
    assert asked.log == ["make a", "ask a", "close a"]
    assert (trace.attempts, trace.notes) == ([], {})


def test_the_next_is_asked_when_one_has_failed_and_closed(colour: Colour, asked: Asked) -> None:
    trace, told = Trace(), list[Attempt]()
    handler = fallback([asked.model("a", BUSY), asked.model("b", "hi")], trace, told.append)
    assert words(colour, handler) == "hi"
    assert asked.log == ["make a", "ask a", "close a", "make b", "ask b", "close b"]
    assert trace.attempts == told == [Attempt("Acme answered 529: Overloaded", 0.0, 529, "a")]
    assert trace.notes == {"answered_by": "b"}


HELPS = {
    "refused": BUSY,
    "no quota": llm.RateLimitError("x", status=429, retry_after=3600),
    "wrong key": llm.AuthenticationError("x", status=401),
    "bad request": llm.ProviderError("x", status=400),
    "nonsense": llm.BadReplyError("x", status=200),
    "no network": llm.NetworkError("x"),
    "silent": llm.LLMTimeoutError("x", phase="first_byte", seconds=1),
    "a plugin's": llm.ModelError("x"),
    "no key": llm.NeedsKeyException("x"),
    "an option": llm.OptionError("x"),
    "a file": llm.AttachmentError("x"),
    "a conversation": llm.ConversationNotSupported("x"),
    "an ability": llm.RequestError("x does not support tools"),
    "a plugin's own": ValueError("x"),
}
NO_HELP = {
    "the history": llm.HistoryError("x"),
    "a turn": MissingTurn("x"),
    "a reader who left": llm.Incomplete("x"),
    "no time": llm.LLMTimeoutError("x", phase="total", seconds=1),
    "no such model": llm.UnknownModelError("x"),
    "the settings": llm.errors.ConfigError("x"),
    "a template": llm.errors.MissingVariables("x"),
    "a budget, or any other": type("BudgetError", (llm.RequestError,), {})("x"),
    "neither branch": llm.LLMError("x"),
}


@pytest.mark.parametrize("made", [True, False])
@pytest.mark.parametrize("why", HELPS)
def test_another_may_help(colour: Colour, asked: Asked, why: str, made: bool) -> None:
    """Whether the model fails, or cannot even be asked."""
    error = HELPS[why]
    first = asked.model("a", error) if made else asked.unmade("a", error)
    assert words(colour, fallback([first, asked.model("b", "hi")], Trace())) == "hi"
    assert may_help(error)


@pytest.mark.parametrize("made", [True, False])
@pytest.mark.parametrize("why", NO_HELP)
def test_no_other_can_help(colour: Colour, asked: Asked, why: str, made: bool) -> None:
    error, trace = NO_HELP[why], Trace()
    first = asked.model("a", error) if made else asked.unmade("a", error)
    with pytest.raises(type(error)) as caught:
        words(colour, fallback([first, asked.model("b", "hi")], trace))
    assert caught.value is error
    assert str(error) == "x"
    assert (trace.attempts, "make b" in asked.log) == ([], False)


def test_after_the_first_word_no_other_is_asked(colour: Colour, asked: Asked) -> None:
    error, trace = llm.NetworkError("gone"), Trace()
    events = colour.iterate(fallback([asked.model("a", "Hel", error), asked.model("b")], trace)(PROMPT, colour.io()))
    assert next(events) == llm.TextDelta("Hel")
    with pytest.raises(llm.NetworkError, match=r"^gone$"):
        next(events)
    assert (trace.attempts, "make b" in asked.log) == ([], False)


def test_an_answer_without_words_is_an_answer(colour: Colour, asked: Asked) -> None:
    assert words(colour, fallback([asked.model("a"), asked.model("b", "hi")], Trace())) == ""


def test_an_answer_that_was_cancelled_is_not_asked_for_elsewhere(colour: Colour, asked: Asked) -> None:
    """The connection was broken off, and the model under it sees a network error."""
    trace = Trace(cancelled=True)
    with pytest.raises(llm.NetworkError):
        words(colour, fallback([asked.model("a", llm.NetworkError("aborted")), asked.model("b", "hi")], trace))
    assert "make b" not in asked.log


@pytest.mark.parametrize("ending", [KeyboardInterrupt(), asyncio.CancelledError(), GeneratorExit()])
def test_what_ends_a_program_or_a_task_ends_it(asked: Asked, ending: BaseException) -> None:
    from llm._io.blocking import BlockingIO, iterate

    handler = fallback([asked.model("a", ending), asked.model("b", "hi")], Trace())
    with pytest.raises(type(ending)):
        list(iterate(handler(PROMPT, BlockingIO())))
    assert asked.log == ["make a", "ask a", "close a"]


def test_leaving_early_closes_the_one_that_answers(colour: Colour, asked: Asked) -> None:
    handler = fallback([asked.model("a", BUSY), asked.model("b", "Hel", "lo"), asked.model("c")], Trace())
    events: Any = colour.iterate(handler(PROMPT, colour.io()))
    assert next(events) == llm.TextDelta("Hel")
    events.close()
    assert asked.log[-1] == "close b"


def test_nothing_stays_of_what_the_failed_ones_learnt(colour: Colour, asked: Asked) -> None:
    trace = Trace(price_key="before", notes={"kept": 1})
    learnt = {
        "model": "a-2",
        "price_key": "a/a",
        "request_id": "r",
        "raw": {"a": 1},
        "first_byte": 1.0,
        "url": "http://a",
        "rate_limit": 1,
        "notes": {"adapted": ["no seed"]},
    }
    first = asked.model("a", BUSY, trace=trace, **learnt)
    assert words(colour, fallback([first, asked.model("b", "hi", trace=trace, model="b-1")], trace)) == "hi"
    assert (trace.model, trace.price_key, trace.request_id, trace.raw) == ("b-1", "before", None, None)
    assert (trace.first_byte, trace.url, trace.rate_limit) == (None, None, None)
    assert trace.notes == {"kept": 1, "answered_by": "b"}


def test_the_facts_of_the_last_one_stand_by_its_error(colour: Colour, asked: Asked) -> None:
    trace = Trace()
    last = asked.model("b", llm.ProviderError("b said no", status=400), trace=trace, url="http://b", request_id="r2")
    with pytest.raises(llm.ProviderError):
        words(colour, fallback([asked.model("a", BUSY, trace=trace, url="http://a"), last], trace))
    assert (trace.url, trace.request_id) == ("http://b", "r2")
    assert [attempt.model for attempt in trace.attempts] == ["a"]


def test_if_all_fail_the_last_error_says_what_became_of_the_others(colour: Colour, asked: Asked) -> None:
    last = llm.AuthenticationError("C answered 401: No", status=401, hint="Set its key with: llm keys set c")
    alternatives = [
        asked.model("a", llm.ProviderError("Acme answered 529: Overloaded", status=529)),
        asked.unmade("b", llm.NeedsKeyException("b needs a key,\nand none was found")),
        asked.model("c", last),
    ]
    with pytest.raises(llm.AuthenticationError) as caught:
        words(colour, fallback(alternatives, Trace()))
    assert str(caught.value) == (
        "C answered 401: No (before it failed a: Acme answered 529: Overloaded; b: b needs a key, and none was found)"
    )
    assert (caught.value.hint, caught.value.status) == ("Set its key with: llm keys set c", 401)


def test_long_words_are_shortened(colour: Colour, asked: Asked) -> None:
    first, last = asked.model("a", llm.ModelError("x" * 5000)), asked.model("b", llm.ModelError("no"))
    with pytest.raises(llm.ModelError) as caught:
        words(colour, fallback([first, last], Trace()))
    assert len(str(caught.value)) < 250


def test_a_foreign_error_keeps_its_words_and_gets_a_note(colour: Colour, asked: Asked) -> None:
    alternatives = [asked.model("a", ValueError()), asked.model("b", LookupError("what"))]
    with pytest.raises(LookupError) as caught:
        words(colour, fallback(alternatives, Trace()))
    assert caught.value.args == ("what",)
    assert caught.value.__notes__ == ["Before it failed a: ValueError"]


def test_one_that_no_other_can_help_tells_of_those_before_it(colour: Colour, asked: Asked) -> None:
    full = asked.model("b", llm.HistoryError("full"))
    handler = fallback([asked.model("a", llm.ModelError("busy")), full, asked.model("c")], Trace())
    with pytest.raises(llm.HistoryError, match=r"^full \(before it failed a: busy\)$"):
        words(colour, handler)
    assert "make c" not in asked.log


def test_each_model_has_its_own_retries_and_all_tries_are_named(colour: Colour) -> None:
    trace = Trace()

    def failing(times: int, name: str) -> Callable[[Any], Any]:
        left = iter(range(times))

        async def handler(prompt: Any, io: Any) -> Any:
            for number in left:
                raise llm.NetworkError(f"{name}{number}")
            yield llm.TextDelta(name)

        return lambda prompt: (prompt, retry(handler, Retries(attempts=2, delay=0.001), trace))

    handler = fallback([Alternative("a", failing(9, "a")), Alternative("b", failing(1, "b"))], trace)
    assert words(colour, handler) == "b"
    assert [(attempt.model, attempt.error, attempt.waited > 0) for attempt in trace.attempts] == [
        ("a", "a0", True),
        ("a", "a1", False),
        ("b", "b0", True),
    ]


def test_the_same_alternative_may_be_there_twice(colour: Colour) -> None:
    left = iter([BUSY])

    async def handler(prompt: Any, io: Any) -> Any:
        for error in left:
            raise error
        yield llm.TextDelta("hi")

    again = Alternative("a", lambda prompt: (prompt, handler))
    assert words(colour, fallback([again, again], Trace())) == "hi"


def test_without_a_model_there_is_no_handler() -> None:
    with pytest.raises(ValueError, match="needs a model"):
        fallback([], Trace())
