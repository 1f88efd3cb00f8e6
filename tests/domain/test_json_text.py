"""JSON text that can be stored, and that says the same when it is read and written again."""

from __future__ import annotations

import json

import pytest

from llm._domain.json_text import is_utf8, json_text


@pytest.mark.parametrize(
    "value", ["plain", "größer 🐦", "half \udcff", "two halves \ud83d\udc26", "\udc26\ud83d", {"\ud83d": ["\udc26"]}]
)
def test_text_that_was_read_is_written_as_it_was(value: object) -> None:
    """An id is the hash of such a text, and must be the same after an export."""
    text = json_text(value)
    assert is_utf8(text)
    assert json_text(json.loads(text)) == text


def test_text_stays_readable_but_for_lone_halves() -> None:
    assert json_text(["größer", "\ud83d\udc26", "\udc26"]) == '["größer","🐦","\\udc26"]'


def test_mappings_and_unknown_values_have_a_form() -> None:
    assert json_text({"a": 1 + 2j}) == '{"a":"(1+2j)"}'
