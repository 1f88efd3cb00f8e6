"""What a plugin's model subclasses to declare its options."""

from __future__ import annotations

from collections.abc import KeysView
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from ..errors import OptionError


class Options(BaseModel):
    """
    The options that a model takes: a pydantic model, one field per option, read as attributes and as a mapping.

    Fields that are not declared are refused. Values from the command line are text, which pydantic converts.
    """

    model_config = ConfigDict(extra="forbid")

    def keys(self) -> KeysView[str]:
        """The names of all options, as a mapping has them."""
        return dict(iter(self)).keys()

    def __getitem__(self, name: str) -> Any:
        if name in type(self).model_fields:
            return getattr(self, name)
        raise KeyError(name)


def validated(cls: type[BaseModel], values: dict[str, Any], model: str) -> BaseModel:
    """An instance of a model's own Options. Raises OptionError for the first thing that pydantic finds wrong."""
    try:
        return cls(**values)
    except ValidationError as error:
        raise _translated(error, cls, model) from None


def _translated(error: ValidationError, cls: type[BaseModel], model: str) -> OptionError:
    known = ", ".join(sorted(cls.model_fields)) or "none"
    first = error.errors()[0]
    name = ".".join(map(str, first["loc"])) or "options"
    if first["type"] == "extra_forbidden":
        return OptionError(f"{model} has no option {name!r}", hint=f"Its options are: {known}")
    if first["type"] == "missing":
        return OptionError(f"{model} needs the option {name}", hint=f"Its options are: {known}")
    why = first["msg"].removeprefix("Value error, ")
    return OptionError(f"The option {name} cannot be {first['input']!r}: {why}", hint=f"Options of {model}: {known}")
