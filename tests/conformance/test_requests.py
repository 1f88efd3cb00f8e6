"""What is asked means the same to every provider, and what was said goes back to the one who said it."""

from __future__ import annotations

from typing import Any

import pytest

import llm
from api.colour import Colour
from api.fixtures import Serve

from .answer import Answer, Call, Text, Thought, says
from .conftest import ModelOf
from .servers import SERVERS, able, reply
from .test_answers import LONDON, PARIS, TOOL

VALUES: dict[str, Any] = {"temperature": 0.5, "max_tokens": 2000, "top_p": 0.9, "seed": 7}


@pytest.mark.parametrize("option", VALUES)
@pytest.mark.parametrize("wire", SERVERS)
def test_portable_options(
    colour: Colour, serve: Serve, model_of: ModelOf, wire: str, stream: bool, option: str
) -> None:
    """Each is in the field that the provider has for it; where it has none, nothing is sent and the error names it.

    OpenAI has `seed` in its older API alone, over which a prompt with one goes.
    """
    spoken = SERVERS["chat"] if (wire, option) == ("responses", "seed") else SERVERS[wire]
    server = serve(reply(spoken, says("ok"), stream=stream))
    model = model_of(wire, server)
    if option in spoken.LACKS:
        with pytest.raises(llm.OptionError, match=option):
            colour.run(model.prompt("Hi", stream=stream, **{option: VALUES[option]}).text())
        assert server.exchanges == []
        return
    colour.run(model.prompt("Hi", stream=stream, **{option: VALUES[option]}).text())
    assert spoken.field(option, server.exchanges[0].json()) == VALUES[option]


WRONG: dict[str, Any] = {
    "temperature": "warm", "max_tokens": 0, "top_p": 2, "stop": 5, "seed": "often", "reasoning": "lots",
}  # fmt: skip


@pytest.mark.parametrize("option", WRONG)
@pytest.mark.parametrize("wire", SERVERS)
def test_a_value_that_means_nothing_is_refused_before_anything_is_sent(
    colour: Colour, serve: Serve, model_of: ModelOf, wire: str, stream: bool, option: str
) -> None:
    """The error names the option, also where nobody knows the options of the model."""
    server = serve(reply(SERVERS[wire], says("ok"), stream=stream))
    model = model_of(wire, server)
    with pytest.raises(llm.OptionError, match=option):
        colour.run(model.prompt("Hi", stream=stream, **{option: WRONG[option]}).text())
    assert server.exchanges == []


@pytest.mark.parametrize("wire", able("stop"))
def test_stop_is_a_text_or_a_list(colour: Colour, serve: Serve, model_of: ModelOf, wire: str, stream: bool) -> None:
    spoken = SERVERS[wire]
    server = serve(reply(spoken, says("ok"), stream=stream), repeat=True)
    model = model_of(wire, server)
    for stop in ("END", ["END", "STOP"]):
        colour.run(model.prompt("Hi", stream=stream, stop=stop).text())
    one, two = (spoken.field("stop", exchange.json()) for exchange in server.exchanges)
    assert one in ("END", ["END"])
    assert two == ["END", "STOP"]


@pytest.mark.parametrize("reasoning", ["off", "low", "medium", "high", 4096])
@pytest.mark.parametrize("wire", SERVERS)
def test_reasoning_is_asked_for_in_the_providers_field(
    colour: Colour, serve: Serve, model_of: ModelOf, wire: str, stream: bool, reasoning: str | int
) -> None:
    spoken = SERVERS[wire]
    server = serve(reply(spoken, says("ok"), stream=stream))
    response = model_of(wire, server).prompt("Hi", stream=stream, reasoning=reasoning)
    assert colour.run(response.text()) == "ok"
    assert spoken.field("reasoning", server.exchanges[0].json()) is not None


@pytest.mark.parametrize("wire", SERVERS)
def test_extra_body(colour: Colour, serve: Serve, model_of: ModelOf, wire: str, stream: bool) -> None:
    """It is laid over the body, whatever the provider."""
    spoken = SERVERS[wire]
    server = serve(reply(spoken, says("ok"), stream=stream))
    colour.run(model_of(wire, server).prompt("Hi", stream=stream, extra_body={"extra": {"a": [1]}}).text())
    assert spoken.field("extra", server.exchanges[0].json()) == {"a": [1]}


ANSWERS = {
    "text": says("Hello ", "🦤"),
    "calls": Answer((Text(("Both.",)), LONDON, PARIS)),
    "reasoning": Answer((Thought(("Hm, ", "so.")), Text(("It is.",)))),
    "reasoning and a call": Answer((Thought(("Let me look.",)), Call("get_weather", ('{"city": "Oslo"}',), "call_9"))),
}


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("wire", SERVERS)
def test_what_was_received_goes_back(
    colour: Colour, serve: Serve, model_of: ModelOf, wire: str, stream: bool, answer: str
) -> None:
    """The next turn of a conversation has the answer before it as the provider sent it, seals included."""
    spoken = SERVERS[wire]
    server = serve(*(reply(spoken, one, stream=stream) for one in (ANSWERS[answer], says("Bye"))))
    conversation = model_of(wire, server).conversation()
    _ask_twice(colour, conversation, stream)
    sent = spoken.said(server.exchanges[1].json())
    assert _carried(sent, spoken.sent_back(ANSWERS[answer]))


@pytest.mark.parametrize(
    ("wire", "other"), [(wire, other) for wire in able("seal") for other in SERVERS if other != wire]
)
def test_another_provider_gets_the_text_and_no_seal(
    colour: Colour, serve: Serve, model_of: ModelOf, wire: str, other: str, stream: bool
) -> None:
    """Switching mid-conversation drops what is the first provider's own, and keeps what was said."""
    seal = "b25seS1mb3ItaXRzLW1ha2Vy" * 4
    answer = Answer((Thought(("Hm.",), seal), Text(("It is.",))))
    first = serve(reply(SERVERS[wire], answer, stream=stream))
    second = serve(reply(SERVERS[other], says("Bye"), stream=stream))
    response = model_of(wire, first).prompt("Hi", stream=stream)
    messages = [llm.user("Hi"), *colour.run(response.messages()), llm.user("And?")]
    assert colour.run(model_of(other, second).prompt(messages=messages, stream=stream).text()) == "Bye"
    body = second.exchanges[0].body
    assert b"It is." in body
    assert seal.encode() not in body


def _ask_twice(colour: Colour, conversation: Any, stream: bool) -> None:
    first = conversation.prompt("Hi", tools=[TOOL], stream=stream)
    calls = colour.run(first.tool_calls())
    results = [llm.ToolResult(call.name, "sunny", tool_call_id=call.tool_call_id) for call in calls]
    more = {"tool_results": results} if results else {"prompt": "And?"}
    second = conversation.prompt(**more, tools=[TOOL], stream=stream)
    assert colour.run(second.text()) == "Bye"


def _carried(sent: Any, received: Any) -> bool:
    """Whether all that was received is in what is sent; empty fields say nothing, and objects may have more fields."""
    if isinstance(received, dict):
        said = {name: value for name, value in received.items() if value not in (None, "", [])}
        return isinstance(sent, dict) and all(_carried(sent.get(name), value) for name, value in said.items())
    if isinstance(received, list):
        return isinstance(sent, list) and len(sent) == len(received) and all(map(_carried, sent, received))
    return bool(sent == received)
