"""Token counts of Gemini."""

from __future__ import annotations

from llm._codecs.gemini_usage import decode_usage
from llm._domain.usage import Usage


def test_thoughts_are_output_and_what_tools_read_is_input() -> None:
    """The details keep what has no name of ours."""
    counts = {
        "promptTokenCount": 10,
        "toolUsePromptTokenCount": 5,
        "cachedContentTokenCount": 4,
        "candidatesTokenCount": 3,
        "thoughtsTokenCount": 2,
        "totalTokenCount": 20,
        "promptTokensDetails": [{"modality": "AUDIO", "tokenCount": 10}],
        "trafficType": "ON_DEMAND",
    }
    details = {name: counts[name] for name in ("toolUsePromptTokenCount", "promptTokensDetails", "trafficType")}
    assert decode_usage(counts) == Usage(15, 5, details, 4, 2)


def test_a_count_that_is_not_sent_is_unknown_unless_the_total_tells() -> None:
    """Google leaves out zeros."""
    assert decode_usage({"promptTokenCount": 14, "totalTokenCount": 14}) == Usage(14, 0)
    assert decode_usage({"promptTokenCount": 14}) == Usage(14)
    assert decode_usage({"thoughtsTokenCount": 2}) == Usage(None, 2, reasoning=2)
    assert decode_usage({"promptTokenCount": True, "candidatesTokenCount": "x"}) == Usage()
