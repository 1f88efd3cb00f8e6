"""What a tool returned becomes a part of a message."""

from __future__ import annotations

import json
from typing import Any

import pytest

import llm


@pytest.mark.parametrize(
    ("output", "text"),
    [("as it is", "as it is"), ("", ""), (5, "5"), (None, "null"), (True, "true"), ([1, "a"], '[1, "a"]'),
     ({"a": {"b": None}}, '{"a": {"b": null}}'), ({1: 2}, '{"1": 2}'), ({(1, 2): 3}, "{(1, 2): 3}")],
)  # fmt: skip
def test_output_is_text_or_json(output: Any, text: str) -> None:
    assert llm.ToolResult("f", output).part() == llm.ToolResultPart("f", text)


def test_what_json_does_not_know_is_shown_as_python_shows_it() -> None:
    assert json.loads(llm.ToolResult("f", {"a": {3}, "b": b"x"}).part().output) == {"a": "{3}", "b": "b'x'"}
    circular: list[Any] = []
    circular.append(circular)
    assert llm.ToolResult("f", circular).part().output == "[[...]]"


def test_the_id_the_files_and_the_error_go_along() -> None:
    file = llm.Attachment(path="a.png")
    part = llm.ToolResult("f", "x", iter([file]), "c1", exception=ValueError("too long")).part()
    assert part == llm.ToolResultPart("f", "x", "c1", attachments=(file,), exception="ValueError: too long")
    assert llm.ToolResult("f", "x", exception="as text").part().exception == "as text"
