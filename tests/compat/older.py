"""Models of the older contract, for tests to ask in both colours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import llm
from api.colour import Blocking, Colour

Execute = Callable[..., Any]


def older(colour: Colour, execute: Execute, key: bool = False, **attributes: Any) -> Any:
    """
    A model whose `execute` is *execute*, a generator function of the older contract, in the colour of the test.

    On an event loop it is an asynchronous generator that says the same.
    """
    if isinstance(colour, Blocking):
        base: type = llm.KeyModel if key else llm.Model
        method = execute
    else:
        base = llm.AsyncKeyModel if key else llm.AsyncModel

        async def method(*args: Any, **kwargs: Any) -> Any:
            for item in execute(*args, **kwargs):
                yield item

        method.__wrapped__ = execute  # type: ignore[attr-defined]
    return type("Older", (base,), {"model_id": "older", "execute": method, **attributes})()
