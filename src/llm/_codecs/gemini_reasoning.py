"""How Gemini is asked to think: newer models by a level, those of the second generation by a number of tokens."""

from __future__ import annotations

import re
from typing import Any

from .._domain.portable import reasoning_level, reasoning_tokens
from .._domain.profile import Profile

_GENERATION = re.compile(r"\bgemini-(\d+)", re.ASCII)
_LEVELS = ("minimal", "low", "medium", "high")


def is_third(profile: Profile, model: str) -> bool:
    """Whether a model is of the third generation or later, told from how it is asked to think, or from its name."""
    if profile.reasoning is not None:
        return profile.reasoning == "level"
    found = _GENERATION.search(model)
    return found is not None and int(found[1]) >= 3


def thinking(value: str | int, profile: Profile, model: str, *, shown: bool) -> dict[str, Any]:
    """
    The fields of `thinkingConfig` for the portable option `reasoning`; *shown* asks for the thoughts as well.

    A model that cannot be kept from thinking is asked for as little as it can.
    """
    level = reasoning_level(value)
    show = {"includeThoughts": shown and level != "off"}
    if is_third(profile, model):
        return show | {"thinkingLevel": _level(level, profile).upper()}
    return show | {"thinkingBudget": _budget(value, profile)}


def _level(level: str, profile: Profile) -> str:
    """The level that the model knows and that is closest to *level* from below, else the lowest that it knows."""
    declared = profile.options.by_name.get("thinking_level")
    known = [name for name in _LEVELS if not declared or not declared.choices or name in declared.choices]
    wanted = _LEVELS.index("minimal" if level == "off" else level)
    below = [name for name in known if _LEVELS.index(name) <= wanted]
    return below[-1] if below else known[0] if known else level


def _budget(value: str | int, profile: Profile) -> int:
    """The tokens, within the limits that the model declares."""
    declared = profile.options.by_name.get("thinking_budget")
    tokens = reasoning_tokens(value)
    if declared and declared.minimum is not None:
        tokens = max(tokens, int(declared.minimum))
    if declared and declared.maximum is not None:
        tokens = min(tokens, int(declared.maximum))
    return tokens
