"""What can be set on a model, and what it can do."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from .._api.model import Model
    from .._domain.option import Option

_JSON_TYPES = {int: "integer", float: "number", bool: "boolean", str: "string", list: "array", dict: "object"}
_NAMES = {"number": "float", "integer": "int", "string": "str", "object": "dict", "array": "list", "boolean": "bool"}
_WIDTH = 70


def print_options(model: Model) -> None:
    """Print all that is known of a model."""
    click.echo(str(model))
    for text in facts(model):
        click.echo(text)


def properties(model: Model) -> dict[str, Any]:
    """The options of a model as the properties of a JSON schema."""
    from .._api.options_slot import own_options

    if model.option_table is not None:
        return {option.name: _schema(option) for option in model.option_table.options}
    own = own_options(type(model))
    return {} if own is None else dict(own.model_json_schema().get("properties", {}))


def facts(model: Model) -> Iterator[str]:
    """The lines below a model's name: its options, attachment types, features and key."""
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
