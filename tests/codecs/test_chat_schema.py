"""A schema is sent with a name, and strictly where strict mode takes it."""

from __future__ import annotations

from typing import Any

import pytest

from llm._codecs.chat_schema import is_strict, response_format


def closed(**properties: Any) -> dict[str, Any]:
    """An object that needs all of its keys and has no others."""
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


TEXT = {"type": "string"}


@pytest.mark.parametrize(
    "schema",
    [
        closed(),
        closed(a=TEXT, b={"type": ["integer", "null"], "minimum": 0}),
        closed(a=closed(b={"type": "array", "items": closed(c=TEXT)})),
        closed(a={"anyOf": [TEXT, closed(b=TEXT)]}),
        {**closed(a={"$ref": "#/$defs/B"}), "$defs": {"B": closed(b=TEXT)}},
        closed(a={"type": "string", "format": "date"}, b={"enum": ["x", 1]}, c={"const": 1}),
    ],
)
def test_closed_schemas_are_strict(schema: dict[str, Any]) -> None:
    """Objects that are closed and need every key, all the way down."""
    assert is_strict(schema)
    assert response_format(schema)["json_schema"]["strict"] is True


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {"a": TEXT}, "required": ["a"]},
        {"type": "object", "properties": {"a": TEXT}, "additionalProperties": False},
        closed(a={"type": "object"}),
        closed(a={"type": "array"}),
        closed(a={"type": "array", "items": {"type": "object", "properties": {}}}),
        closed(a={"type": "string", "maxLength": 3}),
        closed(a={"type": "string", "format": "color"}),
        closed(a={"type": "string", "default": "x"}),
        closed(a={"oneOf": [TEXT]}),
        closed(a={}),
        closed(a=True),
        {"type": "array", "items": TEXT},
        {**closed(a=TEXT), "$defs": {"B": {"type": "object"}}},
        {},
    ],
)
def test_other_schemas_are_sent_as_they_are(schema: dict[str, Any]) -> None:
    """Nothing is changed or added, so that the service checks what was asked."""
    assert response_format(schema) == {"type": "json_schema", "json_schema": {"name": "output", "schema": schema}}


@pytest.mark.parametrize(
    ("title", "expected"),
    [("Dog", "Dog"), ("A dog's life", "A_dog_s_life"), ("犬", "output"), ("", "output"), ("x" * 99, "x" * 64)],
)
def test_the_name_is_the_title_in_allowed_letters(title: str, expected: str) -> None:
    """Letters, digits, underscores and dashes, at most 64."""
    assert response_format({"title": title, "type": "object"})["json_schema"]["name"] == expected
