"""A chain of prompts: what was said is sent before what is asked, and only what was answered whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import llm
from llm.testing import AsyncScriptedModel, Cut, ScriptedModel, chat_stream, error_reply

from .colour import Blocking, Colour, take
from .fixtures import ModelAt, Serve
from .world import ONCE


def scripted(colour: Colour, *answers: Any, **how: Any) -> Any:
    """A scripted model of the colour of the test."""
    return (ScriptedModel if isinstance(colour, Blocking) else AsyncScriptedModel)(*answers, **how)


def said(prompt: llm.Prompt) -> list[tuple[str, str]]:
    return [(message.role, message.text) for message in prompt.messages]


def test_each_prompt_is_sent_with_what_was_said_before(colour: Colour) -> None:
    model = scripted(colour, "one!", "two!", "three!")
    conversation = model.conversation()
    for word in ("one", "two", "three"):
        assert colour.run(conversation.prompt(word).text()) == f"{word}!"
    assert said(model.prompts[2]) == [
        ("user", "one"), ("assistant", "one!"), ("user", "two"), ("assistant", "two!"), ("user", "three"),
    ]  # fmt: skip
    assert [response.prompt.prompt for response in conversation.responses] == ["one", "two", "three"]
    assert [message.text for message in conversation.messages] == ["one", "one!", "two", "two!", "three", "three!"]


def test_the_wire_carries_the_chain(colour: Colour, model_at: ModelAt, serve: Serve) -> None:
    server = serve(chat_stream("Paris"), chat_stream("Berlin"))
    conversation = model_at(server.url).conversation()
    for question in ("France?", "Germany?"):
        colour.run(conversation.prompt(question, system="Capitals").text())
    assert server.exchanges[1].json()["messages"] == [
        {"role": "system", "content": "Capitals"},
        {"role": "user", "content": "France?"},
        {"role": "assistant", "content": "Paris"},
        {"role": "user", "content": "Germany?"},
    ]


def test_the_system_prompt_is_kept_until_another_is_given(colour: Colour) -> None:
    model = scripted(colour, "a", repeat=True)
    conversation = model.conversation()
    for system in ("first", None, "second", None):
        colour.run(conversation.prompt("x", system=system).text())
    assert [prompt.system for prompt in model.prompts] == ["first", "first", "second", "second"]
    assert [role for role, _ in said(model.prompts[3])].count("system") == 1


def test_failed_and_partial_turns_are_left_out(colour: Colour) -> None:
    model = scripted(colour, "one!", llm.ModelError("gone"), ["half ", "a turn"], "four!")
    conversation = model.conversation()
    colour.run(conversation.prompt("one").text())
    with pytest.raises(llm.ModelError, match="gone"):
        colour.run(conversation.prompt("two").text())
    take(colour, conversation.prompt("three"), 1)
    colour.run(conversation.prompt("four").text())
    assert said(model.prompts[3]) == [("user", "one"), ("assistant", "one!"), ("user", "four")]
    assert len(conversation.responses) == 2


def test_a_turn_that_the_network_broke_is_left_out(colour: Colour, model_at: ModelAt, serve: Serve) -> None:
    server = serve(chat_stream("one!"), chat_stream("tw", Cut()), error_reply(400), chat_stream("four!"))
    conversation = model_at(server.url, retries=ONCE).conversation()
    colour.run(conversation.prompt("one").text())
    for word in ("two", "three"):
        with pytest.raises(llm.ModelError):
            colour.run(conversation.prompt(word).text())
    assert colour.run(conversation.prompt("four").text()) == "four!"
    assert [message["content"] for message in server.exchanges[3].json()["messages"]] == ["one", "one!", "four"]


def test_what_is_sent_is_settled_when_the_response_is_first_read(colour: Colour) -> None:
    model = scripted(colour, "one!", "two!")
    conversation = model.conversation()
    first, second = conversation.prompt("one"), conversation.prompt("two")
    colour.run(first.text())
    colour.run(second.text())
    assert [text for _, text in said(model.prompts[1])] == ["one", "one!", "two"]
    assert second.prompt.earlier == (llm.user("one"), llm.assistant("one!"))


def test_messages_of_a_prepared_prompt_follow_what_was_said(colour: Colour) -> None:
    model = scripted(colour, "one!", "two!")
    conversation = model.conversation()
    colour.run(conversation.prompt("one").text())
    prompt = llm.Prompt("two", messages=[llm.user("an aside")])
    colour.run(conversation.execute(prompt, stream=False).text())
    assert [text for _, text in said(model.prompts[1])] == ["one", "one!", "an aside", "two"]
    assert model.calls[1].stream is False


def test_tool_calls_and_their_results_are_part_of_the_chain(colour: Colour) -> None:
    call = llm.ToolCallDelta(0, "add", '{"a": 1}', "c1")
    model = scripted(colour, [call, llm.Finish("tool_calls")], "Two.")
    conversation = model.conversation()
    (asked,) = colour.run(conversation.prompt("1 and 1?", tools=[llm.Tool("add")]).tool_calls())
    result = llm.ToolResult(asked.name, 2, tool_call_id=asked.tool_call_id)
    assert colour.run(conversation.prompt(tool_results=[result]).text()) == "Two."
    roles = [message.role for message in model.prompts[1].messages]
    assert roles == ["user", "assistant", "tool"]
    assert model.prompts[1].messages[2].parts == (llm.ToolResultPart("add", "2", "c1"),)


def test_a_model_sees_its_conversation(colour: Colour) -> None:
    model = scripted(colour, "one!", "two!")
    conversation = model.conversation()
    colour.run(conversation.prompt("one").text())
    colour.run(conversation.prompt("two").text())
    assert [call.conversation for call in model.calls] == [conversation, conversation]
    assert [response.text_or_raise() for response in model.calls[0].conversation.responses] == ["one!", "two!"]
    alone = scripted(colour, "x")
    colour.run(alone.prompt("x").text())
    assert alone.calls[0].conversation is None


def test_a_model_of_one_turn_says_so_at_the_second(colour: Colour) -> None:
    model = scripted(colour, "one!", "never")
    model.supports_conversation = False
    conversation = model.conversation()
    colour.run(conversation.prompt("one").text())
    second = conversation.prompt("two")
    for _ in range(2):
        with pytest.raises(llm.ConversationNotSupported, match="takes one prompt at a time"):
            colour.run(second.text())
    assert second.status == "error"
    assert "ConversationNotSupported" in colour.run(second.debug())["error"]
    assert len(model.prompts) == 1


def test_ids_and_reprs(colour: Colour, tmp_path: Path) -> None:
    model = scripted(colour, "x", repeat=True)
    one, other = model.conversation(), model.conversation()
    assert one.id != other.id
    colour.run(one.prompt("x").text())
    assert f"{one.id} with scripted: 1 responses" in repr(one)
