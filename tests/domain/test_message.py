"""A message is made of what people write."""

from __future__ import annotations

from typing import Any

import pytest

import llm

FILE = llm.Attachment(path="a.png")


def test_strings_files_parts_and_lists_of_them_become_parts() -> None:
    message = llm.user("a", [FILE, llm.ReasoningPart("r")], ("b",), provider_metadata={"x": {"y": 1}})
    assert message.role == "user"
    assert message.parts == (llm.TextPart("a"), llm.AttachmentPart(FILE), llm.ReasoningPart("r"), llm.TextPart("b"))
    assert message.provider_metadata == {"x": {"y": 1}}


@pytest.mark.parametrize(
    ("make", "role"),
    [(llm.system, "system"), (llm.user, "user"), (llm.assistant, "assistant"), (llm.tool_message, "tool")],
)
def test_each_role_has_a_function(make: Any, role: str) -> None:
    assert make("x") == llm.Message(role, (llm.TextPart("x"),))
    assert make() == llm.Message(role)


@pytest.mark.parametrize("parts", ["a", ["a"], ("a",), llm.TextPart("a"), iter(["a"])])
def test_parts_may_be_one_or_several(parts: Any) -> None:
    assert llm.Message("user", parts).parts == (llm.TextPart("a"),)


def test_the_text_is_that_of_the_text_parts() -> None:
    assert llm.assistant(llm.ReasoningPart("hm"), "a", FILE, "b").text == "ab"


def test_a_message_cannot_change() -> None:
    with pytest.raises(AttributeError):
        llm.user("a").role = "system"  # type: ignore[misc]


@pytest.mark.parametrize("role", ["bot", "", "User", "function"])
def test_a_role_that_is_none_is_named_with_those_that_there_are(role: str) -> None:
    with pytest.raises(llm.RequestError, match=rf"'{role}' is not the role .*system, developer, user, assistant, tool"):
        llm.Message(role, "x")


@pytest.mark.parametrize("thing", [5, None, b"x", {"text": "x"}])
def test_what_a_message_cannot_hold_is_named(thing: Any) -> None:
    with pytest.raises(llm.RequestError, match=f"A message cannot hold {type(thing).__name__}"):
        llm.user(thing)


@pytest.mark.parametrize("parts", [5, None])
def test_parts_that_are_no_list_are_named(parts: Any) -> None:
    with pytest.raises(llm.RequestError, match=f"The parts of a message are a list, not {type(parts).__name__}"):
        llm.Message("user", parts)
