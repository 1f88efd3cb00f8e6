"""A prompt is an immutable value that says exactly what a model is sent."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest

import llm

PNG = b"\x89PNG\r\n\x1a\n secret bytes"


def full() -> llm.Prompt:
    return llm.Prompt(
        "now",
        fragments=["one", "two"],
        system="be brief",
        system_fragments=["rules"],
        messages=[llm.user("Hi"), llm.assistant("Hello")],
        attachments=[llm.Attachment(content=PNG)],
        tool_results=[llm.ToolResult("add", 3, tool_call_id="c1")],
        schema={"type": "object"},
        tools=[llm.Tool("add")],
        options={"temperature": 0.5},
        hide_reasoning=True,
    )


def test_what_is_sent_stands_in_the_order_in_which_it_was_said() -> None:
    assert full().messages == (
        llm.system("rules\n\nbe brief"),
        llm.user("Hi"),
        llm.assistant("Hello"),
        llm.tool_message(llm.ToolResultPart("add", "3", "c1")),
        llm.user("one\ntwo\nnow", llm.Attachment(content=PNG)),
    )


def test_the_input_of_a_turn_is_apart_from_what_was_said_earlier() -> None:
    prompt = full()
    assert prompt.earlier == (llm.user("Hi"), llm.assistant("Hello"))
    assert prompt.messages == (prompt.messages[0], *prompt.earlier, *prompt.input)


def test_an_empty_prompt_sends_nothing() -> None:
    for prompt in (llm.Prompt(), llm.Prompt(""), llm.Prompt(system=""), llm.Prompt(messages=[])):
        assert (prompt.prompt, prompt.system, prompt.messages) == ("", "", ())


def test_fragments_come_before_the_text_each_on_a_line_of_its_own() -> None:
    assert llm.Prompt("ask", fragments=("a", "b")).prompt == "a\nb\nask"
    assert llm.Prompt(fragments=iter(["a", "b"])).prompt == "a\nb"
    assert llm.Prompt("ask", fragments=None).prompt == "ask"


def test_system_fragments_come_before_the_system_prompt_with_blank_lines_between() -> None:
    assert llm.Prompt(system=" s\n", system_fragments=[" a ", "", "b"]).system == "a\n\nb\n\ns"
    assert llm.Prompt(system=" as it is\n").system == " as it is\n"


@pytest.mark.parametrize("name", ["prompt", "system", "messages", "options", "_prompt", "new"])
def test_no_attribute_can_be_set_or_deleted(name: str) -> None:
    prompt = full()
    with pytest.raises(AttributeError, match=rf"immutable; use prompt.replace\({name.lstrip('_')}="):
        setattr(prompt, name, "other")
    with pytest.raises(AttributeError, match="immutable"):
        delattr(prompt, name)
    assert prompt == full()


def test_lists_that_were_given_may_change_later_without_changing_the_prompt() -> None:
    fragments, messages, options = ["a"], [llm.user("Hi")], {"x": 1}
    prompt = llm.Prompt("p", fragments=fragments, messages=messages, options=options)
    before = prompt.messages
    fragments.append("b")
    messages.clear()
    options["x"] = 2
    assert prompt.messages == before
    assert dict(prompt.options) == {"x": 1}


@pytest.mark.parametrize(
    ("changes", "name", "value"),
    [
        ({"prompt": "later"}, "prompt", "one\ntwo\nlater"),
        ({"prompt": None, "fragments": ()}, "prompt", ""),
        ({"system": "longer"}, "system", "rules\n\nlonger"),
        ({"options": {"seed": 1}}, "options", {"seed": 1}),
        ({"messages": None}, "earlier", ()),
        ({"tools": None}, "tools", ()),
        ({"schema": None}, "schema", None),
        ({"hide_reasoning": False}, "hide_reasoning", False),
    ],
)
def test_replace_changes_what_it_names_and_nothing_else(changes: dict[str, Any], name: str, value: Any) -> None:
    prompt = full()
    changed = prompt.replace(**changes)
    assert getattr(changed, name) == value
    assert changed != prompt
    assert prompt == full()
    own = {"prompt": "now", "messages": prompt.earlier, "system": "be brief"}
    assert changed.replace(**{key: own[key] if key in own else getattr(prompt, key) for key in changes}) == prompt


def test_a_prompt_is_equal_to_one_with_the_same_fields_and_has_no_hash() -> None:
    assert full() == full()
    assert full().replace() == full()
    assert llm.Prompt("a") != llm.Prompt("b")
    assert llm.Prompt("a") != "a"
    with pytest.raises(TypeError, match="unhashable"):
        hash(full())


def test_copies_and_pickles_are_equal() -> None:
    prompt = full()
    assert copy.copy(prompt) is prompt
    assert copy.deepcopy(prompt) is prompt
    assert pickle.loads(pickle.dumps(prompt)) == prompt


def test_the_repr_shows_what_matters_and_no_bytes() -> None:
    shown = repr(full())
    assert shown.startswith("Prompt('now', system='rules\\n\\nbe brief'")
    assert "messages=<2 earlier>" in shown
    assert "temperature" in shown
    assert "secret" not in shown
    assert repr(llm.Prompt("x")) == "Prompt('x')"


def test_schemas_and_functions_become_what_is_sent() -> None:
    def add(a: int, b: int) -> int:
        """Add two numbers."""
        return a + b

    prompt = llm.Prompt("x", schema='{"type": "array"}', tools=[add])
    assert prompt.schema == {"type": "array"}
    assert [(tool.name, tool.description) for tool in prompt.tools if isinstance(tool, llm.Tool)] == [
        ("add", "Add two numbers.")
    ]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"prompt": 5}, "A prompt is text, not int"),
        ({"prompt": [llm.user("x")]}, "A prompt is text, not list"),
        ({"system": 5}, "A system prompt is text, not int"),
        ({"fragments": "one"}, "fragments is a list, not str"),
        ({"fragments": [5]}, "fragments is a list of str, and holds int"),
        ({"system_fragments": "one"}, "system_fragments is a list, not str"),
        ({"attachments": llm.Attachment(path="a")}, "attachments is a list, not Attachment"),
        ({"attachments": ["a.png"]}, "attachments is a list of Attachment, and holds str"),
        ({"tool_results": ["3"]}, "tool_results is a list of ToolResult, and holds str"),
        ({"tools": len}, "tools is a list, not builtin_function_or_method"),
        ({"tools": [5]}, "5 is not a tool"),
        ({"options": [("a", 1)]}, "Options are a mapping, not list"),
        ({"schema": 5}, "The schema is not a JSON object"),
        ({"messages": "Hi"}, "The messages are not JSON"),
        ({"messages": '{"role": "user"}'}, "The messages are not a JSON array"),
        ({"messages": llm.user("Hi")}, "Messages are a list, not Message"),
        ({"messages": {"role": "user"}}, "Messages are a list, not dict"),
        ({"messages": 5}, "Messages are a list, not int"),
        ({"messages": ["Hi"]}, "A message needs a role: 'Hi'"),
        ({"messages": b"[]x"}, "A message needs a role"),
    ],
)
def test_what_cannot_be_asked_is_an_error_that_names_it(given: dict[str, Any], words: str) -> None:
    with pytest.raises(llm.RequestError, match=words):
        llm.Prompt(**given)


def test_messages_may_be_messages_dictionaries_or_json_text() -> None:
    said = [llm.user("Hi"), llm.assistant("Hello")]
    plain = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]
    mixed = [said[0], plain[1]]
    for messages in (said, iter(said), plain, json.dumps(plain), mixed, [m.to_dict() for m in said]):
        assert llm.Prompt("x", messages=messages).messages == (*said, llm.user("x"))
