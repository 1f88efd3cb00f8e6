"""Schemas in few words, and what schemas are called."""

from __future__ import annotations

import pytest

import llm
from llm._domain.schema_dsl import multi_schema, schema_from_dsl, schema_id

DOG = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "age": {"type": "integer"},
        "bio": {"type": "string", "description": "short biography"},
    },
    "required": ["name", "age", "bio"],
}


@pytest.mark.parametrize(
    "text",
    ["name, age int, bio: short biography", "name\nage int\nbio: short biography",
     "  name str,age int,,bio str:short biography ,",
     "\nname, age int, bio: short biography\n", "\n\n name \n\n age   int\n bio : short biography\n"],
)  # fmt: skip
def test_properties_stand_between_commas_or_in_lines(text: str) -> None:
    assert schema_from_dsl(text) == DOG


def test_every_type_has_its_name_in_json_schema() -> None:
    types = schema_from_dsl("a str, b int, c float, d bool, e")["properties"]
    assert [types[name]["type"] for name in "abcde"] == ["string", "integer", "number", "boolean", "string"]


def test_a_description_may_have_colons_and_in_lines_commas() -> None:
    schema = schema_from_dsl("when: as in 12:30, local time\ncount int: how many")
    assert schema["properties"] == {
        "when": {"type": "string", "description": "as in 12:30, local time"},
        "count": {"type": "integer", "description": "how many"},
    }


@pytest.mark.parametrize(
    ("text", "wrong"),
    [("", "names no properties"), (" , \n", "names no properties"), ("age integer", "no type.*'integer'"),
     ("name full text", "no type"), ("age int int", "no type.*'int int'"), ("a, : what", "without a name.*': what'"),
     ("a, b int, a", "'a' twice")],
)  # fmt: skip
def test_what_cannot_be_read_is_an_error_with_an_example(text: str, wrong: str) -> None:
    with pytest.raises(llm.RequestError, match=wrong) as caught:
        schema_from_dsl(text)
    assert caught.value.hint is not None
    assert "age int" in caught.value.hint


def test_a_schema_of_several_has_a_list_of_items() -> None:
    assert multi_schema({"type": "string"}) == {
        "type": "object",
        "properties": {"items": {"type": "array", "items": {"type": "string"}}},
        "required": ["items"],
    }


@pytest.mark.parametrize(
    ("schema", "name"),
    [
        (DOG, "f8972058ba09491c6563bff4bc5216ad"),
        ({}, "2afb9b83f9314e5d029766197f539792"),
        ({"type": "object", "title": "Größe 🐦"}, "1b719e3b26255352aac8170639c38c66"),
    ],
)
def test_the_id_is_the_one_that_the_older_package_gives(schema: dict[str, object], name: str) -> None:
    """The ids were made by `make_schema_id` of llm 0.36."""
    assert schema_id(schema) == name
