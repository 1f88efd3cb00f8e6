"""
Anthropic's models: the ids and aliases that users of llm-anthropic have, newer ones, and what each takes.

The key of a row is the id as users type it, `anthropic/` and the name on the wire. That name alone is an alias of every
row, and so is the one with a dot in its version (`claude-opus-4.8`). Models that are gone stay listed with their last
day: a server of one's own may still have them.

Sources, read in November 2026: ids and aliases of llm-anthropic 0.30; the model names and last days in the anthropic
2.12 SDK; Anthropic's model pages, its pages on thinking, effort and structured outputs, and its list of deprecations.
`-o extra_body` sends what is not listed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from .._domain.option import Option, OptionTable
from .._domain.portable import MAX_TOKENS, REASONING, STOP, TEMPERATURE, TOP_P
from .._domain.profile import IMAGES, Profile
from .extra_body import EXTRA_BODY

_SHARED = (
    MAX_TOKENS,
    STOP,
    Option("stop_sequences", list, "Texts at which to stop, by Anthropic's name."),
    Option("cache", str, "Whether the stable beginning of a prompt is cached: true (as it is), false, 5m or 1h."),
    Option("cache_control", dict, "How the whole prompt is cached, as Anthropic has it, instead of the option cache."),
    Option("tool_choice", str, "Which tools are called: auto, any, none, or the name of one."),
    Option("eager_input_streaming", bool, "Whether the arguments of tools come piece by piece, unchecked."),
    Option("metadata", dict, 'Who the prompt is from, as in {"user_id": "..."}.'),
    Option("service_tier", str, "Which capacity may be used.", choices=("auto", "standard_only")),
    Option("inference_geo", str, "The region in which the model runs."),
    Option("container", str, "The id of a container of an earlier answer, whose files code finds again."),
    Option("betas", list, "Names of features in beta, for the header anthropic-beta."),
    Option("user_profile_id", str, "Whom the request is for, where that is not your own organization."),
    Option("workspace_id", str, "The workspace that the request belongs to."),
    EXTRA_BODY,
)
_SAMPLING = (
    replace(TEMPERATURE, maximum=1),
    TOP_P,
    Option("top_k", int, "Sample from this many of the likeliest tokens.", minimum=1),
)
_REASONS = (
    REASONING,
    Option("thinking", dict, 'How to think, as Anthropic has it: {"type": "enabled", "budget_tokens": 2048}.'),
)
_FAST = Option("speed", str, "How fast tokens come; fast costs more.", choices=("standard", "fast"))


def _effort(*choices: str) -> Option:
    return Option("effort", str, "How many tokens to spend on thinking, tools and text.", choices=choices)


def _table(*options: Option) -> OptionTable:
    return OptionTable((*_SHARED, *options))


# Sampling options end with 4.7, which refuses them, as it does a budget of tokens for thinking.
_PLAIN = _table(*_SAMPLING)
_THINKS = _table(*_SAMPLING, *_REASONS)
_OPUS_4_5 = _table(*_SAMPLING, *_REASONS, _effort("low", "medium", "high"))
_SONNET_4_6 = _table(*_SAMPLING, *_REASONS, _effort("low", "medium", "high", "max"))
_OPUS_4_6 = _table(*_SAMPLING, *_REASONS, _effort("low", "medium", "high", "max"), _FAST)
_CLAUDE_5 = _table(*_REASONS, _effort("low", "medium", "high", "xhigh", "max"))
_CLAUDE_5_FAST = OptionTable((*_CLAUDE_5.options, _FAST))

_DOCUMENTS = (*IMAGES, "application/pdf", "text/plain")
_SEARCH = ("web_search",)
_SEARCH_AND_CODE = (*_SEARCH, "code_execution")


def _before_4_6(
    *aliases: str,
    output: int,
    ends: str | None = None,
    options: OptionTable = _THINKS,
    runs: tuple[str, ...] = _SEARCH_AND_CODE,
    sees: tuple[str, ...] = _DOCUMENTS,
    schema: bool = True,
) -> Profile:
    """A model that thinks within a budget of tokens, if at all."""
    return Profile(
        aliases=aliases,
        options=options,
        attachment_types=sees,
        supports_schema=schema,
        server_tools=runs,
        reasoning="budget" if "reasoning" in options.by_name else None,
        context=200_000,
        output=output,
        deprecated=ends,
    )


def _claude(options: OptionTable, *aliases: str, ends: str | None = None) -> Profile:
    """A model that decides itself how much to think, asked by its effort."""
    return Profile(
        aliases=aliases,
        options=options,
        attachment_types=_DOCUMENTS,
        server_tools=_SEARCH_AND_CODE,
        reasoning="adaptive",
        context=1_000_000,
        output=128_000,
        deprecated=ends,
    )


def _claude_3(*aliases: str, ends: str) -> Profile:
    return _before_4_6(*aliases, output=4_096, ends=ends, options=_PLAIN, runs=(), sees=IMAGES, schema=False)


def _claude_3_5(*aliases: str, ends: str, runs: tuple[str, ...] = _SEARCH) -> Profile:
    return _before_4_6(*aliases, output=8_192, ends=ends, options=_PLAIN, runs=runs, schema=False)


def _claude_3_7(*aliases: str) -> Profile:
    return _before_4_6(*aliases, output=64_000, ends=_FEBRUARY, schema=False)


_OCTOBER, _FEBRUARY, _JUNE, _NOVEMBER = "2025-10-28", "2026-02-19", "2026-06-15", "2026-11-30"

ANTHROPIC_MODELS: Mapping[str, Profile] = {
    "anthropic/claude-3-opus-20240229": _claude_3("claude-3-opus-20240229", ends="2026-01-05"),
    "anthropic/claude-3-opus-latest": _claude_3("claude-3-opus-latest", "claude-3-opus", ends="2026-01-05"),
    "anthropic/claude-3-sonnet-20240229": _claude_3("claude-3-sonnet-20240229", "claude-3-sonnet", ends="2025-07-21"),
    "anthropic/claude-3-haiku-20240307": _claude_3("claude-3-haiku-20240307", "claude-3-haiku", ends="2026-04-20"),
    "anthropic/claude-3-5-sonnet-20240620": _claude_3_5("claude-3-5-sonnet-20240620", ends=_OCTOBER, runs=()),
    "anthropic/claude-3-5-sonnet-20241022": _claude_3_5("claude-3-5-sonnet-20241022", ends=_OCTOBER),
    "anthropic/claude-3-5-sonnet-latest": _claude_3_5(
        "claude-3-5-sonnet-latest", "claude-3.5-sonnet", "claude-3.5-sonnet-latest", ends=_OCTOBER
    ),
    "anthropic/claude-3-5-haiku-latest": _claude_3_5("claude-3-5-haiku-latest", "claude-3.5-haiku", ends=_FEBRUARY),
    "anthropic/claude-3-7-sonnet-20250219": _claude_3_7("claude-3-7-sonnet-20250219"),
    "anthropic/claude-3-7-sonnet-latest": _claude_3_7(
        "claude-3-7-sonnet-latest", "claude-3.7-sonnet", "claude-3.7-sonnet-latest"
    ),
    "anthropic/claude-opus-4-0": _before_4_6(
        "claude-opus-4-0", "claude-4-opus", output=32_000, ends=_JUNE, schema=False
    ),
    "anthropic/claude-sonnet-4-0": _before_4_6(
        "claude-sonnet-4-0", "claude-4-sonnet", output=64_000, ends=_JUNE, schema=False
    ),
    "anthropic/claude-opus-4-1-20250805": _before_4_6(
        "claude-opus-4-1-20250805", "claude-opus-4-1", "claude-opus-4.1", output=32_000, ends="2026-08-05"
    ),
    "anthropic/claude-sonnet-4-5": _before_4_6("claude-sonnet-4-5", "claude-sonnet-4.5", output=64_000, ends=_NOVEMBER),
    "anthropic/claude-sonnet-4-5-20250929": _before_4_6("claude-sonnet-4-5-20250929", output=64_000, ends=_NOVEMBER),
    "anthropic/claude-haiku-4-5": _before_4_6("claude-haiku-4-5", output=64_000),
    "anthropic/claude-haiku-4-5-20251001": _before_4_6("claude-haiku-4-5-20251001", "claude-haiku-4.5", output=64_000),
    "anthropic/claude-opus-4-5": _before_4_6("claude-opus-4-5", output=64_000, options=_OPUS_4_5),
    "anthropic/claude-opus-4-5-20251101": _before_4_6(
        "claude-opus-4-5-20251101", "claude-opus-4.5", output=64_000, options=_OPUS_4_5
    ),
    "anthropic/claude-opus-4-6": _claude(_OPUS_4_6, "claude-opus-4-6", "claude-opus-4.6"),
    "anthropic/claude-sonnet-4-6": _claude(_SONNET_4_6, "claude-sonnet-4-6", "claude-sonnet-4.6"),
    "anthropic/claude-mythos-preview": _claude(_CLAUDE_5, "claude-mythos-preview", ends="2026-06-30"),
    "anthropic/claude-opus-4-7": _claude(_CLAUDE_5_FAST, "claude-opus-4-7", "claude-opus-4.7"),
    "anthropic/claude-opus-4-8": _claude(_CLAUDE_5_FAST, "claude-opus-4-8", "claude-opus-4.8"),
    "anthropic/claude-mythos-5": _claude(_CLAUDE_5, "claude-mythos-5"),
    "anthropic/claude-fable-5": _claude(_CLAUDE_5, "claude-fable-5"),
    "anthropic/claude-sonnet-5": _claude(_CLAUDE_5, "claude-sonnet-5"),
    "anthropic/claude-opus-5": _claude(_CLAUDE_5_FAST, "claude-opus-5"),
    "anthropic/claude-mythos-5-1": _claude(_CLAUDE_5, "claude-mythos-5-1", "claude-mythos-5.1"),
    "anthropic/claude-fable-5-1": _claude(_CLAUDE_5, "claude-fable-5-1", "claude-fable-5.1"),
    "anthropic/claude-opus-5-5": _claude(_CLAUDE_5_FAST, "claude-opus-5-5", "claude-opus-5.5"),
    "anthropic/claude-sonnet-5-5": _claude(_CLAUDE_5, "claude-sonnet-5-5", "claude-sonnet-5.5"),
    "anthropic/claude-haiku-5-5": _claude(_CLAUDE_5, "claude-haiku-5-5", "claude-haiku-5.5"),
    "anthropic/claude-mythos-5-2": _claude(_CLAUDE_5_FAST, "claude-mythos-5-2", "claude-mythos-5.2"),
    "anthropic/claude-fable-5-2": _claude(_CLAUDE_5_FAST, "claude-fable-5-2", "claude-fable-5.2"),
}
