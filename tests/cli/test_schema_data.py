"""The data in answers is what they hold as JSON."""

from __future__ import annotations

from typing import Any

import pytest

from llm import TextPart
from llm._cli.schema_data import data_of
from llm._domain.turn import Turn


def data(text: str, **options: Any) -> list[Any]:
    return list(data_of([Turn("t", "c", model="m", parts=(TextPart(text),))], **options))


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ('{"a": 1}', [{"a": 1}]),
        ("[1, 2]", [[1, 2]]),
        ("no JSON", []),
        ("", []),
        ("[" * 100_000, []),
        ('{"items": [{"a": 1}, {"a": 2}]}', [{"a": 1}, {"a": 2}]),
        ('{"items": []}', []),
        ('{"items": [1, 2]}', [{"items": [1, 2]}]),
        ('{"items": 5}', [{"items": 5}]),
        ('{"items": "text"}', [{"items": "text"}]),
    ],
)
def test_a_list_of_objects_under_the_key_stands_for_the_answer(text: str, items: list[Any]) -> None:
    assert data(text, key="items") == items


def test_ids_take_names_that_are_free() -> None:
    assert data('{"response_id": 1}', ids=True) == [{"response_id": 1, "response_id_": "t", "conversation_id": "c"}]
    assert data("[1]", ids=True) == [[1]]
