"""Schemas as Gemini follows them."""

from __future__ import annotations

from llm._codecs.gemini_schema import known_schema


def test_what_gemini_knows_stays_as_it_is() -> None:
    """Properties may be called like keywords."""
    schema = {
        "type": "object",
        "properties": {
            "const": {"type": "string", "format": "date-time"},
            "$ref": {"type": ["integer", "null"], "minimum": 1},
            "of": {"anyOf": [{"$ref": "#/$defs/A"}, {"type": "array", "items": {"type": "number"}, "maxItems": 2}]},
        },
        "required": ["const"],
        "additionalProperties": False,
        "propertyOrdering": ["const"],
        "$defs": {"A": {"enum": ["a", 1], "title": "A"}},
    }
    assert known_schema(schema) == (schema, ())


def test_what_gemini_has_other_words_for_is_reworded() -> None:
    """A constant is a choice of one, a reference stands alone, definitions have one name."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "definitions": {"A": {"const": "a"}},
        "properties": {
            "x": {"$ref": "#/definitions/A", "description": "The x"},
            "y": {"allOf": [{"$ref": "#/definitions/A"}], "title": "Y"},
            "z": {"items": {"const": 1}},
        },
    }
    assert known_schema(schema) == (
        {
            "$defs": {"A": {"enum": ["a"]}},
            "properties": {
                "x": {"anyOf": [{"$ref": "#/$defs/A"}], "description": "The x"},
                "y": {"anyOf": [{"$ref": "#/$defs/A"}], "title": "Y"},
                "z": {"items": {"enum": [1]}},
            },
        },
        (),
    )


def test_what_gemini_cannot_follow_is_told_and_noted() -> None:
    """In the description, where the model can read it."""
    written, notes = known_schema({"type": "string", "format": "uri", "minLength": 2, "const": True})
    assert written == {"type": "string", "description": '{"format": "uri", "minLength": 2, "const": true}'}
    assert len(notes) == 3
