"""
Whether an answer fits the JSON Schema that was asked for.

Formats (`"format": "email"`) are notes, as JSON Schema has them, and are not checked; nor is a value whose schema has
a pattern that Python's regular expressions do not know (`\\p{L}`), since providers know others. Nothing is fetched.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import islice
from math import isinf
from typing import Any

from ..errors import RequestError

_HINT = "Correct the schema; nothing is fetched for it, so that what it refers to must be in it"
_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
_ERRORS_LOOKED_AT = 100
_LONGEST = 240
_DEEP = 64


def check_schema(schema: Mapping[str, Any]) -> None:
    """Raise RequestError where *schema* is no JSON Schema, or refers to what is not in it."""
    from jsonschema.exceptions import best_match

    try:
        checker = _validator_class(schema)
        errors = checker(checker.META_SCHEMA, registry=_registry()).iter_errors(schema)
        error = best_match(islice(errors, _ERRORS_LOOKED_AT))
        if error is not None:
            raise _wrong(f"{error.json_path}: {error.message}")
        _check_references(schema)
    except ValueError as error:  # a name of a schema that is no URL
        raise _wrong(str(error)) from None
    except RecursionError:
        raise _wrong("it is nested too deeply") from None


def violation(schema: Mapping[str, Any], text: str) -> str | None:
    """
    Where *text* breaks *schema*, in one line, or None where it fits.

    Raises RequestError where the schema is wrong itself.
    """
    check_schema(schema)
    try:
        value = _decoded(text)
    except _NotJSONError as error:
        return _line(str(error))
    return _mismatch(schema, value)


class _NotJSONError(Exception):
    """A text is not JSON; says why."""


def _decoded(text: str) -> Any:
    stripped = text.strip()
    if not stripped:
        raise _NotJSONError("it is empty, where JSON was asked for")
    if stripped.startswith("```"):
        raise _NotJSONError("it is not JSON: it stands between the ``` of a Markdown fence")
    try:
        return json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except json.JSONDecodeError as error:
        problem = f"it is not JSON: {error.msg} (line {error.lineno}, column {error.colno})"
    except RecursionError:
        problem = "it is JSON that is nested too deeply to be read"
    except ValueError:
        problem = "it has a number that is too large to be read"
    raise _NotJSONError(problem)


def _refuse(constant: str) -> Any:
    raise _NotJSONError(f"it is not JSON: {constant} is no JSON number")


def _finite(number: str) -> float:
    value = float(number)
    if isinf(value):
        raise ValueError(number)
    return value


def _mismatch(schema: Mapping[str, Any], value: Any) -> str | None:
    import re

    from jsonschema.exceptions import best_match
    from referencing.exceptions import Unresolvable

    try:
        errors = _validator_class(schema)(schema, registry=_registry()).iter_errors(value)
        error = best_match(islice(errors, _ERRORS_LOOKED_AT))
    except Unresolvable as unresolved:
        raise _wrong(f"it refers to {unresolved.ref}, which is not in it") from None
    except re.error:
        return None
    except ArithmeticError:
        return "it has a number that is too large to be checked"
    except RecursionError:
        if _depth(value) > _DEEP:
            return f"it is nested too deeply to be checked: {_depth(value)} levels"
        raise _wrong("it refers to itself without end") from None
    return None if error is None else _line(f"{error.json_path}: {error.message}")


def _registry() -> Any:
    """The schemas of JSON Schema itself, and no others: the registry that is used unasked fetches those."""
    from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]

    return REGISTRY


def _validator_class(schema: Mapping[str, Any]) -> Any:
    """The validator of the version that the schema names; the latest where it names none, or one that nobody knows."""
    from jsonschema.validators import Draft202012Validator, validator_for

    if not isinstance(schema.get("$schema", ""), str):
        raise _wrong("its $schema is not text")
    return validator_for(schema, default=Draft202012Validator)


def _check_references(schema: Mapping[str, Any]) -> None:
    from referencing.exceptions import Unresolvable
    from referencing.jsonschema import DRAFT202012, specification_with

    root = specification_with(schema.get("$schema", ""), default=DRAFT202012).create_resource(schema)
    waiting = [(root, _registry().resolver_with_root(root))]
    while waiting:
        resource, resolver = waiting.pop()
        for reference in _references(resource.contents):
            try:
                resolver.lookup(reference)
            except (Unresolvable, ValueError):
                raise _wrong(f"it refers to {reference}, which is not in it") from None
        waiting += [(inner, resolver.in_subresource(inner)) for inner in resource.subresources()]


def _references(contents: Any) -> list[str]:
    if not isinstance(contents, Mapping):
        return []
    return [value for name in _REFERENCES if isinstance(value := contents.get(name), str)]


def _depth(value: Any) -> int:
    """How many lists and objects are inside one another."""
    deepest, level = 0, [value]
    while level := [inner for item in level for inner in _inside(item)]:
        deepest += 1
    return deepest


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _wrong(why: str) -> RequestError:
    return RequestError(f"The schema is not a JSON Schema that can be used: {_line(why)}", hint=_HINT)


def _line(text: str) -> str:
    """The text in one line that can be read. Its end says most: jsonschema begins with the value."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST // 2]} ... {line[-_LONGEST // 2 :]}"
