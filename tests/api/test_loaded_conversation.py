"""A conversation of the history goes on: with what was said, the model, the system prompt, options and tools."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import llm
from llm._api.history import History
from llm._api.past import Past
from llm.testing import ScriptedModel, chat_stream, error_reply

from .colour import Blocking, Colour
from .fixtures import Serve
from .world import ONCE, make_app, set_policy


class World:
    """An App at a scripted server, whose history is read through a `History` that is opened anew each time."""

    def __init__(self, colour: Colour, directory: Path, url: str) -> None:
        self.colour = colour
        self.directory = directory
        self.url = url

    @property
    def app(self) -> Any:
        return set_policy(make_app(self.directory, self.url), retries=ONCE)

    def begin(self, *prompts: str, **how: Any) -> str:
        """Ask within a new conversation, and keep it; its id."""
        conversation = self.colour.model(self.app, "test/m").conversation()
        self.ask(conversation, *prompts, **how)
        return str(conversation.id)

    def ask(self, conversation: Any, *prompts: str, **how: Any) -> None:
        with llm.record():
            for prompt in prompts:
                with suppress(llm.ModelError):
                    self.colour.run(conversation.prompt(prompt, **how).text())

    def load(self, reference: str, **how: Any) -> Any:
        history = History(app=self.app)
        load = history.conversation if isinstance(self.colour, Blocking) else history.async_conversation
        return load(reference, **how)

    def turns(self) -> list[llm.Turn]:
        with History(app=self.app) as history:
            return list(history.turns())


@pytest.fixture
def world(colour: Colour, tmp_path: Path, serve: Serve) -> Any:
    """Makes the world with a server that plays the given replies."""

    def made(*replies: Any) -> tuple[World, Any]:
        server = serve(*replies)
        return World(colour, tmp_path / "user", server.url), server

    return made


def sent(server: Any, index: int = -1) -> list[tuple[str, str]]:
    return [(message["role"], message["content"]) for message in server.exchanges[index].json()["messages"]]


def test_it_goes_on_with_what_was_said(world: Any) -> None:
    at, server = world(*map(chat_stream, ("one!", "two!", "three!")))
    id = at.begin("one", "two", system="brief")
    conversation = at.load(id)
    assert (conversation.id, conversation.model.model_id) == (id, "test/m")
    assert [message.text for message in conversation.messages] == ["one", "one!", "two", "two!"]
    at.ask(conversation, "three")
    assert sent(server) == [
        ("system", "brief"), ("user", "one"), ("assistant", "one!"), ("user", "two"), ("assistant", "two!"),
        ("user", "three"),
    ]  # fmt: skip
    assert {turn.conversation for turn in at.turns()} == {id}
    assert [message.text for message in conversation.messages][-2:] == ["three", "three!"]


def test_each_turn_follows_the_one_before_it(world: Any) -> None:
    """What is kept is a chain, however often the conversation was loaded in between."""
    at, _ = world(*map(chat_stream, "abcde"))
    id = at.begin("one", "two")
    at.ask(at.load(id), "three", "four")
    at.ask(at.load(id), "five")
    with History(app=at.app) as history:
        texts = [[message.text for message in history.messages(turn.id)] for turn in history.turns()]
        assert list(history.verify()) == []
    assert texts[-1] == ["one", "a", "two", "b", "three", "c", "four", "d", "five"]
    assert [len(text) for text in texts] == [1, 3, 5, 7, 9]
    assert all(len(turn.input) == 1 for turn in at.turns())


def test_a_turn_is_appended_without_hashing_the_past_again(world: Any) -> None:
    """The id of the message that it follows is known from the turn before, or from the conversation."""
    at, _ = world(*map(chat_stream, "abc"))
    id = at.begin("one")
    conversation = at.load(id)
    head = conversation._past.head
    with llm.record():
        first = conversation.prompt("two")
        at.colour.run(first.text())
        second = conversation.prompt("three")
        at.colour.run(second.text())
    assert head is not None
    assert first._after == head
    assert second._after == first._trace.head
    assert [turn.after for turn in at.turns()] == [None, first._after, second._after]


def test_a_turn_may_name_another_system_prompt_and_the_last_one_is_kept(world: Any) -> None:
    at, server = world(*map(chat_stream, "abcd"))
    id = at.begin("one", system="brief")
    at.ask(at.load(id), "two", system="long")
    conversation = at.load(id)
    at.ask(conversation, "three")
    at.ask(conversation, "four")
    assert [sent(server, index)[0] for index in range(4)] == [
        ("system", "brief"), ("system", "long"), ("system", "long"), ("system", "long"),
    ]  # fmt: skip


def test_options_of_the_last_turn_hold_on_and_can_be_set_anew(world: Any) -> None:
    at, server = world(*map(chat_stream, "abcd"))
    id = at.begin("one", temperature=0.5, seed=7)
    conversation = at.load(id)
    at.ask(conversation, "two")
    at.ask(conversation, "three", options={"temperature": 1.0})
    at.ask(conversation, "four", seed=None)
    asked = [(body.get("temperature"), body.get("seed")) for body in (each.json() for each in server.exchanges)]
    assert asked == [(0.5, 7), (0.5, 7), (1.0, 7), (0.5, None)]


def test_tools_of_the_last_turn_are_offered_again_and_can_be_replaced(world: Any) -> None:
    at, server = world(*map(chat_stream, "abcd"))

    def add(a: int, b: int) -> int:
        """Add two numbers."""
        return a + b

    id = at.begin("one", tools=[add])
    conversation = at.load(id)
    at.ask(conversation, "two")
    at.ask(conversation, "three", tools=[llm.Tool("other")])
    at.ask(conversation, "four", tools=[])
    offered = [each.json().get("tools") for each in server.exchanges]
    assert offered[1] == offered[0]
    assert offered[1][0]["function"]["description"] == "Add two numbers."
    assert [tool["function"]["name"] for tool in offered[2]] == ["other"]
    assert not offered[3]
    assert conversation._past.tools[0].implementation is None


def test_tool_calls_can_be_answered_after_loading(world: Any) -> None:
    call = {"index": 0, "id": "call_1", "type": "function", "function": {"name": "add", "arguments": '{"a": 1}'}}
    at, server = world(chat_stream({"tool_calls": [call]}, finish="tool_calls"), chat_stream("Two."))
    id = at.begin("1 and 1?", tools=[llm.Tool("add")])
    conversation = at.load(id)
    (asked,) = conversation.responses[-1].tool_calls_or_raise()
    assert (asked.name, asked.arguments, asked.tool_call_id) == ("add", {"a": 1}, "call_1")
    response = conversation.prompt(tool_results=[llm.ToolResult(asked.name, 2, tool_call_id=asked.tool_call_id)])
    assert at.colour.run(response.text()) == "Two."
    assert [message["role"] for message in server.exchanges[1].json()["messages"]] == ["user", "assistant", "tool"]


def test_a_turn_that_was_not_answered_whole_is_not_continued_from(world: Any) -> None:
    at, server = world(chat_stream("one!"), error_reply(400), chat_stream("three!"))
    id = at.begin("one", "two")
    assert [turn.status for turn in at.turns()] == ["done", "error"]
    at.ask(at.load(id), "three")
    assert [text for _, text in sent(server)] == ["one", "one!", "three"]


def test_it_goes_on_though_no_turn_was_answered(world: Any) -> None:
    at, server = world(error_reply(400), chat_stream("two!"))
    id = at.begin("one")
    at.ask(at.load(id), "two")
    assert sent(server) == [("user", "two")]
    assert {turn.conversation for turn in at.turns()} == {id}


def test_another_model_takes_over_without_the_options_of_the_first(world: Any) -> None:
    at, server = world(*map(chat_stream, "abc"))
    id = at.begin("one", temperature=0.5)
    conversation = at.load(id, model="test/other")
    at.ask(conversation, "two")
    assert server.exchanges[1].json()["model"] == "other"
    assert "temperature" not in server.exchanges[1].json()
    assert at.load(id).model.model_id == "test/other"


def test_a_model_that_is_gone_is_named_with_the_way_out(world: Any) -> None:
    at, _ = world(chat_stream("a"))
    at.begin("one")
    (turn,) = at.turns()
    with History(make_app(at.directory).directory / "history.db", app=make_app(at.directory)) as history:
        with pytest.raises(llm.UnknownModelError, match="was held with test/m, which is not there any more") as error:
            history.conversation(turn.conversation)
        assert error.value.hint is not None
        assert "-m MODEL" in error.value.hint


def test_it_is_found_by_name_and_by_the_start_of_its_id(world: Any) -> None:
    at, _ = world(chat_stream("a"))
    id = at.begin("one")
    with History(app=at.app) as history:
        history.rename(id, "pelicans")
    assert at.load("pelicans").id == id
    assert at.load(id[:24]).id == id
    with pytest.raises(llm.UnknownConversation):
        at.load("ostriches")


def test_the_responses_of_before_are_there_for_models_that_look_at_them(world: Any) -> None:
    """Plugins of the older contract read `conversation.responses` for what was said."""
    at, _ = world(*map(chat_stream, ("one!", "two!", "three!")))
    id = at.begin("one", "two", system="brief")
    conversation = at.load(id)
    said = [(each.prompt.prompt, each.prompt.system, each.text_or_raise()) for each in conversation.responses]
    assert said == [("one", "brief", "one!"), ("two", "brief", "two!")]
    assert [each.status for each in conversation.responses] == ["done", "done"]
    assert at.colour.run(conversation.responses[0].text()) == "one!"
    at.ask(conversation, "three")
    assert [each.text_or_raise() for each in conversation.responses] == ["one!", "two!", "three!"]
    assert [message.text for message in conversation.messages] == ["one", "one!", "two", "two!", "three", "three!"]


def test_nothing_is_lost_in_a_response_of_before() -> None:
    """Reasoning, calls, results and files are in it as they were answered."""
    file = llm.Attachment("image/png", content=b"png")
    parts = (
        llm.ReasoningPart("hm", provider_metadata={"x": {"sig": "s"}}),
        llm.TextPart("Per"),
        llm.ToolCallPart("add", {"a": 1}, "c1"),
        llm.AttachmentPart(file),
    )
    asked = (llm.tool_message(llm.ToolResultPart("add", "3", "c0")), llm.user("And?", file))
    past = Past(messages=(*asked, llm.Message("assistant", parts)), system="brief")
    model = ScriptedModel("x")
    conversation = model.conversation_class(model, past=past)
    (response,) = conversation.responses
    assert response.messages() == [llm.Message("assistant", parts)]
    assert response.prompt.input == asked


def test_it_is_not_recorded_unless_asked(world: Any) -> None:
    at, _ = world(*map(chat_stream, "ab"))
    id = at.begin("one")
    assert at.colour.run(at.load(id).prompt("two").text()) == "b"
    assert len(at.turns()) == 1
