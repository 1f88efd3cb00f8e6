"""JSON Schemas in few words: `name, age int, bio: a short biography`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..errors import RequestError

_TYPES = {"str": "string", "int": "integer", "float": "number", "bool": "boolean"}
_EXAMPLE = 'As in "name, age int, bio: a short biography"; a type is one of str, int, float, bool'


def schema_from_dsl(text: str) -> dict[str, Any]:
    """
    The schema of an object with these properties, all of them required. Raises RequestError.

    A property is a name, a type (`str` where none is named) and, after a colon, a description. Properties stand
    between commas, or one in a line; in the second form a description may have commas.
    """
    properties: dict[str, Any] = {}
    for field in filter(None, map(str.strip, text.split("\n" if "\n" in text.strip() else ","))):
        name, described = _property(field)
        if name in properties:
            raise RequestError(f"The schema names {name!r} twice", hint=_EXAMPLE)
        properties[name] = described
    if not properties:
        raise RequestError("The schema names no properties", hint=_EXAMPLE)
    return {"type": "object", "properties": properties, "required": list(properties)}


def multi_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of an object whose `items` are a list of what *schema* describes."""
    return {
        "type": "object",
        "properties": {"items": {"type": "array", "items": dict(schema)}},
        "required": ["items"],
    }


def schema_id(schema: Mapping[str, Any]) -> str:
    """What a schema is called: the hash of its compact JSON text, 32 hex digits, as the older package has it."""
    from hashlib import blake2b

    return blake2b(json.dumps(schema, separators=(",", ":")).encode(), digest_size=16).hexdigest()


def _property(field: str) -> tuple[str, dict[str, str]]:
    declared, _, description = field.partition(":")
    words = declared.split()
    if not words:
        raise RequestError(f"The schema has a property without a name: {field!r}", hint=_EXAMPLE)
    kind = _TYPES.get(words[1]) if len(words) > 1 else "string"
    if kind is None or len(words) > 2:
        raise RequestError(f"The schema has no type that is called {' '.join(words[1:])!r}: {field!r}", hint=_EXAMPLE)
    about = {"description": description.strip()} if description.strip() else {}
    return words[0], {"type": kind, **about}
