"""What older plugins tell the response is found where users look for it."""

from __future__ import annotations

from typing import Any

import pytest

import llm
from api.colour import Colour, take

from .older import older


def test_usage_the_model_and_the_payload_are_facts_of_the_answer(colour: Colour) -> None:
    def execute(self: Any, prompt: Any, stream: Any, response: Any, conversation: Any) -> Any:
        response.set_resolved_model("older-2")
        yield "a"
        response.set_usage(input=1, output=2)
        yield "b"
        response.set_usage(input=3, output=4, details={"cached": 5})
        response.response_json = {"id": "r1", "deep": [1]}

    response = older(colour, execute).prompt("x")
    assert colour.run(response.usage()) == llm.Usage(3, 4, {"cached": 5})
    facts = colour.run(response.debug())
    assert (facts["model"], facts["resolved_model"]) == ("older", "older-2")
    assert facts["raw"] == {"id": "r1", "deep": [1]}
    assert facts["usage"] == {"input": 3, "output": 4, "details": {"cached": 5}}


def test_the_model_may_also_be_set_as_an_attribute(colour: Colour) -> None:
    def execute(self: Any, prompt: Any, stream: Any, response: Any, conversation: Any) -> Any:
        before, response.resolved_model = response.resolved_model, "older-3"
        yield f"{before} {response.resolved_model}"

    response = older(colour, execute).prompt("x")
    assert colour.run(response.text()) == "None older-3"
    assert colour.run(response.debug())["resolved_model"] == "older-3"


def test_a_payload_that_is_known_when_the_plugin_fails_is_kept(colour: Colour) -> None:
    def execute(self: Any, prompt: Any, stream: Any, response: Any, conversation: Any) -> Any:
        yield "a"
        response.response_json = {"error": "overloaded"}
        raise llm.ModelError("overloaded")

    response = older(colour, execute).prompt("x")
    with pytest.raises(llm.ModelError, match="overloaded"):
        colour.run(response.text())
    assert colour.run(response.debug())["raw"] == {"error": "overloaded"}


def test_calls_that_were_added_end_the_answer_in_order(colour: Colour) -> None:
    def execute(self: Any, prompt: Any, stream: Any, response: Any, conversation: Any) -> Any:
        response.add_tool_call(llm.ToolCall("f", {"ä": None}, "c1"))
        yield "text"
        response.add_tool_call(llm.ToolCall("g", {}))

    response = older(colour, execute).prompt("x")
    (message,) = colour.run(response.messages())
    assert message.parts == (
        llm.TextPart("text"),
        llm.ToolCallPart("f", {"ä": None}, "c1"),
        llm.ToolCallPart("g", {}),
    )


def test_a_call_is_added_also_where_nothing_is_said(colour: Colour) -> None:
    def execute(self: Any, prompt: Any, stream: Any, response: Any, conversation: Any) -> Any:
        response.add_tool_call(llm.ToolCall("f", {"a": 1}, "c1"))
        response.set_usage(input=1)
        yield from ()

    response = older(colour, execute).prompt("x")
    assert colour.run(response.tool_calls()) == [llm.ToolCall("f", {"a": 1}, "c1")]
    assert colour.run(response.usage()).input == 1


def test_the_plugin_sees_what_is_asked_and_how(colour: Colour) -> None:
    seen: dict[str, Any] = {}

    def execute(self: Any, prompt: Any, stream: Any, response: Any, conversation: Any) -> Any:
        seen.update(same=response.prompt is prompt, model=response.model is self, stream=(stream, response.stream))
        seen.update(
            conversation=response.conversation is conversation, said=[r.text_or_raise() for r in conversation.responses]
        )
        yield "answer"

    model = older(colour, execute, can_stream=True)
    conversation = model.conversation()
    colour.run(conversation.prompt("one").text())
    colour.run(conversation.prompt("two", stream=False).text())
    assert seen == {"same": True, "model": True, "stream": (False, False), "conversation": True, "said": ["answer"]}


def test_leaving_early_runs_the_plugins_finally(colour: Colour) -> None:
    closed: list[str] = []

    def execute(self: Any, prompt: Any, stream: Any, response: Any, conversation: Any) -> Any:
        try:
            yield from "abc"
        finally:
            closed.append(prompt.prompt)

    response = older(colour, execute).prompt("x")
    assert take(colour, response, 1) == ["a"]
    assert response.status == "partial"
    assert closed == ["x"]
