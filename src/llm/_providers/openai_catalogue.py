"""
OpenAI's chat models: the ids and aliases that `llm` users have, with what Chat Completions takes for each.

Sources, read in November 2026: the ids and aliases are those that llm 0.36 registers. Options: the request types of the
openai 3.54 SDK, OpenAI's reasoning guide and model pages, and the values that the API names when it refuses one.
`-o extra_body` sends what is not listed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from .._domain.option import Option, OptionTable
from .._domain.profile import IMAGES, Profile
from .extra_body import EXTRA_BODY

# Every model takes this one, catalogued or not.

_MAX_TOKENS = Option("max_tokens", int, "The most tokens to generate, reasoning included.", minimum=1)
_SHARED = (
    Option("seed", int, "A number that makes sampling repeatable, as far as the provider can."),
    Option("json_object", bool, "Answer with a valid JSON object; the prompt must mention JSON."),
    Option(
        "service_tier",
        str,
        "How the request is processed: auto, default, flex (slower, cheaper), fast or priority (faster, dearer).",
    ),
    EXTRA_BODY,
)
_STOP = Option("stop", list, "Up to four texts at which to stop; they are not part of the answer.")
_SAMPLING = (
    Option("temperature", float, "How random the answer is: 0.2 focused, 0.8 varied.", minimum=0, maximum=2),
    Option("top_p", float, "Sample from the likeliest tokens that make up this share.", minimum=0, maximum=1),
    Option("frequency_penalty", float, "Avoid tokens the more often they occurred.", minimum=-2, maximum=2),
    Option("presence_penalty", float, "Avoid tokens that occurred at all.", minimum=-2, maximum=2),
    Option("logit_bias", dict, "Token ids and how much to favour (to 100) or ban (to -100) them."),
)
_VERBOSITY = Option("verbosity", str, "How much the answer says.", choices=("low", "medium", "high"))
_DETAIL = Option("image_detail", str, "How closely images are looked at.", choices=("low", "high", "auto"))
_DETAIL_OR_ORIGINAL = replace(_DETAIL, choices=("low", "high", "original", "auto"))


def _effort(*choices: str) -> Option:
    return Option("reasoning_effort", str, "How much to reason before answering.", choices=choices)


def _table(*options: Option) -> OptionTable:
    return OptionTable((_MAX_TOKENS, *options, *_SHARED))


# Models that always reason refuse the sampling options. Those whose reasoning can be switched off take them then:
# by default (gpt-5.1 to 5.4), or with reasoning_effort none (later ones). An effort of max exists, but not here: this
# API refuses it, the Responses API takes it.
_LOW_TO_HIGH = _effort("low", "medium", "high")
_NONE_TO_XHIGH = _effort("none", "low", "medium", "high", "xhigh")
_TEXT = _table(*_SAMPLING, _STOP)
_OMNI = _table(*_SAMPLING, _STOP, _DETAIL)
_O1 = _table(_LOW_TO_HIGH, _STOP, _DETAIL)
_O3_MINI = _table(_LOW_TO_HIGH, _STOP)
_O3 = _table(_LOW_TO_HIGH, _DETAIL)
_GPT_5 = _table(_effort("minimal", "low", "medium", "high"), _VERBOSITY, _DETAIL)
_GPT_5_1 = _table(*_SAMPLING, _STOP, _effort("none", "low", "medium", "high"), _VERBOSITY, _DETAIL)
_GPT_5_2 = _table(*_SAMPLING, _STOP, _NONE_TO_XHIGH, _VERBOSITY, _DETAIL)
_GPT_5_2_CHAT = _table(_effort("medium"), _VERBOSITY, _DETAIL)
_GPT_5_4 = _table(*_SAMPLING, _STOP, _NONE_TO_XHIGH, _VERBOSITY, _DETAIL_OR_ORIGINAL)
_ASTRA = _table(_effort("low", "medium", "high", "xhigh"), _VERBOSITY, _DETAIL_OR_ORIGINAL)

_DOCUMENTS = (*IMAGES, "application/pdf")


def _text(*aliases: str) -> Profile:
    return Profile(aliases=aliases, options=_TEXT, attachment_types=(), supports_schema=False)


def _turbo(*aliases: str) -> Profile:
    return Profile(aliases=aliases, options=_OMNI, attachment_types=IMAGES, supports_schema=False)


def _seeing(options: OptionTable, *aliases: str, can_stream: bool = True) -> Profile:
    return Profile(aliases=aliases, options=options, attachment_types=_DOCUMENTS, can_stream=can_stream)


OPENAI_MODELS: Mapping[str, Profile] = {
    "gpt-4o": _seeing(_OMNI, "4o"),
    "gpt-4o-mini": _seeing(_OMNI, "4o-mini"),
    "gpt-4.1": _seeing(_OMNI, "4.1"),
    "gpt-4.1-mini": _seeing(_OMNI, "4.1-mini"),
    "gpt-4.1-nano": _seeing(_OMNI, "4.1-nano"),
    "gpt-3.5-turbo": _text("3.5", "chatgpt"),
    "gpt-3.5-turbo-16k": _text("chatgpt-16k", "3.5-16k"),
    "gpt-4": _text("4", "gpt4"),
    "gpt-4-turbo-2024-04-09": _turbo(),
    "gpt-4-turbo": _turbo("gpt-4-turbo-preview", "4-turbo", "4t"),
    "o1": _seeing(_O1, can_stream=False),
    "o1-2024-12-17": _seeing(_O1, can_stream=False),
    "o3-mini": Profile(options=_O3_MINI, attachment_types=()),
    "o3": _seeing(_O3),
    "o4-mini": _seeing(_O3),
    "gpt-5": _seeing(_GPT_5),
    "gpt-5-mini": _seeing(_GPT_5),
    "gpt-5-nano": _seeing(_GPT_5),
    "gpt-5-2025-08-07": _seeing(_GPT_5),
    "gpt-5-mini-2025-08-07": _seeing(_GPT_5),
    "gpt-5-nano-2025-08-07": _seeing(_GPT_5),
    "gpt-5.1": _seeing(_GPT_5_1),
    "gpt-5.2": _seeing(_GPT_5_2),
    "gpt-5.2-chat-latest": _seeing(_GPT_5_2_CHAT),
    "gpt-5.4": _seeing(_GPT_5_4),
    "gpt-5.4-2026-03-05": _seeing(_GPT_5_4),
    "gpt-5.4-mini": _seeing(_GPT_5_4),
    "gpt-5.4-mini-2026-03-17": _seeing(_GPT_5_4),
    "gpt-5.4-nano": _seeing(_GPT_5_4),
    "gpt-5.4-nano-2026-03-17": _seeing(_GPT_5_4),
    "gpt-5.5": _seeing(_GPT_5_4),
    "gpt-5.5-2026-04-23": _seeing(_GPT_5_4),
    "gpt-5.6-sol": _seeing(_GPT_5_4),
    "gpt-5.6-terra": _seeing(_GPT_5_4),
    "gpt-5.6-luna": _seeing(_GPT_5_4),
    "gpt-6-astra": _seeing(_ASTRA),
    "gpt-6-sol": _seeing(_GPT_5_4),
    "gpt-6-luna": _seeing(_GPT_5_4),
}
