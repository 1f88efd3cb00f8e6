"""Another model is asked where one fails before its first word."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

from .._domain.call import Attempt, Trace
from .._domain.event import Event
from .._domain.prompt import Prompt
from .._io.io import IO, Handler
from ..errors import (
    AttachmentError,
    ConversationNotSupported,
    HistoryError,
    Incomplete,
    LLMError,
    LLMTimeoutError,
    ModelError,
    NeedsKeyException,
    OptionError,
    RequestError,
)

_OF_ONE_MODEL = (AttachmentError, ConversationNotSupported, NeedsKeyException, OptionError)
_OF_ONE_EXCHANGE = ("model", "price_key", "request_id", "raw", "first_byte", "url", "rate_limit", "abort")
_LONGEST = 200  # characters of what a model that failed before said


@dataclass(frozen=True, slots=True)
class Alternative:
    """
    A model that may be asked: its name, and what makes the prompt ready for it and gives its handler, with its retries.

    `make` is called when its turn comes, with the prompt as it was asked. It may block (a key may come from a command),
    and it may raise: options, attachments, abilities and keys are those of one model.
    """

    model: str
    make: Callable[[Prompt], tuple[Prompt, Handler]]


def fallback(
    alternatives: Sequence[Alternative], trace: Trace, notify: Callable[[Attempt], None] | None = None
) -> Handler:
    """
    A handler that asks one alternative after the other until one says a first word, and then that one alone.

    Each that failed is noted in the trace, without what was learnt of its exchange, and told to *notify*; the name of
    one that answers in place of the first is `trace.notes["answered_by"]`. Where the last fails, or one in a way that
    no other could help (`may_help`), its error is raised, and says what became of those before it.
    """
    if not alternatives:
        raise ValueError("fallback() needs a model to ask")

    async def answered(prompt: Prompt, io: IO) -> AsyncGenerator[Event, None]:
        before = _facts(trace)
        failed: list[Attempt] = []
        for number, alternative in enumerate(alternatives, 1):
            begun, spoken = len(trace.attempts), False
            if failed:
                trace.notes["answered_by"] = alternative.model
            try:
                own, handler = await io.call(alternative.make, prompt)
                async with aclosing(handler(own, io)) as events:
                    async for event in events:
                        spoken = True
                        yield event
                return
            except Exception as error:
                if spoken:
                    raise
                if number == len(alternatives) or trace.cancelled or not may_help(error):
                    _tell(error, failed)
                    raise
                failed.append(Attempt(_words(error), 0.0, getattr(error, "status", None), alternative.model))
            finally:
                _name(trace.attempts, begun, alternative.model)
            _restore(trace, before)
            trace.attempts.append(failed[-1])
            if notify is not None:
                notify(failed[-1])

    return answered


def may_help(error: Exception) -> bool:
    """
    Whether another model may do better: it is this one, its provider, its key or its abilities that failed.

    Not so where the store failed, the reader left, the time for the whole answer is up, or the caller asked for what
    no model could do. What a plugin's code raises, and nobody has translated, is that model's failure.
    """
    match error:
        case HistoryError() | Incomplete() | LLMTimeoutError(phase="total"):
            return False
        case RequestError():
            return type(error) is RequestError or isinstance(error, _OF_ONE_MODEL)
        case LLMError():
            return isinstance(error, ModelError)
    return True


def _facts(trace: Trace) -> dict[str, Any]:
    return {**{name: getattr(trace, name) for name in _OF_ONE_EXCHANGE}, "notes": dict(trace.notes)}


def _restore(trace: Trace, facts: dict[str, Any]) -> None:
    for name in _OF_ONE_EXCHANGE:
        setattr(trace, name, facts[name])
    trace.notes.clear()
    trace.notes.update(facts["notes"])


def _name(attempts: list[Attempt], begun: int, model: str) -> None:
    """Say of the tries since *begun* whom they asked."""
    attempts[begun:] = [replace(attempt, model=attempt.model or model) for attempt in attempts[begun:]]


def _words(error: Exception) -> str:
    """An error as one line; a foreign one with its kind, as it may say nothing else."""
    words = " ".join(str(error).split())
    if isinstance(error, LLMError):
        return words or type(error).__name__
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


def _tell(error: Exception, failed: list[Attempt]) -> None:
    """Add to an error what the models before it said: to its message, which is what people are shown."""
    if not failed:
        return
    before = "; ".join(f"{attempt.model}: {_shortened(attempt.error)}" for attempt in failed)
    if isinstance(error, LLMError):
        error.args = (f"{_words(error)} (before it failed {before})", *error.args[1:])
    else:
        error.add_note(f"Before it failed {before}")


def _shortened(words: str) -> str:
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 3]}..."
