"""What a model says arrives, whichever provider it is asked of."""

from __future__ import annotations

import json
from typing import Any

import pytest

import llm
from api.colour import Colour
from api.fixtures import Serve
from llm.testing import Reply

from .answer import Answer, Call, Picture, Refusal, Text, Thought, says
from .conftest import ModelOf
from .servers import SERVERS, able, reply

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(32))
PIECES = ("Grü", "ße, 🦤", "! ", "שלום", "\n\n日本")
ARGUMENTS = ('{"city": "Mal', 'mö", "days', '": [1, 2]}')
LONDON = Call("get_weather", ('{"city": "London"}',), "call_1")
PARIS = Call("get_weather", ('{"city": "Paris"}',), "call_2")


def weather(city: str, days: list[int] | None = None) -> str:
    """The weather in a city."""
    return f"sunny in {city} {days}"


TOOL = llm.Tool.function(weather, name="get_weather")


@pytest.mark.parametrize("wire", SERVERS)
def test_text(colour: Colour, serve: Serve, model_of: ModelOf, wire: str, stream: bool) -> None:
    server = serve(reply(SERVERS[wire], says(*PIECES), stream=stream))
    response = model_of(wire, server).prompt("Hi", stream=stream)
    assert "".join(colour.iterate(response)) == "".join(PIECES)
    assert colour.run(response.text()) == "".join(PIECES)
    facts = colour.run(response.debug())
    assert (facts["status"], facts["finish_reason"], facts["resolved_model"]) == ("done", "stop", "m-2026")


@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("wire", SERVERS)
def test_characters_that_are_split_over_chunks(
    colour: Colour, serve: Serve, model_of: ModelOf, wire: str, stream: bool, size: int
) -> None:
    """Nothing of a character is lost, and no piece has half of one."""
    whole = reply(SERVERS[wire], says("🦤é日"), stream=stream)
    data = b"".join(step if isinstance(step, bytes) else str(step).encode() for step in whole.body)
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    server = serve(Reply(pieces, headers=whole.headers, framing="chunked"))
    taken = list(colour.iterate(model_of(wire, server).prompt("Hi", stream=stream)))
    assert "".join(taken) == "🦤é日"


@pytest.mark.parametrize("wire", SERVERS)
def test_parallel_tools(colour: Colour, serve: Serve, model_of: ModelOf, wire: str, stream: bool) -> None:
    """Two calls are two calls, in the order in which they were made; each has an id where the provider has ids."""
    server = serve(reply(SERVERS[wire], Answer((Text(("Both.",)), LONDON, PARIS)), stream=stream))
    response = model_of(wire, server).prompt("Weather?", tools=[TOOL], stream=stream)
    calls = colour.run(response.tool_calls())
    assert [(call.name, dict(call.arguments)) for call in calls] == [
        ("get_weather", {"city": "London"}), ("get_weather", {"city": "Paris"}),
    ]  # fmt: skip
    assert len({call.tool_call_id for call in calls} - {None, ""}) == (2 if wire in able("ids") else 0)
    assert colour.run(response.text()) == "Both."
    assert colour.run(response.debug())["finish_reason"] == "tool_calls"


@pytest.mark.parametrize("wire", able("fragments"))
def test_tool_arguments_in_fragments(colour: Colour, serve: Serve, model_of: ModelOf, wire: str, stream: bool) -> None:
    server = serve(reply(SERVERS[wire], Answer((Call("get_weather", ARGUMENTS, "call_1"),)), stream=stream))
    response = model_of(wire, server).prompt("Weather?", tools=[TOOL], stream=stream)
    deltas = [event for event in colour.iterate(response.events()) if isinstance(event, llm.ToolCallDelta)]
    assert "".join(delta.arguments for delta in deltas) == "".join(ARGUMENTS)
    assert len([delta for delta in deltas if delta.arguments]) == (len(ARGUMENTS) if stream else 1)
    (call,) = colour.run(response.tool_calls())
    assert (dict(call.arguments), call.tool_call_id) == ({"city": "Malmö", "days": [1, 2]}, "call_1")


@pytest.mark.parametrize("wire", SERVERS)
def test_reasoning_is_apart_from_the_text(
    colour: Colour, serve: Serve, model_of: ModelOf, wire: str, stream: bool
) -> None:
    answer = Answer((Thought(("Let me ", "see…")), Text(("It is ", "42."))))
    server = serve(reply(SERVERS[wire], answer, stream=stream))
    response = model_of(wire, server).prompt("Hi", stream=stream)
    assert colour.run(response.text()) == "It is 42."
    assert colour.run(response.reasoning()) == "Let me see…"


@pytest.mark.parametrize("wire", SERVERS)
def test_usage(colour: Colour, serve: Serve, model_of: ModelOf, wire: str, stream: bool) -> None:
    """Input counts what was cached, output what was reasoned, whatever the provider adds to what."""
    server = serve(reply(SERVERS[wire], says("ok", usage=(100, 30), cached=40, reasoning=20), stream=stream))
    response = model_of(wire, server).prompt("Hi", stream=stream)
    colour.run(response.text())
    usage = colour.run(response.usage())
    assert (usage.input, usage.output) == (100, 30)
    assert usage.cached == (40 if wire in able("cached tokens") else None)
    assert usage.reasoning == (20 if wire in able("reasoning tokens") else None)


ENDS = {"stop": "stop", "length": "length", "filtered": "content_filter"}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("wire", SERVERS)
def test_stop_reasons(colour: Colour, serve: Serve, model_of: ModelOf, wire: str, stream: bool, end: str) -> None:
    if end in SERVERS[wire].LACKS:
        end = "stop"
    server = serve(reply(SERVERS[wire], says("Well", end=end), stream=stream))
    response = model_of(wire, server).prompt("Hi", stream=stream)
    assert colour.run(response.text()) == "Well"
    # Anthropic's one word for both says that the model will not answer.
    assert colour.run(response.debug())["finish_reason"] in (
        {"refusal"} if (wire, end) == ("anthropic", "filtered") else {ENDS[end]}
    )


@pytest.mark.parametrize("wire", able("refusal"))
def test_refusal(colour: Colour, serve: Serve, model_of: ModelOf, wire: str, stream: bool) -> None:
    """The words of a refusal are kept, and the answer says how it ended."""
    server = serve(reply(SERVERS[wire], Answer((Refusal("I would rather not."),)), stream=stream))
    response = model_of(wire, server).prompt("Hi", stream=stream)
    assert colour.run(response.text()) == "I would rather not."
    facts = colour.run(response.debug())
    assert facts["status"] == "done"
    assert facts["finish_reason"] == ("content_filter" if wire == "gemini" else "refusal")
    if wire in ("chat", "responses"):
        assert facts["refusal"] == "I would rather not."


@pytest.mark.parametrize("wire", able("picture"))
def test_attachment_out(colour: Colour, serve: Serve, model_of: ModelOf, wire: str, stream: bool) -> None:
    """A picture comes as an event, and is part of the message, byte for byte."""
    server = serve(reply(SERVERS[wire], Answer((Text(("Here: ",)), Picture(PNG))), stream=stream))
    response = model_of(wire, server).prompt("Draw", stream=stream)
    events = list(colour.iterate(response.events()))
    (made,) = [event.part for event in events if isinstance(event, llm.PartEvent)]
    assert isinstance(made, llm.AttachmentPart)
    assert (made.attachment.type, made.attachment.content_bytes()) == ("image/png", PNG)
    (message,) = colour.run(response.messages())
    assert made in message.parts
    assert colour.run(response.text()) == "Here: "


@pytest.mark.parametrize("wire", SERVERS)
def test_attachment_in(colour: Colour, serve: Serve, model_of: ModelOf, wire: str, stream: bool) -> None:
    """The file reaches the provider in base64."""
    from base64 import b64encode

    server = serve(reply(SERVERS[wire], says("A bird"), stream=stream))
    picture = llm.Attachment(content=PNG)
    response = model_of(wire, server).prompt("What?", attachments=[picture], stream=stream)
    assert colour.run(response.text()) == "A bird"
    assert b64encode(PNG) in server.exchanges[0].body


@pytest.mark.parametrize("wire", able("attachment type"))
def test_an_attachment_that_cannot_go_is_refused_before_anything_is_sent(
    colour: Colour, serve: Serve, model_of: ModelOf, wire: str, stream: bool
) -> None:
    """The model is said to accept PNG alone: the error names the file's type and what is accepted."""
    import dataclasses

    server = serve(reply(SERVERS[wire], says("no"), stream=stream))
    model = model_of(wire, server)
    over_http = getattr(model, "wrapped", model)
    over_http.profile = dataclasses.replace(over_http.profile, attachment_types=("image/png",))
    with pytest.raises(llm.AttachmentError) as caught:
        colour.run(model.prompt("?", attachments=[llm.Attachment("video/mp4", content=b"x")], stream=stream).text())
    assert "video/mp4" in str(caught.value)
    assert "image/png" in str(caught.value.hint)
    assert server.exchanges == []


SCHEMA: dict[str, Any] = {
    "type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"], "additionalProperties": False,
}  # fmt: skip


@pytest.mark.parametrize("wire", SERVERS)
def test_schema(colour: Colour, serve: Serve, model_of: ModelOf, wire: str, stream: bool) -> None:
    """The schema goes where the provider wants it, and the answer that fits is given as a value."""
    spoken = SERVERS[wire]
    server = serve(reply(spoken, says('{"name"', ': "Ada"}'), stream=stream))
    response = model_of(wire, server).prompt("Who?", schema=SCHEMA, stream=stream)
    assert colour.run(response.json()) == {"name": "Ada"}
    assert spoken.field("schema", server.exchanges[0].json())["properties"]["name"]["type"] == "string"


@pytest.mark.parametrize("wire", SERVERS)
def test_an_answer_that_does_not_fit_is_asked_for_once_more(
    colour: Colour, serve: Serve, model_of: ModelOf, wire: str, stream: bool
) -> None:
    spoken = SERVERS[wire]
    wrong, right = says('{"name": 42}'), says('{"name": "Ada"}')
    server = serve(*(reply(spoken, answer, stream=stream) for answer in (wrong, right, wrong, wrong, wrong)))
    model = model_of(wire, server)
    assert colour.run(model.prompt("Who?", schema=SCHEMA, stream=stream).json()) == {"name": "Ada"}
    assert b"42" in server.exchanges[1].body
    with pytest.raises(llm.SchemaViolation) as caught:
        colour.run(model.prompt("Who?", schema=SCHEMA, stream=stream).json())
    assert json.loads(caught.value.text) == {"name": 42}
    assert len(server.exchanges) == 4
