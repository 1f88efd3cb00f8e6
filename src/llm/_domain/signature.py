"""The JSON Schema of a function's arguments, by pydantic, which knows every annotation people use."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any, get_type_hints

from ..errors import RequestError

_OF_NAMES = ("properties", "$defs")
_VALUES = ("const", "default", "enum", "examples")


def arguments_schema(function: Callable[..., Any], name: str) -> dict[str, Any]:
    """
    A schema of type object with one property per named parameter; a parameter without a default is required.

    Raises RequestError where the signature or an annotation cannot be read.
    """
    from pydantic import Field, create_model
    from pydantic.errors import PydanticUserError

    try:
        parameters, hints = (
            inspect.signature(function).parameters,
            get_type_hints(underlying(function), None, None, True),
        )
    except (NameError, TypeError, ValueError) as error:
        raise RequestError(f"The arguments of the tool {name} cannot be read: {error}") from error
    fields: dict[str, Any] = {}
    for number, parameter in enumerate(parameters.values()):
        if parameter.name == "self" or parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        default = ... if parameter.default is parameter.empty else parameter.default
        # pydantic has names of its own, such as `schema` and `json`, so parameters are aliases.
        fields[f"p{number}"] = (hints.get(parameter.name, str), Field(default, alias=parameter.name))
    try:
        schema = create_model(name, **fields).model_json_schema()
    except PydanticUserError as error:
        reason = str(error).partition(". ")[0]
        raise RequestError(f"The arguments of the tool {name} have no JSON Schema: {reason}") from error
    return {"properties": {}, **_untitled(schema)}


def function_name(function: Callable[..., Any]) -> str:
    """What a function is called; a partial one as what it calls, and an object that can be called as its class."""
    if isinstance(function, partial):
        return function_name(function.func)
    return str(getattr(function, "__name__", type(function).__name__))


def underlying(function: Callable[..., Any]) -> Any:
    """The function that has the annotations and the docstring."""
    if isinstance(function, partial):
        return underlying(function.func)
    return function if inspect.isroutine(function) or inspect.isclass(function) else type(function).__call__


def _untitled(schema: Any, *, names: bool = False) -> Any:
    """The schema without the titles that pydantic adds; `names` says that the keys here are the user's own."""
    if isinstance(schema, list):
        return [_untitled(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: value if key in _VALUES and not names else _untitled(value, names=not names and key in _OF_NAMES)
        for key, value in schema.items()
        if names or key != "title"
    }
