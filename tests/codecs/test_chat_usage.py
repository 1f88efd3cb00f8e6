"""Token counts have our names, wherever a service puts them, and nothing that was reported is lost."""

from __future__ import annotations

from typing import Any

import pytest
from codec_replies import decode, delta, sse, stream

from llm._codecs.chat_usage import decode_usage
from llm._domain.event import UsageEvent
from llm._domain.usage import Usage


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, Usage(10, 5)),
        ({"prompt_tokens_details": {"cached_tokens": 8}}, Usage(10, 5, cached=8)),
        ({"prompt_cache_hit_tokens": 8}, Usage(10, 5, cached=8)),
        ({"num_cached_tokens": 8}, Usage(10, 5, cached=8)),
        ({"cached_tokens": 0}, Usage(10, 5, cached=0)),
        ({"completion_tokens_details": {"reasoning_tokens": 3}}, Usage(10, 5, reasoning=3)),
        ({"reasoning_tokens": 3}, Usage(10, 5, reasoning=3)),
        ({"prompt_tokens_details": None, "completion_tokens_details": None}, Usage(10, 5)),
        (
            {"prompt_tokens_details": {"cached_tokens": 8, "audio_tokens": 1}, "cost": 0.5, "odd": None},
            Usage(10, 5, {"prompt_tokens_details": {"audio_tokens": 1}, "cost": 0.5}, cached=8),
        ),
    ],
)
def test_counts_are_found(more: dict[str, Any], expected: Usage) -> None:
    """In the groups of OpenAI, or beside them; `details` has the rest under the service's names."""
    assert decode_usage({"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15, **more}) == expected


def test_usage_that_is_sent_twice_counts_last() -> None:
    """A running count gives an event for each change, the end's before the finish."""
    counts = [{"prompt_tokens": 10, "completion_tokens": count} for count in (1, 2, 2)]
    chunks = [delta(content="x") | {"usage": count} for count in counts]
    reply = stream(*chunks)
    assert [event.usage.output for event in reply.events if isinstance(event, UsageEvent)] == [1, 2]
    assert reply.usage == Usage(10, 2)
    assert reply.text == "xxx"


def test_usage_after_the_finish_reason_comes_before_the_finish() -> None:
    """OpenAI sends it in a chunk of its own, without choices, at the very end."""
    counts = {"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 2}}
    reply = decode([sse(delta(content="x"), delta(finish="stop"), counts)])
    assert [type(event).__name__ for event in reply.events] == ["TextDelta", "UsageEvent", "Finish"]


def test_groq_has_its_counts_in_a_place_of_its_own() -> None:
    """`x_groq.usage` counts where there is no other."""
    reply = stream(delta(content="x"), delta() | {"x_groq": {"usage": {"prompt_tokens": 3, "completion_tokens": 4}}})
    assert reply.usage == Usage(3, 4)
