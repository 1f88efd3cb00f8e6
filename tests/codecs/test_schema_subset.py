"""A schema is cut to what a provider knows, and every cut is told."""

from __future__ import annotations

from llm._codecs.schema_subset import subset

KEYWORDS = frozenset(("type", "properties", "items", "description", "format", "required", "additionalProperties"))
DOG = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 2, "description": "What it is called"},
        "born": {"type": "string", "format": "date"},
        "minLength": {"type": "array", "items": {"type": "integer", "minimum": 0}},
    },
    "required": ["name"],
}


def test_unknown_keywords_go_into_the_description_and_are_told() -> None:
    written, notes = subset(DOG, KEYWORDS)
    assert written["properties"]["name"] == {"type": "string", "description": 'What it is called {"minLength": 2}'}
    assert written["properties"]["minLength"]["items"] == {"type": "integer", "description": '{"minimum": 0}'}
    assert [note.partition(",")[0] for note in notes] == [
        "schema: minLength at $.name was left out",
        "schema: minimum at $.minLength.items was left out",
    ]
    assert DOG["properties"]["name"]["minLength"] == 2, "the caller's schema stays as it is"


def test_formats_that_are_not_known_are_left_out() -> None:
    assert subset(DOG, KEYWORDS, formats=frozenset(("date",)))[0]["properties"]["born"]["format"] == "date"
    written, notes = subset(DOG, KEYWORDS, formats=frozenset(("uuid",)))
    assert written["properties"]["born"] == {"type": "string", "description": '{"format": "date"}'}
    assert any("format at $.born" in note for note in notes)


def test_objects_are_closed_where_that_is_demanded() -> None:
    written, notes = subset({**DOG, "additionalProperties": True}, KEYWORDS, closed=True)
    assert written["additionalProperties"] is False
    assert any("additionalProperties at $" in note for note in notes)
    assert "additionalProperties" not in subset(DOG, KEYWORDS)[0]
