"""An answer fits its schema, is repaired once, or ends in an error that has its text."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

import llm
from api.colour import Colour, take
from llm._domain.call import Trace
from llm._engine.repair import repair
from llm._io.io import Handler

SCHEMA = {"type": "object", "properties": {"age": {"type": "integer"}}, "required": ["age"]}
GOOD, BAD = '{"age": 5}', '{"age": "five"}'
PROBLEM = "$.age: 'five' is not of type 'integer'"
PROMPT = llm.Prompt("How old?", system="Be brief", schema=SCHEMA)


class Scripted:
    """A handler that plays one list of events (or errors) after the other, and notes what it was asked."""

    def __init__(self, *answers: list[Any]) -> None:
        self.answers = list(answers)
        self.asked: list[llm.Prompt] = []
        self.open = 0

    async def __call__(self, prompt: llm.Prompt, io: Any) -> Any:
        self.asked.append(prompt)
        self.open += 1
        try:
            for event in self.answers.pop(0):
                if isinstance(event, BaseException):
                    raise event
                yield event
        finally:
            self.open -= 1


def said(text: str, input: int | None = 10, output: int | None = 4, reason: Any = "stop") -> list[Any]:
    """An answer in pieces, with usage and finish."""
    middle = len(text) // 2
    return [
        llm.TextDelta(text[:middle]),
        llm.TextDelta(text[middle:]),
        llm.UsageEvent(llm.Usage(input, output)),
        llm.Finish(reason),
    ]


def text_of(events: list[Any]) -> str:
    return "".join(event.text for event in events if isinstance(event, llm.TextDelta))


def collect(colour: Colour, handler: Handler, prompt: llm.Prompt = PROMPT) -> tuple[list[Any], Exception | None]:
    """The events that came, and the error after them."""
    events: list[Any] = []
    try:
        for event in colour.iterate(handler(prompt, colour.io())):
            events.append(event)
    except Exception as error:
        return events, error
    return events, None


@pytest.mark.parametrize("times", [0, 1, 2])
def test_an_answer_that_fits_goes_on_as_it_is(colour: Colour, times: int) -> None:
    scripted, trace = Scripted(said(GOOD)), Trace()
    assert collect(colour, repair(scripted, trace, times=times)) == (said(GOOD), None)
    assert scripted.asked == [PROMPT]
    assert (trace.attempts, trace.notes, list(trace.held)) == ([], {}, [])


@pytest.mark.parametrize("times", [0, 1])
def test_without_a_schema_nothing_is_held_and_nothing_is_checked(colour: Colour, times: int) -> None:
    scripted = Scripted(said("no JSON"))
    events = take(colour, repair(scripted, Trace(), times=times)(llm.Prompt("hi"), colour.io()), 1)
    assert events == said("no JSON")[:1]
    assert scripted.open == 0


def test_an_answer_that_does_not_fit_is_asked_for_again_with_what_is_wrong(colour: Colour) -> None:
    scripted, trace = Scripted(said(BAD), said(GOOD)), Trace()
    events, error = collect(colour, repair(scripted, trace))
    assert error is None
    assert text_of(events) == GOOD
    first, second = scripted.asked
    assert first == PROMPT
    assert [message.role for message in second.messages] == ["system", "user", "assistant", "user"]
    assert [message.text for message in second.messages[:3]] == ["Be brief", "How old?", BAD]
    assert PROBLEM in second.messages[3].text
    assert "only the corrected JSON" in second.messages[3].text
    assert (second.schema, second.options, second.model) == (first.schema, first.options, first.model)
    (attempt,) = trace.attempts
    assert (attempt.error, attempt.waited) == (PROBLEM, 0)
    assert trace.notes["repaired"] == [{"problem": PROBLEM, "answer": BAD}]


def test_the_usage_of_both_exchanges_is_added_up(colour: Colour) -> None:
    scripted = Scripted(said(BAD, 10, 4), said(GOOD, 30, 5))
    events, _ = collect(colour, repair(scripted, Trace()))
    (usage,) = [event.usage for event in events if isinstance(event, llm.UsageEvent)]
    assert usage == llm.Usage(40, 9)
    assert usage.exchanges == 2


def test_usage_that_one_exchange_did_not_tell_is_not_made_up(colour: Colour) -> None:
    silent = [event for event in said(BAD) if not isinstance(event, llm.UsageEvent)]
    events, _ = collect(colour, repair(Scripted(silent, said(GOOD)), Trace()))
    (usage,) = [event.usage for event in events if isinstance(event, llm.UsageEvent)]
    assert usage == llm.Usage()


def test_what_was_asked_with_files_results_and_fragments_is_asked_again_whole(colour: Colour) -> None:
    scripted = Scripted(said(BAD), said(GOOD))
    picture = llm.Attachment(type="image/png", content=b"x")
    prompt = llm.Prompt(
        "How old?",
        fragments=["A fragment"],
        messages=[llm.user("earlier"), llm.assistant("so")],
        attachments=[picture],
        tool_results=[llm.ToolResult("f", "out", tool_call_id="1")],
        schema=SCHEMA,
        options={"temperature": 0},
    )
    collect(colour, repair(scripted, Trace()), prompt)
    second = scripted.asked[1]
    assert second.messages[:-2] == prompt.messages
    assert second.options == prompt.options
    assert second.attachments == ()


def test_reasoning_of_the_answer_goes_back_with_it_and_does_not_stay_in_the_next(colour: Colour) -> None:
    """A provider that signs its reasoning wants it back with the answer that followed it, and with no other."""
    thought = llm.ReasoningDelta("hm", provider_metadata={"p": {"w": {"signature": "s"}}})
    again = llm.ReasoningDelta("oh", provider_metadata={"p": {"w": {"signature": "t"}}})
    scripted = Scripted([thought, *said(BAD)], [again, *said(GOOD)])
    events, _ = collect(colour, repair(scripted, Trace()))
    reasoning, text = scripted.asked[1].messages[-2].parts
    assert isinstance(reasoning, llm.ReasoningPart)
    assert (reasoning.text, reasoning.provider_metadata) == ("hm", thought.provider_metadata)
    assert text == llm.TextPart(BAD)
    assert [event for event in events if isinstance(event, llm.ReasoningDelta)] == [again]


def test_an_empty_answer_is_repaired_too(colour: Colour) -> None:
    scripted = Scripted([llm.Finish("stop")], said(GOOD))
    events, error = collect(colour, repair(scripted, Trace()))
    assert (text_of(events), error) == (GOOD, None)
    assert [message.role for message in scripted.asked[1].messages] == ["system", "user", "user"]


def test_an_answer_in_a_fence_is_repaired(colour: Colour) -> None:
    scripted = Scripted(said(f"```json\n{GOOD}\n```"), said(GOOD))
    events, error = collect(colour, repair(scripted, Trace()))
    assert (text_of(events), error) == (GOOD, None)
    assert "Markdown fence" in scripted.asked[1].prompt


def test_a_repair_that_does_not_fit_either_is_an_error_after_its_events(colour: Colour) -> None:
    scripted, trace = Scripted(said(BAD), said("[]")), Trace()
    events, error = collect(colour, repair(scripted, trace))
    assert text_of(events) == "[]"
    assert events[-1] == llm.Finish("stop")
    assert isinstance(error, llm.SchemaViolation)
    assert (error.text, error.problem) == ("[]", "$: [] is not of type 'object'")
    assert str(error) == "The answer does not fit its schema: $: [] is not of type 'object'"
    assert error.hint
    assert not error.retryable
    assert len(scripted.asked) == 2
    assert len(trace.attempts) == 1


def test_repairs_are_bounded(colour: Colour) -> None:
    scripted, trace = Scripted(said(BAD), said(BAD), said(BAD), said(GOOD)), Trace()
    _, error = collect(colour, repair(scripted, trace, times=2))
    assert isinstance(error, llm.SchemaViolation)
    assert len(scripted.asked) == 3
    # Each repair is of the same prompt: the answer before last is not sent along.
    assert [len(prompt.messages) for prompt in scripted.asked] == [2, 4, 4]


def test_without_repair_events_go_on_as_they_come_and_are_checked_at_the_end(colour: Colour) -> None:
    scripted, trace = Scripted(said(BAD)), Trace()
    events = colour.iterate(repair(scripted, trace, times=0)(PROMPT, colour.io()))
    assert next(events) == said(BAD)[0]
    assert scripted.open == 1
    with pytest.raises(llm.SchemaViolation) as caught:
        list(events)
    assert caught.value.text == BAD
    assert len(scripted.asked) == 1
    assert trace.notes == {}


NO_ANSWERS: dict[str, Callable[[], list[Any]]] = {
    "cut": lambda: said(BAD, reason="length"),
    "filtered": lambda: said(BAD, reason="content_filter"),
    "tools": lambda: [llm.ToolCallDelta(0, "f", "{}", "1"), llm.Finish("stop")],
    "tools said so": lambda: said(BAD, reason="tool_calls"),
    "refused": lambda: [llm.TextDelta("No.", refusal=True), llm.Finish("stop")],
}


@pytest.mark.parametrize("times", [0, 1])
@pytest.mark.parametrize("answer", NO_ANSWERS.values(), ids=NO_ANSWERS)
def test_what_is_no_whole_answer_goes_on_without_repair(
    colour: Colour, answer: Callable[[], list[Any]], times: int
) -> None:
    scripted = Scripted(answer())
    assert collect(colour, repair(scripted, Trace(), times=times)) == (answer(), None)
    assert len(scripted.asked) == 1


def test_tools_that_the_provider_runs_are_a_part_of_the_answer(colour: Colour) -> None:
    search = llm.ToolCallDelta(0, "web_search", "{}", "1", server_executed=True)
    scripted = Scripted([search, *said(BAD)], said(GOOD))
    assert text_of(collect(colour, repair(scripted, Trace()))[0]) == GOOD


def test_a_model_that_tells_no_finish_is_checked(colour: Colour) -> None:
    scripted = Scripted([llm.TextDelta(BAD)], [llm.TextDelta(GOOD)])
    assert collect(colour, repair(scripted, Trace())) == ([llm.TextDelta(GOOD)], None)


@pytest.mark.parametrize("times", [0, 1])
def test_an_answer_that_breaks_off_goes_on_as_far_as_it_came(colour: Colour, times: int) -> None:
    broken = llm.NetworkError("gone")
    scripted, trace = Scripted([llm.TextDelta('{"age"'), broken]), Trace()
    events, error = collect(colour, repair(scripted, trace, times=times))
    assert events == [llm.TextDelta('{"age"')]
    assert error is broken
    assert len(scripted.asked) == 1


@pytest.mark.parametrize("failure", [llm.NetworkError("gone"), llm.BudgetError("spent"), ValueError("bug")])
def test_where_the_repair_fails_the_first_answer_goes_on_and_the_failure_stands(
    colour: Colour, failure: Exception
) -> None:
    scripted, trace = Scripted(said(BAD), [llm.TextDelta('{"a'), failure]), Trace()
    events, error = collect(colour, repair(scripted, trace))
    assert events == said(BAD)
    assert error is failure
    assert trace.notes["repaired"] == [{"problem": PROBLEM, "answer": BAD}]


def test_a_reader_who_leaves_closes_the_exchange_and_what_was_held_can_be_kept(colour: Colour) -> None:
    scripted, trace = Scripted(said(GOOD)), Trace()
    assert take(colour, repair(scripted, trace)(PROMPT, colour.io()), 1) == said(GOOD)[:1]
    assert list(trace.held) == said(GOOD)[1:]
    assert scripted.open == 0


def test_what_is_held_when_a_run_is_interrupted_is_not_lost(colour: Colour) -> None:
    scripted, trace = Scripted([llm.TextDelta('{"age"'), KeyboardInterrupt()]), Trace()
    with pytest.raises(KeyboardInterrupt):
        list(colour.iterate(repair(scripted, trace)(PROMPT, colour.io())))
    assert list(trace.held) == [llm.TextDelta('{"age"')]


def test_the_first_answer_is_what_is_held_while_the_repair_is_interrupted(colour: Colour) -> None:
    scripted, trace = Scripted(said(BAD), [llm.TextDelta('{"a'), KeyboardInterrupt()]), Trace()
    with pytest.raises(KeyboardInterrupt):
        list(colour.iterate(repair(scripted, trace)(PROMPT, colour.io())))
    assert list(trace.held) == said(BAD)


@pytest.mark.parametrize("times", [0, 1])
@pytest.mark.parametrize("schema", [{"type": "strin"}, {"$ref": "https://example.com/x.json"}])
def test_a_schema_that_is_wrong_is_an_error_before_anything_is_sent(
    colour: Colour, schema: dict[str, Any], times: int
) -> None:
    scripted = Scripted(said(GOOD))
    events, error = collect(colour, repair(scripted, Trace(), times=times), llm.Prompt("x", schema=schema))
    assert (events, scripted.asked) == ([], [])
    assert isinstance(error, llm.RequestError)


def test_a_violation_can_be_passed_between_processes() -> None:
    import pickle

    error = llm.SchemaViolation("no", text=BAD, problem=PROBLEM, hint="again")
    arrived = pickle.loads(pickle.dumps(error))
    assert (str(arrived), arrived.text, arrived.problem, arrived.hint) == ("no", BAD, PROBLEM, "again")
    assert json.loads(arrived.text) == {"age": "five"}
