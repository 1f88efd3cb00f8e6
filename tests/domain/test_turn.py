"""A turn knows its answer."""

from __future__ import annotations

import llm
from llm._domain.turn import Turn


def test_text_and_reasoning_are_those_of_the_parts() -> None:
    parts = (
        llm.ReasoningPart("hm "),
        llm.TextPart("a"),
        llm.ToolCallPart("f"),
        llm.ReasoningPart("so"),
        llm.TextPart("b", refusal=True),
    )
    turn = Turn("t", "c", model="m", parts=parts)
    assert (turn.text, turn.reasoning) == ("ab", "hm so")


def test_a_turn_begins_running_without_an_answer() -> None:
    turn = Turn("t", "c", model="m")
    assert (turn.status, turn.text, turn.reasoning, turn.input, turn.answer, bool(turn.usage)) == (
        "running",
        "",
        "",
        (),
        (),
        False,
    )


def test_the_providers_payload_is_not_in_the_repr() -> None:
    assert "secret" not in repr(Turn("t", "c", model="m", raw={"key": "secret"}))
