"""Token counts of Anthropic by our names."""

from __future__ import annotations

from llm._codecs.anthropic_usage import decode_usage
from llm._domain.usage import Usage


def test_input_counts_what_was_cached_in() -> None:
    """Read from the cache and written to it; both stand beside it as well."""
    counts = {"input_tokens": 3, "cache_read_input_tokens": 100, "cache_creation_input_tokens": 20, "output_tokens": 7}
    assert decode_usage(counts) == Usage(123, 7, None, cached=100, cache_write=20)


def test_what_was_not_counted_is_none() -> None:
    """Rather than zero."""
    assert decode_usage({"output_tokens": 7}) == Usage(None, 7)
    assert decode_usage({"input_tokens": None, "output_tokens": "many"}) == Usage()
    assert decode_usage({"input_tokens": 1e400}) == Usage()


def test_reasoning_is_counted_and_the_rest_are_details() -> None:
    """Under the provider's names; what is null is left out."""
    details = {
        "service_tier": "standard",
        "server_tool_use": {"web_search_requests": 2},
        "cache_creation": {"ephemeral_5m_input_tokens": 0},
        "iterations": [{"type": "message"}],
    }
    counts = {"input_tokens": 1, "output_tokens": 2, "inference_geo": None, **details}
    assert decode_usage({**counts, "output_tokens_details": {"thinking_tokens": 1}}) == Usage(
        1, 2, details, reasoning=1
    )
    assert decode_usage({"output_tokens_details": {"thinking_tokens": 0, "other": 1}}).details == {
        "output_tokens_details": {"other": 1}
    }
