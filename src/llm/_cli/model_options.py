"""What can be set on a model, and what it can do."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ..errors import LLMError, ModelError
from .stdout import show_line

if TYPE_CHECKING:
    from .._api.model import Model
    from .._domain.option import Option

_JSON_TYPES = {int: "integer", float: "number", bool: "boolean", str: "string", list: "array", dict: "object"}
_NAMES = {"number": "float", "integer": "int", "string": "str", "object": "dict", "array": "list", "boolean": "bool"}
_WIDTH = 70


def print_options(model: Model) -> None:
    """Print all that is known of a model."""
    known = facts(model)
    show_line(str(model))
    for text in known:
        show_line(text)


def properties(model: Model) -> dict[str, Any]:
    """The options of a model as the properties of a JSON schema. Raises ModelError where they cannot be read."""
    with _of_author(model):
        if model.option_table is not None:
            return {option.name: _schema(option) for option in model.option_table.options}
        return _own_properties(model)


def facts(model: Model) -> list[str]:
    """The lines below a model's name: options, attachment types, features, key. Raises ModelError, as `properties`."""
    with _of_author(model):
        return [line for text in _facts(model) for line in text.split("\n")]


@contextmanager
def _of_author(model: Model) -> Iterator[None]:
    """A block that reads what the author of a plugin declared, which may be anything."""
    try:
        yield
    except LLMError:
        raise
    except Exception as error:
        why = f"{type(error).__name__}: {error}".removesuffix(": ")
        raise ModelError(f"{model.model_id} declares what cannot be read ({why})") from error


def _own_properties(model: Model) -> dict[str, Any]:
    import json

    from .._api.options_slot import own_options

    own = own_options(type(model))
    declared = {} if own is None else dict(own.model_json_schema().get("properties", {}))
    json.dumps(declared)  # raises where a field is declared with what JSON does not have
    return declared


def _facts(model: Model) -> Iterator[str]:
    options = properties(model)
    if options:
        yield "  Options:"
        for name, schema in options.items():
            yield from _option(name, schema)
    if model.option_table is not None and model.option_table.open:
        yield "    (any other option is sent to the server as it is given)"
    if model.attachment_types:
        yield "  Attachment types:"
        yield textwrap.indent(textwrap.fill(", ".join(sorted(model.attachment_types)), _WIDTH), "    ")
    features = [name for name, has in _features(model).items() if has]
    if features:
        yield "  Features:"
        yield from (f"  - {name}" for name in features)
    if model.needs_key:
        yield "  Keys:"
        yield f"    key: {model.needs_key}"
        if model.key_env_var:
            yield f"    env_var: {model.key_env_var}"


def _features(model: Model) -> dict[str, bool]:
    return {
        "streaming": model.can_stream,
        "schemas": model.supports_schema,
        "tools": model.supports_tools,
        "async": True,
    }


def _schema(option: Option) -> dict[str, Any]:
    schema = {
        "type": _JSON_TYPES[option.type],
        "description": option.description,
        "minimum": option.minimum,
        "maximum": option.maximum,
        "enum": list(option.choices),
    }
    return {name: value for name, value in schema.items() if value not in (None, "", [])}


def _option(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    limits = _limits(schema)
    yield f"    {name}: {_types(schema)}{f' ({limits})' if limits else ''}"
    if schema.get("description"):
        yield textwrap.indent(textwrap.fill(schema["description"], _WIDTH), "      ")


def _types(schema: Mapping[str, Any]) -> str:
    kinds = [kind.get("type", "any") for kind in schema.get("anyOf", [schema])]
    return ", ".join(_NAMES.get(kind, kind) for kind in kinds if kind != "null")


def _limits(schema: Mapping[str, Any]) -> str:
    found: dict[str, Any] = {}
    for part in (*schema.get("anyOf", ()), schema):
        found |= part
    if "enum" in found:
        return f"one of {', '.join(map(str, found['enum']))}"
    lowest, highest = found.get("minimum"), found.get("maximum")
    if lowest is not None and highest is not None:
        return f"from {lowest:g} to {highest:g}"
    if lowest is not None:
        return f"at least {lowest:g}"
    return "" if highest is None else f"at most {highest:g}"
