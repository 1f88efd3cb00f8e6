"""
The door for models written to the older contract, `execute(prompt, stream, response, conversation[, key])`.

Nothing here knows that contract: what does stands above, in `_compat`, and is imported when the first such model is.
"""

from __future__ import annotations

import importlib
import inspect
from typing import Any, Protocol


class Adapter(Protocol):
    """What makes a class with the older `execute` a model like any other."""

    def __call__(self, cls: type, execute: Any) -> None: ...


_slot: list[Adapter] = []


def fill(adapter: Adapter) -> None:
    """Install the adapter."""
    _slot[:] = [adapter]


def _takes_response(execute: Any) -> bool:
    """Whether `execute` can be given the older contract's `response`; one that cannot overrides `Model.execute`."""
    parameters = inspect.signature(execute).parameters.values()
    return any(parameter.name == "response" or parameter.kind is parameter.VAR_KEYWORD for parameter in parameters)


def adapt(cls: type) -> None:
    """Adapt *cls* where it, or a mixin of it, defines an `execute` of the older contract."""
    for base in cls.__mro__:
        execute = base.__dict__.get("execute")
        if execute is not None:
            if not getattr(execute, "_llm_own", False) and _takes_response(execute):
                if not _slot:
                    importlib.import_module("llm._compat")
                _slot[0](cls, execute)
            return
