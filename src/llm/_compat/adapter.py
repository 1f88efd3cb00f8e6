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

from .._api.model import AsyncKeyModel, AsyncModel, KeyModel, Model
from .._domain.call import Call
from .._domain.event import Event
from .._domain.prompt import Prompt
from .older_response import OlderResponse
from .translation import Translation


def adapt(cls: type, execute: Callable[..., Any]) -> None:
    """Make *cls*, which has the older *execute*, a model with `generate` and both meanings of `execute`."""
    asking = AsyncModel.execute if issubclass(cls, AsyncModel) else Model.execute
    takes_key = _takes_key(cls, execute)

    @wraps(execute)
    def dispatched(self: Any, prompt: Prompt, *args: Any, **kwargs: Any) -> Any:
        if len(args) > 1 or "response" in kwargs:
            return execute(self, prompt, *args, **kwargs)
        return asking(self, prompt, *args, **kwargs)

    def generate(self: Any, prompt: Prompt, call: Call) -> Iterator[Event] | AsyncIterator[Event]:
        translation = Translation()
        response = OlderResponse(prompt, self, call, translation)
        key = {"key": call.key} if takes_key else {}
        said = self.execute(prompt, stream=call.stream, response=response, conversation=call.conversation, **key)
        return _events_async(said, response) if hasattr(said, "__aiter__") else _events(said, response)

    dispatched._llm_own = True  # type: ignore[attr-defined]
    cls.execute = dispatched  # type: ignore[attr-defined]
    if "generate" not in cls.__dict__:
        cls.generate = generate  # type: ignore[attr-defined]


def _takes_key(cls: type, execute: Callable[..., Any]) -> bool:
    """Whether `execute` is given a key: it names one, or takes whatever there is in a class of models with a key."""
    parameters = inspect.signature(execute).parameters
    takes_all = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values())
    return "key" in parameters or (takes_all and issubclass(cls, KeyModel | AsyncKeyModel))


def _events(said: Any, response: OlderResponse) -> Iterator[Event]:
    with closing(said) if hasattr(said, "close") else nullcontext():
        for item in said:
            yield response._translation.event(item)
            yield from response.said()
    yield from response.ended()


async def _events_async(said: Any, response: OlderResponse) -> AsyncIterator[Event]:
    async with aclosing(said) if hasattr(said, "aclose") else nullcontext():
        async for item in said:
            yield response._translation.event(item)
            for event in response.said():
                yield event
    for event in response.ended():
        yield event
