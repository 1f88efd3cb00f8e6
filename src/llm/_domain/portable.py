"""
The options that mean the same at every provider.

A wire maps these names to its own fields; an option by the provider's own name is passed on as it is.
"""

from __future__ import annotations

from typing import Any

from ..errors import OptionError
from .option import Option

TEMPERATURE = Option("temperature", float, "How random the answer is: 0.2 focused, 0.8 varied.", minimum=0, maximum=2)
MAX_TOKENS = Option("max_tokens", int, "The most tokens to generate, reasoning included.", minimum=1)
TOP_P = Option("top_p", float, "Sample from the likeliest tokens that make up this share.", minimum=0, maximum=1)
STOP = Option("stop", list, "Texts at which to stop; they are not part of the answer.")
SEED = Option("seed", int, "A number that makes sampling repeatable, as far as the provider can.")
REASONING = Option(
    "reasoning",
    str,
    "How much to reason before answering: off, low, medium, high, or a number of tokens.",
    choices=("off", "low", "medium", "high"),
    or_number=True,
)

PORTABLE = (TEMPERATURE, MAX_TOKENS, TOP_P, STOP, SEED, REASONING)

# What a level comes to where a wire takes a number of tokens, and the least number that is each level elsewhere.
_TOKENS = {"low": 2048, "medium": 8192, "high": 24576}


def reasoning_tokens(value: str | int) -> int:
    """The option `reasoning` as a number of tokens, 0 for `off`."""
    return value if isinstance(value, int) else _TOKENS.get(value, 0)


def reasoning_level(value: str | int) -> str:
    """The option `reasoning` as a level: `off`, `low`, `medium` or `high`."""
    if isinstance(value, str):
        return value
    if value == 0:
        return "off"
    return next((level for level, tokens in _TOKENS.items() if value <= tokens), "high")


def refuse_both(options: dict[str, Any], portable: str, own: str) -> None:
    """Raise OptionError where an option is given by its portable name and by the provider's own."""
    if portable in options and own in options:
        raise OptionError(f"The options {portable} and {own} say the same thing", hint=f"Give {portable} or {own}")
