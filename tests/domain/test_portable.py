"""Options that mean the same everywhere."""

from __future__ import annotations

import pytest

from llm._domain.portable import REASONING, reasoning_level, reasoning_tokens, refuse_both
from llm.errors import OptionError


@pytest.mark.parametrize(
    ("value", "parsed", "level"),
    [("off", "off", "off"), ("high", "high", "high"), ("0", 0, "off"), ("500", 500, "low"), (9000, 9000, "high"),
     ("8192", 8192, "medium"), (100000, 100000, "high")],
)  # fmt: skip
def test_reasoning_is_a_level_or_a_number_of_tokens(value: object, parsed: object, level: str) -> None:
    assert REASONING.parse(value) == parsed
    assert reasoning_level(REASONING.parse(value)) == level


def test_levels_ascend_in_tokens() -> None:
    levels = [reasoning_tokens(level) for level in ("off", "low", "medium", "high")]
    assert levels == sorted(levels)
    assert levels[0] == 0
    assert reasoning_tokens(1234) == 1234
    assert [reasoning_level(tokens) for tokens in levels] == ["off", "low", "medium", "high"]


@pytest.mark.parametrize("value", ["some", "-1", "1.5", True, -3])
def test_anything_else_is_refused_with_what_is_allowed(value: object) -> None:
    with pytest.raises(OptionError, match=r"one of off, low, medium, high or a whole number of at least 0"):
        REASONING.parse(value)


def test_an_option_is_not_given_by_two_names() -> None:
    refuse_both({"reasoning": "low"}, "reasoning", "effort")
    with pytest.raises(OptionError, match="reasoning and effort"):
        refuse_both({"reasoning": "low", "effort": "high"}, "reasoning", "effort")
