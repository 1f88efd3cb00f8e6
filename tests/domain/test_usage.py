"""Usage is what the provider said, and nothing is made up."""

from __future__ import annotations

import pytest

import llm


@pytest.mark.parametrize(
    ("usage", "known"),
    [
        (llm.Usage(), {}),
        (llm.Usage(0, 0), {"input": 0, "output": 0}),
        (llm.Usage(3), {"input": 3}),
        (llm.Usage(3, 5, {"a": {"b": 1}}, 2, 4),
         {"input": 3, "output": 5, "cached": 2, "reasoning": 4, "details": {"a": {"b": 1}}}),
        (llm.Usage(1, 2, {}), {"input": 1, "output": 2}),
    ],
)  # fmt: skip
def test_a_dictionary_has_the_counts_that_are_known(usage: llm.Usage, known: dict[str, object]) -> None:
    assert usage.to_dict() == known


def test_usage_is_true_where_a_count_is_known_also_if_it_is_zero() -> None:
    assert llm.Usage(0)
    assert llm.Usage(output=0)
    assert not llm.Usage()
    assert not llm.Usage(details={"a": 1})
