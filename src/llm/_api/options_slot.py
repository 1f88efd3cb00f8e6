"""`llm.Options` is a pydantic class, and pydantic is not imported before a model uses it."""

from __future__ import annotations

import importlib
from typing import Any


class LazyOptions:
    """Stands on the model classes as `Options` until a subclass declares its own."""

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        return importlib.import_module("llm._api.options").Options


def own_options(cls: type) -> Any:
    """The Options class that a model class declares, or None where it declares none."""
    for base in cls.__mro__:
        declared = base.__dict__.get("Options")
        if declared is not None:
            return None if isinstance(declared, LazyOptions) else declared
    return None
