"""The portable option `reasoning` as Anthropic has it, and the most tokens that an answer may have."""

from __future__ import annotations

from typing import Any

from .._domain.portable import reasoning_level, reasoning_tokens
from .._domain.profile import Profile
from ..errors import OptionError
from .anthropic_family import thinking_off, thinks_adaptively

DEFAULT_MAX_TOKENS = 8192
"""The most tokens of an answer where neither the prompt nor the profile of the model says anything."""

WHOLE_MAX_TOKENS = 21_333
"""The most that is asked for of its own accord in one piece: ten minutes' worth, as the vendor's SDK reckons."""

_LEAST_BUDGET = 1024


def reasoning_fields(
    value: str | int, model: str, profile: Profile, max_tokens: int | None
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """
    The fields `thinking` and `output_config` for the option `reasoning`, and notes on what became of it.

    A profile says `adaptive` (the model decides, `effort` tells how eagerly) or `budget` (a number of tokens, which
    must leave room in *max_tokens*); without one the model's name decides. Raises OptionError where no room is left.
    """
    level = reasoning_level(value)
    adaptive = profile.reasoning == "adaptive" or (profile.reasoning is None and thinks_adaptively(model))
    if level == "off":
        off = thinking_off(model)
        if off is not None:
            return {"thinking": {"type": off}}, ()
        note = f"reasoning: {model} cannot be kept from it, so it was asked to reason little"
        return {"thinking": {"type": "adaptive"}, "output_config": {"effort": "low"}}, (note,)
    if adaptive:
        # Newer models hide their reasoning unless they are asked for a summary.
        fields = {"thinking": {"type": "adaptive", "display": "summarized"}, "output_config": {"effort": level}}
        note = f"reasoning: {value} tokens became the effort {level}, as {model} takes no number"
        return fields, (note,) if isinstance(value, int) else ()
    budget, notes = _budget(value, profile, max_tokens)
    return {"thinking": {"type": "enabled", "budget_tokens": budget}}, notes


def _budget(value: str | int, profile: Profile, max_tokens: int | None) -> tuple[int, tuple[str, ...]]:
    wanted = reasoning_tokens(value)
    most = profile.output if max_tokens is None else max_tokens
    budget = max(wanted, _LEAST_BUDGET)
    if most is not None and budget >= most:
        if (isinstance(value, int) and max_tokens is not None) or most <= _LEAST_BUDGET:
            raise OptionError(
                f"reasoning needs {budget} tokens, and an answer of at most {most} tokens has no room for them",
                hint=f"Give max_tokens more than {budget}, or turn reasoning off",
            )
        budget = max(_LEAST_BUDGET, most // 2)
    note = f"reasoning: {value} became {budget} tokens, to fit between {_LEAST_BUDGET} and what the answer may have"
    return budget, () if budget == wanted else (note,)


def default_max_tokens(profile: Profile, stream: bool, thinking: Any) -> int:
    """The most tokens of an answer for which the prompt set no limit; a budget for reasoning comes on top."""
    budget = thinking.get("budget_tokens") if isinstance(thinking, dict) else None
    budget = budget if isinstance(budget, int) else 0
    if profile.output is None:
        return DEFAULT_MAX_TOKENS + budget
    return profile.output if stream else min(profile.output, max(WHOLE_MAX_TOKENS, DEFAULT_MAX_TOKENS + budget))
