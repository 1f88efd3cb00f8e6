"""Reasoning is shown once, whatever field says it, and its signatures are kept."""

from __future__ import annotations

from typing import Any

import pytest
from codec_replies import delta, stream, whole

from llm._domain.part import ReasoningPart

SIGNED = [{"type": "reasoning.text", "text": "Two and two.", "format": "f", "index": 0, "signature": "c2ln"}]
SUMMARY = {"type": "reasoning.summary", "summary": "Adding.", "index": 0}
HIDDEN = {"type": "reasoning.encrypted", "data": "YWJj", "id": "rs_1", "index": 0}


@pytest.mark.parametrize(
    "fields",
    [
        {"reasoning_content": "Hm."},
        {"reasoning": "Hm."},
        {"reasoning": "Hm.", "reasoning_content": "Hm."},
        {"reasoning": None, "reasoning_content": "Hm."},
        {"reasoning": "Hm.", "reasoning_details": [{"type": "reasoning.text", "text": "Hm."}]},
        {
            "reasoning_details": [
                {"type": "reasoning.text", "text": "H"},
                {"type": "reasoning.summary", "summary": "m."},
            ]
        },
        {"content": "<think>Hm.</think>"},
    ],
)
def test_reasoning_is_shown_once(fields: dict[str, Any]) -> None:
    """One or several fields say it, in streams and whole."""
    assert whole(**fields).reasoning == "Hm."
    assert stream(delta(**fields), delta(content="Yes")).reasoning == "Hm."


def test_reasoning_comes_before_the_text_of_the_same_chunk() -> None:
    """The order of fields in JSON means nothing."""
    reply = stream(delta(content="Four", reasoning="Two and two."))
    assert [type(part).__name__ for part in reply.parts] == ["ReasoningPart", "TextPart"]


def test_signed_words_are_put_together_from_fragments() -> None:
    """The words of a block are joined and the signature stands by them, as if it had come whole."""
    fragments: list[dict[str, Any]] = [
        {"type": "reasoning.text", "text": "", "signature": "", "format": "f", "index": 0},
        {"type": "reasoning.text", "text": "Two ", "format": "f", "index": 0},
        {"type": "reasoning.text", "text": "and two.", "format": "f", "index": 0},
        {"type": "reasoning.text", "signature": "c2ln", "format": "f", "index": 0},
    ]
    reply = stream(*(delta(reasoning=item.get("text"), reasoning_details=[item]) for item in fragments))
    (part,) = reply.parts
    assert part == ReasoningPart("Two and two.", provider_metadata={"acme": {"reasoning_details": SIGNED}})


def test_blocks_are_told_apart() -> None:
    """A signature ends a block, as another type or index does; encrypted blocks are never joined."""
    second = {"type": "reasoning.text", "text": "Again.", "format": "f", "index": 0, "signature": "ZW5k"}
    blocks = [*SIGNED, second, SUMMARY, {**SUMMARY, "index": 1}, HIDDEN, HIDDEN]
    reply = stream(*(delta(reasoning_details=[block]) for block in blocks))
    assert reply.parts[0].provider_metadata == {"acme": {"reasoning_details": blocks}}


def test_whole_blocks_are_kept_as_they_are() -> None:
    """Also those that fragments of a stream would be joined by."""
    blocks = [SUMMARY, SUMMARY, HIDDEN]
    (part, _) = whole(content="4", reasoning="Adding.", reasoning_details=blocks).parts
    assert part.provider_metadata == {"acme": {"reasoning_details": blocks}}


def test_hidden_reasoning_is_a_part_without_words() -> None:
    """The provider withholds the words; that there were some, and what must go back, is known."""
    for reply in (
        whole(content="4", reasoning_details=[HIDDEN]),
        stream(delta(content="4", reasoning_details=[HIDDEN])),
    ):
        assert ReasoningPart(
            "", redacted=True, provider_metadata={"acme": {"reasoning_details": [HIDDEN]}}
        ) in reply.parts  # fmt: skip
        assert reply.reasoning == ""


def test_reasoning_of_no_known_form_is_kept_in_the_payload_only() -> None:
    """No crash, and no words made up."""
    reply = whole(content="4", reasoning={"odd": 1}, reasoning_details="odd")
    assert reply.error is None
    assert (reply.reasoning, reply.text) == ("", "4")
    assert stream(delta(content="4", reasoning_details=[3, None])).text == "4"
