"""The JSON Schema of a function's arguments, by pydantic, which knows every annotation people use."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, get_type_hints


def arguments_schema(function: Callable[..., Any], name: str) -> dict[str, Any]:
    """A schema of type object with one property per named parameter; a parameter without a default is required."""
    from pydantic import create_model

    hints = get_type_hints(function)
    fields: dict[str, Any] = {}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.name == "self" or parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        annotation = hints.get(parameter.name, str)
        fields[parameter.name] = (annotation, ... if parameter.default is parameter.empty else parameter.default)
    schema = create_model(name, **fields).model_json_schema()
    return dict(_untitled(schema)) | {"properties": _untitled(schema).get("properties", {})}


def _untitled(schema: Any, *, names: bool = False) -> Any:
    """The schema without the titles that pydantic adds; `names` says that the keys here are the user's own."""
    if isinstance(schema, list):
        return [_untitled(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _untitled(value, names=key in ("properties", "$defs"))
        for key, value in schema.items()
        if names or key != "title"
    }
