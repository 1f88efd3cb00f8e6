"""Every service's word for the end of an answer has a meaning."""

from __future__ import annotations

import pytest
from codec_replies import delta, stream, whole

from llm._codecs.finish_reason import finish_reason
from llm._domain.event import Finish


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("stop", "stop"),
        ("eos", "stop"),
        ("COMPLETE", "stop"),
        ("length", "length"),
        ("model_length", "length"),
        ("MAX_TOKENS", "length"),
        ("tool_calls", "tool_calls"),
        ("function_call", "tool_calls"),
        ("content_filter", "content_filter"),
        ("sensitive", "content_filter"),
        ("insufficient_system_resource", "error"),
        ("moonbeam", "other"),
        ("", "stop"),
        (None, "stop"),
    ],
)
def test_words_have_meanings(raw: str | None, expected: str) -> None:
    """Words of OpenAI, Mistral, DeepSeek, Z.ai and others; an unknown one is `other`, none is the end."""
    assert finish_reason(raw, called=False, refused=False) == expected


def test_a_call_or_a_refusal_that_ends_with_stop_is_called_by_its_name() -> None:
    """Services say `stop` after both; another word stands."""
    assert finish_reason("stop", called=True, refused=False) == "tool_calls"
    assert finish_reason(None, called=True, refused=False) == "tool_calls"
    assert finish_reason("stop", called=False, refused=True) == "refusal"
    assert finish_reason("length", called=True, refused=True) == "length"


def test_the_providers_own_word_is_kept() -> None:
    """`raw` is what was sent, also an empty string, and None where nothing was."""
    assert [reply.finish.raw for reply in (whole("eos"), whole(""), whole(None)) if reply.finish] == ["eos", "", None]
    reply = stream(delta(content="x"), finish="model_length")
    assert reply.finish is not None
    assert (reply.finish.reason, reply.finish.raw) == ("length", "model_length")


def test_an_empty_reason_on_every_chunk_is_none_until_the_last() -> None:
    """Some services fill the field for form's sake."""
    reply = stream(delta(content="<thi", finish=""), delta(content="nk>a</think>b", finish=""))
    assert (reply.reasoning, reply.text) == ("a", "b")
    assert reply.finish == Finish("stop", "stop")
