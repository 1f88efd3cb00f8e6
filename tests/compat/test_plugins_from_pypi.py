"""llm-echo and llm-markov from PyPI run unmodified, through both APIs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import llm
from api.colour import Async, Colour
from api.world import make_app
from llm._api.app import App


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> App:
    """An App for which both plugins are installed, and nothing else."""
    monkeypatch.setenv("LLM_LOAD_PLUGINS", "llm-echo,llm-markov")
    return make_app(tmp_path / "user")


def echoed(colour: Colour, response: Any) -> Any:
    return json.loads(colour.run(response.text()))


def test_echo_sees_the_prompt_as_it_was_asked(app: App, colour: Colour) -> None:
    picture = llm.Attachment("image/png", content=b"\x89PNG")
    response = colour.model(app, "echo").prompt("hi", system="sys", attachments=[picture], example_bool=True)
    assert echoed(colour, response) == {
        "prompt": "hi",
        "system": "sys",
        "attachments": [{"type": "image/png", "path": None, "url": None, "id": picture.id()}],
        "stream": True,
        "previous": [],
        "options": {"example_bool": True},
    }
    usage = colour.run(response.usage())
    assert (usage.input, usage.output) == (2, len(response.text_or_raise().split()))


def test_echo_is_told_where_no_pieces_are_wanted(app: App, colour: Colour) -> None:
    assert echoed(colour, colour.model(app, "echo").prompt("hi", stream=False))["stream"] is False


def test_echo_is_of_the_class_that_it_registered_for_each_api(app: App, colour: Colour) -> None:
    assert type(colour.model(app, "echo")).__name__ == ("EchoAsync" if isinstance(colour, Async) else "Echo")


def test_echo_reasons_where_it_is_asked_to(app: App, colour: Colour) -> None:
    response = colour.model(app, "echo").prompt("hi", thinking=True)
    assert colour.run(response.reasoning()) == "First I consider the prompt, then I decide what to say."
    assert echoed(colour, response)["prompt"] == "hi"
    (message,) = colour.run(response.messages())
    assert [type(part) for part in message.parts] == [llm.ReasoningPart, llm.TextPart]


def test_echo_calls_tools_and_reads_their_results(app: App, colour: Colour) -> None:
    model = colour.model(app, "echo")
    asked = json.dumps({"prompt": "x", "tool_calls": [{"name": "f", "arguments": {"a": 1}}, {"name": "g"}]})
    response = model.prompt(asked, tools=[llm.Tool("f"), llm.Tool("g")])
    assert colour.run(response.tool_calls()) == [llm.ToolCall("f", {"a": 1}), llm.ToolCall("g", {})]
    answered = model.prompt(tool_results=[llm.ToolResult("f", {"b": 2}, tool_call_id="c")])
    assert echoed(colour, answered)["tool_results"] == [{"name": "f", "output": {"b": 2}, "tool_call_id": "c"}]


def test_echo_hears_what_was_said_before(app: App, colour: Colour) -> None:
    conversation = colour.model(app, "echo").conversation()
    for number, text in enumerate(("one", "two", "three")):
        previous = echoed(colour, conversation.prompt(text))["previous"]
        assert previous == [{"prompt": said} for said in ("one", "two", "three")[:number]]


def test_echo_says_what_is_wrong_with_an_option(app: App, colour: Colour) -> None:
    model = colour.model(app, "echo")
    with pytest.raises(llm.OptionError, match="echo has no option 'example_boool'") as caught:
        model.prompt("hi", example_boool=True)
    assert caught.value.hint == "Its options are: example_bool, thinking"
    with pytest.raises(llm.OptionError, match="The option thinking cannot be 'perhaps'"):
        model.prompt("hi", thinking="perhaps")


def test_echo_takes_only_the_files_that_it_declares(app: App, colour: Colour) -> None:
    with pytest.raises(llm.AttachmentError, match=r"echo does not accept a\.pdf, which is application/pdf"):
        colour.model(app, "echo").prompt("hi", attachments=[llm.Attachment(path="a.pdf")])


def test_a_key_is_given_to_the_model_that_needs_one(app: App, colour: Colour, monkeypatch: pytest.MonkeyPatch) -> None:
    model = colour.model(app, "echo-needs-key")
    assert echoed(colour, model.prompt("hi", key="explicit"))["key"] == "explicit"
    monkeypatch.setenv("LLM_ECHO_NEEDS_KEY_KEY", "from-environment")
    assert echoed(colour, model.prompt("hi"))["key"] == "from-environment"


def test_without_a_key_the_error_says_how_to_give_one(app: App, colour: Colour) -> None:
    response = colour.model(app, "echo-needs-key").prompt("hi")
    with pytest.raises(llm.NeedsKeyException, match="echo-needs-key needs a key, and none was found") as caught:
        colour.run(response.text())
    assert caught.value.hint == "Run: llm keys set echo-needs-key, or set LLM_ECHO_NEEDS_KEY_KEY"


def test_markov_streams_words_of_the_prompt(app: App, colour: Colour) -> None:
    response = colour.model(app, "markov").prompt("the cat and the dog", length=7, delay=0)
    pieces = list(colour.iterate(response))
    assert len(pieces) == 7
    assert {piece.strip() for piece in pieces} <= {"the", "cat", "and", "dog"}
    assert colour.run(response.text()) == "".join(pieces)


def test_markov_speaks_through_its_own_validators(app: App, colour: Colour) -> None:
    for given, words in (({"length": 1}, "length must be >= 2"), ({"delay": 11}, "delay must be between 0 and 10")):
        with pytest.raises(llm.OptionError, match=words):
            colour.model(app, "markov").prompt("a b", **given)


def test_what_markov_raises_comes_out_as_it_was_raised(app: App, colour: Colour) -> None:
    """It takes the first word of a prompt that has none."""
    response = colour.model(app, "markov").prompt("")
    with pytest.raises(IndexError):
        colour.run(response.text())
    assert response.status == "error"
