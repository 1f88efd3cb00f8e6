"""The scripted model of the test kit."""

from __future__ import annotations

from typing import Any

import pytest

import llm
from llm.testing import AsyncScriptedModel, ScriptedModel

from .colour import Blocking, Colour


@pytest.fixture
def scripted(colour: Colour) -> Any:
    """The class of the colour of the test."""
    return ScriptedModel if isinstance(colour, Blocking) else AsyncScriptedModel


def test_answers_serve_one_prompt_each_in_order(colour: Colour, scripted: Any) -> None:
    model = scripted("first", ["sec", "ond"])
    assert colour.run(model.prompt("a").text()) == "first"
    assert colour.run(model.prompt("b").text()) == "second"
    assert [prompt.prompt for prompt in model.prompts] == ["a", "b"]
    with pytest.raises(llm.RequestError, match="No answer is scripted for prompt 2"):
        colour.run(model.prompt("c").text())


def test_the_last_answer_repeats_where_it_is_asked_to(colour: Colour, scripted: Any) -> None:
    model = scripted("first", "then", repeat=True)
    assert [colour.run(model.prompt("x").text()) for _ in range(4)] == ["first", "then", "then", "then"]


@pytest.mark.parametrize("text", ["one two", " leading", "trailing \n", "", "  \n two  words\nlines\n\n"])
def test_a_text_is_streamed_word_by_word_and_never_changed(colour: Colour, scripted: Any, text: str) -> None:
    response = scripted(text).prompt("x")
    pieces = list(colour.iterate(response))
    assert "".join(pieces) == text
    assert all(len(piece.split()) <= 1 for piece in pieces)
    assert colour.run(response.debug())["finish_reason"] == "stop"
    whole = scripted(text).prompt("x", stream=False)
    assert list(colour.iterate(whole)) == [text][: bool(text)]


def test_exceptions_are_raised_where_they_stand(colour: Colour, scripted: Any) -> None:
    model = scripted(llm.ModelError("at once"), ["so far", llm.ModelError("midway")])
    with pytest.raises(llm.ModelError, match="at once"):
        colour.run(model.prompt("x").text())
    response = model.prompt("x")
    with pytest.raises(llm.ModelError, match="midway"):
        colour.run(response.text())
    assert response.status == "error"


def test_errors_that_may_pass_are_retried_as_with_any_model(colour: Colour, scripted: Any) -> None:
    from llm._engine.retry import Retries

    from .world import set_policy

    model = scripted(llm.NetworkError("once"), "then")
    set_policy(model.app, retries=Retries(delay=0.001))
    assert colour.run(model.prompt("x").text()) == "then"
    assert len(model.prompts) == 2


def test_it_takes_any_option_tool_schema_and_attachment(colour: Colour, scripted: Any) -> None:
    model = scripted("{}", model_id="mine")
    colour.run(
        model.prompt(
            "x",
            tools=[llm.Tool("t")],
            schema={"a": 1},
            attachments=[llm.Attachment("x/y", content=b"")],
            anything="goes",
        ).text()
    )
    assert model.model_id == "mine"
    assert model.prompts[0].options.anything == "goes"
