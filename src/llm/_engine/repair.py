"""An answer that does not fit its schema is asked for once more, with what is wrong."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from typing import Any

from .._domain.assembly import assemble
from .._domain.call import Attempt, Trace
from .._domain.event import Event, Finish, TextDelta, ToolCallDelta, UsageEvent
from .._domain.message import Message
from .._domain.prompt import Prompt
from .._domain.schema_check import check_schema, violation
from .._domain.usage import Usage
from .._io.io import IO, Handler
from ..errors import SchemaViolation

_REQUEST = (
    "Your answer does not fit the JSON Schema that was asked for. What is wrong: {problem}\n"
    "Answer again with only the corrected JSON: no other words, and no Markdown fence around it."
)


def repair(handler: Handler, trace: Trace, *, times: int = 1) -> Handler:
    """
    The handler, whose answers to prompts with a schema fit it, or end with SchemaViolation.

    An answer is held back, in `trace.held`, until it is whole. One that does not fit is asked for again, *times* times
    at most; what goes on is the last answer alone, with the usage of all, and the trace tells of the others. Where it
    never fits, the last one goes on before the error. With 0 *times* the events go on as they come. What calls tools,
    was refused or was cut is no answer to be held against a schema, and goes on as it is.
    """

    async def repaired(prompt: Prompt, io: IO) -> AsyncGenerator[Event, None]:
        if prompt.schema is not None:
            await io.call(check_schema, prompt.schema)
        whole = prompt.schema is not None and times > 0
        answers = _last_answer(handler, trace, times)(prompt, io) if whole else handler(prompt, io)
        said: list[Event] = []
        async with aclosing(answers) as events:
            async for event in events:
                if prompt.schema is not None:
                    said.append(event)
                yield event
        problem = None if prompt.schema is None else await io.call(_problem, prompt.schema, said)
        if problem is not None:
            raise SchemaViolation(
                f"The answer does not fit its schema: {problem}",
                text=_text(said),
                problem=problem,
                hint="Ask again, make the schema simpler, or ask a model that follows schemas",
            )

    return repaired


def _last_answer(handler: Handler, trace: Trace, times: int) -> Handler:
    """The handler, held back and asked again until its answer fits or *times* are over."""

    async def last(prompt: Prompt, io: IO) -> AsyncGenerator[Event, None]:
        asked = prompt
        before: Usage | None = None
        failure: Exception | None = None
        for left in range(times, -1, -1):
            answer: deque[Event] = deque()
            if before is None:
                trace.held = answer
            try:
                async with aclosing(handler(asked, io)) as events:
                    async for event in events:
                        answer.append(_with(before, event))
            except Exception as error:
                failure = error
                break
            trace.held = answer
            problem = await io.call(_problem, prompt.schema, answer) if left else None
            if problem is None:
                break
            text = _text(answer)
            trace.attempts.append(Attempt(problem, 0.0))
            trace.notes.setdefault("repaired", []).append({"problem": problem, "answer": text})
            before = _usage(answer)
            asked = _again(prompt, answer, problem)
        while trace.held:
            yield trace.held.popleft()
        if failure is not None:
            raise failure

    return last


def _again(prompt: Prompt, answer: Iterable[Event], problem: str) -> Prompt:
    """What is asked after an answer that does not fit: the same, the answer, and what is wrong with it."""
    parts = assemble(answer)
    said = (Message("assistant", parts),) if parts else ()
    return prompt.replace(
        prompt=_REQUEST.format(problem=problem),
        messages=(*prompt.earlier, *prompt.input, *said),
        fragments=(),
        attachments=(),
        tool_results=(),
    )


def _problem(schema: dict[str, Any], events: Iterable[Event]) -> str | None:
    """What is wrong with an answer; None also where it is no answer that a schema is for."""
    for event in events:
        match event:
            case ToolCallDelta(server_executed=False) | TextDelta(refusal=True):
                return None
            case Finish(reason=reason) if reason != "stop":
                return None
            case _:
                pass
    return violation(schema, _text(events))


def _text(events: Iterable[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def _usage(events: Iterable[Event]) -> Usage:
    usage = Usage()
    for event in events:
        if isinstance(event, UsageEvent):
            usage = event.usage
    return usage


def _with(before: Usage | None, event: Event) -> Event:
    """The event, with what earlier answers consumed added to its usage."""
    return UsageEvent(before + event.usage) if before is not None and isinstance(event, UsageEvent) else event
