"""What a script may hold."""

from __future__ import annotations

import json

import pytest

from llm.errors import RequestError
from llm.testing import Script, tool_call


def test_a_tool_call_is_json_in_tags() -> None:
    opening, call, closing = tool_call("get_weather", {"city": "Zürich"}).split("\n")
    assert (opening, closing) == ("<tool_call>", "</tool_call>")
    assert json.loads(call) == {"name": "get_weather", "arguments": {"city": "Zürich"}}


def test_a_tool_call_without_arguments_has_an_empty_object() -> None:
    assert '"arguments": {}' in tool_call("now")


@pytest.mark.parametrize("part", ["chat", "use_tool", "after_tool"])
def test_a_control_token_is_refused_by_name(part: str) -> None:
    with pytest.raises(RequestError, match=rf"'{part}' holds <\|im_end\|>") as caught:
        Script(**{part: "The end.<|im_end|>"})
    assert caught.value.hint is not None


def test_a_lone_surrogate_is_refused_with_its_place() -> None:
    with pytest.raises(RequestError, match="'chat' cannot be written as UTF-8: a lone surrogate at position 3"):
        Script("abc\ud800")


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(RequestError, match="'use_tool' is dict, not text"):
        Script(use_tool={"name": "get_weather"})  # type: ignore[arg-type]
