"""A leading system message and `system=` are the same thing."""

from __future__ import annotations

import pytest

import llm
from llm.testing import ScriptedModel


def test_a_leading_system_message_is_the_system_prompt() -> None:
    prompt = llm.Prompt("x", messages=[llm.system("brief"), llm.user("Hi")])
    assert prompt == llm.Prompt("x", system="brief", messages=[llm.user("Hi")])
    assert prompt.system == "brief"
    assert prompt.messages == (llm.system("brief"), llm.user("Hi"), llm.user("x"))


def test_both_may_be_given_where_they_agree() -> None:
    prompt = llm.Prompt("x", system="brief", messages=[llm.system("brief")])
    assert prompt.messages == (llm.system("brief"), llm.user("x"))


def test_two_that_differ_are_an_error() -> None:
    with pytest.raises(llm.RequestError, match="system= and the leading system message differ") as caught:
        llm.Prompt("x", system="brief", messages=[llm.system("long")])
    assert caught.value.hint == "Give one of them"


def test_several_leading_system_messages_are_one_also_after_a_change() -> None:
    said = [llm.system("one"), llm.system(""), llm.system("two"), llm.user("Hi")]
    prompt = llm.Prompt("x", messages=said)
    assert prompt.system == "one\n\ntwo"
    assert prompt.replace(prompt="y").messages == (llm.system("one\n\ntwo"), llm.user("Hi"), llm.user("y"))
    assert llm.Prompt("x", messages=prompt.messages[:-1]) == prompt


def test_several_leading_system_messages_last_through_a_conversation() -> None:
    model = ScriptedModel("first", "second", "third")
    conversation = model.conversation()
    asked = llm.Prompt("a", messages=[llm.system("one"), llm.system("two"), llm.user("Hi"), llm.assistant("Hello")])
    conversation.execute(asked).text()
    conversation.prompt("b").text()
    conversation.prompt("c").text()
    assert model.prompts[2].messages == (
        llm.system("one\n\ntwo"), llm.user("Hi"), llm.assistant("Hello"), llm.user("a"), llm.assistant("first"),
        llm.user("b"), llm.assistant("second"), llm.user("c"),
    )  # fmt: skip


def test_a_later_system_message_stays_where_it_was() -> None:
    said = (llm.user("Hi"), llm.system("from now on, French"), llm.user("Again"))
    prompt = llm.Prompt(system="brief", messages=said)
    assert prompt.messages == (llm.system("brief"), *said)
    assert prompt.replace(prompt="x").earlier == said


def test_a_system_message_with_a_file_stays_whole() -> None:
    with_file = llm.system("look", llm.Attachment(content=b"x", type="image/png"))
    prompt = llm.Prompt("x", messages=[with_file])
    assert prompt.messages == (with_file, llm.user("x"))
    assert prompt.replace() == prompt


def test_a_developer_message_is_no_system_prompt() -> None:
    said = llm.Message("developer", "rules")
    assert llm.Prompt(system="brief", messages=[said]).messages == (llm.system("brief"), said)
