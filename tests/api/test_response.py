"""What a response holds, in both colours."""

from __future__ import annotations

import asyncio
import inspect
import json
from typing import Any

import pytest

import llm
from llm._api.async_response import AsyncResponse
from llm._api.response import Response
from llm.testing import AsyncScriptedModel, ScriptedModel, chat_stream

from .colour import Colour, take
from .fixtures import ModelAt, Serve

CALL = {"index": 0, "id": "call_1", "function": {"name": "add", "arguments": '{"a": 1'}}
REST = {"index": 0, "function": {"arguments": ', "b": 2}'}}


class MyResponse(Response):
    def debug(self) -> dict[str, Any]:
        return {"mine": True, **super().debug()}


class MyAsyncResponse(AsyncResponse):
    async def debug(self) -> dict[str, Any]:
        return {"mine": True, **await super().debug()}


class MyModel(ScriptedModel):
    response_class = MyResponse


class MyAsyncModel(AsyncScriptedModel):
    response_class = MyAsyncResponse


def scripted(colour: Colour, *answers: Any, **how: Any) -> Any:
    """A scripted model of the colour of the test."""
    return (AsyncScriptedModel if colour.name == "async" else ScriptedModel)(*answers, **how)


def test_iterating_gives_short_strings(colour: Colour) -> None:
    response = scripted(colour, "one two three").prompt("go")
    assert list(colour.iterate(response)) == ["one", " two", " three"]


def test_a_second_read_replays_without_a_second_question(colour: Colour) -> None:
    model = scripted(colour, "one two")
    response = model.prompt("go")
    assert list(colour.iterate(response)) == list(colour.iterate(response)) == ["one", " two"]
    assert colour.run(response.text()) == "one two"
    assert len(model.prompts) == 1


def test_nothing_is_asked_before_the_response_is_read(colour: Colour) -> None:
    model = scripted(colour, "late")
    response = model.prompt("go")
    assert (response.status, model.prompts) == ("running", [])
    _ = (repr(response), response.events(), response.prompt)
    assert model.prompts == []
    assert colour.run(response.text()) == "late"
    assert response.status == "done"


def test_events_carry_everything_and_text_only_the_text(colour: Colour, serve: Serve, model_at: ModelAt) -> None:
    server = serve(chat_stream({"reasoning_content": "Hm."}, "Yes", {"tool_calls": [CALL]}, {"tool_calls": [REST]},
                               finish="tool_calls", usage=(3, 4)))  # fmt: skip
    response = model_at(server.url).prompt("go")
    kinds = [type(event).__name__ for event in colour.iterate(response.events())]
    assert kinds == ["ReasoningDelta", "TextDelta", "ToolCallDelta", "ToolCallDelta", "UsageEvent", "Finish"]
    assert colour.run(response.text()) == "Yes"
    assert colour.run(response.reasoning()) == "Hm."
    assert colour.run(response.tool_calls()) == [llm.ToolCall("add", {"a": 1, "b": 2}, "call_1")]
    assert colour.run(response.usage()) == llm.Usage(3, 4)
    (message,) = colour.run(response.messages())
    assert [type(part).__name__ for part in message.parts] == ["ReasoningPart", "TextPart", "ToolCallPart"]


def test_the_messages_go_back_into_a_prompt(colour: Colour) -> None:
    model = scripted(colour, "Paris", "Berlin")
    first = model.prompt("Capital of France?", system="Be brief")
    again = model.prompt("Of Germany?", messages=[*first.prompt.messages, *colour.run(first.messages())])
    assert colour.run(again.text()) == "Berlin"
    roles = [(message.role, message.text) for message in model.prompts[-1].messages]
    assert roles == [("system", "Be brief"), ("user", "Capital of France?"), ("assistant", "Paris"),
                     ("user", "Of Germany?")]  # fmt: skip


def test_json_decodes_the_text(colour: Colour) -> None:
    model = scripted(colour, '{"dogs": [1]}', "no json")
    assert colour.run(model.prompt("go", schema={"type": "object"}).json()) == {"dogs": [1]}
    with pytest.raises(json.JSONDecodeError):
        colour.run(model.prompt("go").json())


def test_empty_pieces_are_not_yielded(colour: Colour) -> None:
    response = scripted(colour, ["", "a", "", llm.TextDelta(""), "b"]).prompt("go")
    assert list(colour.iterate(response)) == ["a", "b"]


def test_what_does_not_wait_raises_until_the_answer_has_ended(colour: Colour) -> None:
    response = scripted(colour, "done now").prompt("go")
    with pytest.raises(llm.ModelError, match="not been read to its end"):
        response.text_or_raise()
    assert take(colour, response, 1) == ["done"]
    with pytest.raises(llm.Incomplete):
        response.text_or_raise()
    whole = scripted(colour, "done now").prompt("go")
    colour.run(whole.text())
    assert (whole.text_or_raise(), whole.tool_calls_or_raise()) == ("done now", [])


def test_an_error_is_raised_again_by_every_read_and_nothing_is_asked_again(colour: Colour) -> None:
    failure = llm.ModelError("the model fell over")
    model = scripted(colour, ["so ", "far", failure])
    response = model.prompt("go")
    for _ in range(2):
        with pytest.raises(llm.ModelError) as caught:
            list(colour.iterate(response))
        assert caught.value is failure
    for method in (response.text, response.messages, response.usage, response.tool_calls, response.reasoning):
        with pytest.raises(llm.ModelError, match="fell over"):
            colour.run(method())
    assert response.status == "error"
    assert len(model.prompts) == 1


def test_what_arrived_before_an_error_is_replayed_before_it(colour: Colour) -> None:
    response = scripted(colour, ["so ", "far", llm.ModelError("gone")]).prompt("go")
    for _ in range(2):
        iterator = colour.iterate(response)
        assert [next(iterator), next(iterator)] == ["so ", "far"]
        with pytest.raises(llm.ModelError, match="gone"):
            next(iterator)


def test_a_subclass_of_the_response_has_its_own_debug(colour: Colour) -> None:
    model = MyAsyncModel("x") if colour.name == "async" else MyModel("x")
    facts = colour.run(model.prompt("go").debug())
    assert (facts["mine"], facts["status"]) == (True, "done")


def test_awaiting_a_response_gives_it_whole() -> None:
    async def main() -> tuple[str, str]:
        response = await AsyncScriptedModel("all of it").prompt("go")
        return response.status, response.text_or_raise()

    assert asyncio.run(main()) == ("done", "all of it")


def test_a_response_as_text_is_its_text() -> None:
    assert str(ScriptedModel("as text").prompt("go")) == "as text"


def test_the_two_handles_offer_the_same() -> None:
    def offered(cls: type) -> dict[str, list[str]]:
        members = inspect.getmembers(cls, callable)
        return {name: list(inspect.signature(method).parameters) for name, method in members if name[0] != "_"}

    assert offered(Response) == offered(AsyncResponse)


def test_the_repr_tells_model_and_status_and_no_key(colour: Colour) -> None:
    response = scripted(colour, "x").prompt("go", key="sk-secret")
    colour.run(response.text())
    assert repr(response) in ("<Response of scripted: done>", "<AsyncResponse of scripted: done>")
