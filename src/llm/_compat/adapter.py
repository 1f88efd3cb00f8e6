"""
`execute` with its two kinds of caller.

Called with a prepared prompt, it asks; called with a `response`, it is the plugin author's generator, also through
`super().execute(prompt, stream, response, conversation, key)`.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, closing, nullcontext
from functools import wraps
from typing import Any

from .._api.model import AsyncModel, Model
from .._domain.call import Call
from .._domain.event import Event
from .._domain.prompt import Prompt
from .older_response import OlderResponse
from .translation import Translation

_ABSENT = object()


def adapt(cls: type, execute: Callable[..., Any]) -> None:
    """Make *cls*, which has the older *execute*, a model with `generate` and both meanings of `execute`."""
    asking = AsyncModel.execute if issubclass(cls, AsyncModel) else Model.execute
    takes_key = "key" in inspect.signature(execute).parameters

    @wraps(execute)
    def dispatched(
        self: Any, prompt: Prompt, stream: bool = True, response: Any = _ABSENT, *args: Any, **kwargs: Any
    ) -> Any:
        if response is _ABSENT:
            return asking(self, prompt, stream, **kwargs)
        return execute(self, prompt, stream, response, *args, **kwargs)

    def generate(self: Any, prompt: Prompt, call: Call) -> Iterator[Event] | AsyncIterator[Event]:
        translation = Translation()
        response = OlderResponse(prompt, self, call, translation)
        key = {"key": call.key} if takes_key else {}
        said = self.execute(prompt, call.stream, response, call.conversation, **key)
        return _events_async(said, response) if hasattr(said, "__aiter__") else _events(said, response)

    dispatched._llm_own = True  # type: ignore[attr-defined]
    cls.execute = dispatched  # type: ignore[attr-defined]
    if "generate" not in cls.__dict__:
        cls.generate = generate  # type: ignore[attr-defined]


def _events(said: Any, response: OlderResponse) -> Iterator[Event]:
    with closing(said) if hasattr(said, "close") else nullcontext():
        for item in said:
            yield response._translation.event(item)
            yield from response.said()
    yield from response.said()


async def _events_async(said: Any, response: OlderResponse) -> AsyncIterator[Event]:
    async with aclosing(said):
        async for item in said:
            yield response._translation.event(item)
            for event in response.said():
                yield event
    for event in response.said():
        yield event
