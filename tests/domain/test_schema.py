"""A schema is read from what people write."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

import llm
from llm._domain.schema import as_schema


class Dog(BaseModel):
    name: str


@pytest.mark.parametrize(
    ("value", "schema"),
    [(None, None), ({"type": "object"}, {"type": "object"}), ('{"type": "array"}', {"type": "array"}), ({}, {}),
     (Dog, Dog.model_json_schema())],
)  # fmt: skip
def test_a_schema_is_a_dictionary_json_text_or_a_pydantic_class(value: Any, schema: Any) -> None:
    assert as_schema(value) == schema


def test_a_schema_does_not_change_with_the_dictionary_that_it_was_made_of() -> None:
    given = {"type": "object"}
    schema = as_schema(given)
    given["type"] = "array"
    assert schema == {"type": "object"}


@pytest.mark.parametrize("value", [5, [], "[1]", '"text"', "null", "Dog"])
def test_what_is_no_schema_is_an_error(value: Any) -> None:
    with pytest.raises(llm.RequestError, match="The schema is not"):
        as_schema(value)


def test_broken_json_is_an_error_that_says_where() -> None:
    with pytest.raises(llm.RequestError, match=r"The schema is not JSON: .*column 2"):
        as_schema("{")
