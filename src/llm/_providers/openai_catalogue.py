"""
OpenAI's models that write: the ids and aliases that `llm` users have, newer ones, and what each takes.

The key of a row is the id as users type it, which is also the name on the wire. Not here are the models that only the
Responses API serves (`gpt-5.5-pro`): `openai/NAME` asks those, with facts assumed from the nearest row.

Sources, read in November 2026: the ids and aliases are those that llm 0.36 registers; the newer ids, the days on which
models end, and the options are those of the openai 3.54 SDK's types, OpenAI's reasoning guide and model pages (efforts,
limits and tools), and the values that the API names when it refuses one. `-o extra_body` sends what is not listed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from .._domain.option import Option, OptionTable
from .._domain.portable import MAX_TOKENS, REASONING, SEED, STOP, TEMPERATURE, TOP_P
from .._domain.profile import IMAGES, Profile
from .extra_body import EXTRA_BODY

# What the Responses API has no field for: a prompt that sets one of these is asked over Chat Completions.
CHAT_ONLY = frozenset({"frequency_penalty", "logit_bias", "presence_penalty", "seed", "stop"})

_STOP = replace(STOP, description="Up to four texts at which to stop; they are not part of the answer.")
_SAMPLING = (
    TEMPERATURE,
    TOP_P,
    Option("frequency_penalty", float, "Avoid tokens the more often they occurred.", minimum=-2, maximum=2),
    Option("presence_penalty", float, "Avoid tokens that occurred at all.", minimum=-2, maximum=2),
    Option("logit_bias", dict, "Token ids and how much to favour (to 100) or ban (to -100) them."),
)
_SHARED = (
    SEED,
    Option("json_object", bool, "Answer with a valid JSON object; the prompt must mention JSON."),
    Option(
        "service_tier",
        str,
        "How the request is processed: auto, default, flex (slower, cheaper), fast or priority (faster, dearer).",
    ),
    Option("chat_completions", bool, "Ask over Chat Completions instead of the Responses API."),
    Option("store", bool, "Whether OpenAI keeps the answer, to be fetched later."),
    Option("metadata", dict, "Up to 16 texts by name, which OpenAI keeps with the answer."),
    Option("include", list, "More of the answer: message.output_text.logprobs, web_search_call.action.sources, ..."),
    Option(
        "truncation",
        str,
        "Whether to drop what is oldest where the context is full (auto), or to fail (disabled).",
        choices=("auto", "disabled"),
    ),
    Option("parallel_tool_calls", bool, "Whether several tools may be called at once."),
    Option("max_tool_calls", int, "The most calls of tools that OpenAI runs.", minimum=1),
    Option("prompt_cache_key", str, "Prompts with the same key find each other's cached beginnings more often."),
    Option("safety_identifier", str, "Who the prompt is from, as a hash; by it OpenAI finds people who do harm."),
    EXTRA_BODY,
)
_VERBOSITY = Option("verbosity", str, "How much the answer says.", choices=("low", "medium", "high"))
_DETAIL = Option("image_detail", str, "How closely images are looked at.", choices=("low", "high", "auto"))
_DETAIL_OR_ORIGINAL = replace(_DETAIL, choices=("low", "high", "original", "auto"))
_SUMMARY = Option(
    "reasoning_summary",
    str,
    "How much of its reasoning the model tells.",
    choices=("auto", "concise", "detailed"),
)


def _reasons(*efforts: str) -> tuple[Option, ...]:
    effort = Option("reasoning_effort", str, "How much to reason before answering.", choices=efforts)
    return REASONING, effort, _SUMMARY


def _table(*options: Option) -> OptionTable:
    return OptionTable((MAX_TOKENS, *options, *_SHARED))


# Models that always reason refuse the sampling options. Those whose reasoning can be switched off take them then:
# by default (gpt-5.1 to 5.4), or with reasoning_effort none (later ones). An effort of max is one of the Responses API:
# Chat Completions refuses it.
_LOW_TO_HIGH = _reasons("low", "medium", "high")
_LOW_TO_MAX = _reasons("low", "medium", "high", "xhigh", "max")
_NONE_TO_XHIGH = _reasons("none", "low", "medium", "high", "xhigh")
_NONE_TO_MAX = _reasons("none", "low", "medium", "high", "xhigh", "max")
_TEXT = _table(*_SAMPLING, _STOP)
_OMNI = _table(*_SAMPLING, _STOP, _DETAIL)
_O1 = _table(*_LOW_TO_HIGH, _STOP, _DETAIL)
_O3_MINI = _table(*_LOW_TO_HIGH, _STOP)
_O3 = _table(*_LOW_TO_HIGH, _DETAIL)
_GPT_5 = _table(*_reasons("minimal", "low", "medium", "high"), _VERBOSITY, _DETAIL)
_GPT_5_1 = _table(*_SAMPLING, _STOP, *_reasons("none", "low", "medium", "high"), _VERBOSITY, _DETAIL)
_GPT_5_2 = _table(*_SAMPLING, _STOP, *_NONE_TO_XHIGH, _VERBOSITY, _DETAIL)
_GPT_5_2_CHAT = _table(*_reasons("medium"), _VERBOSITY, _DETAIL)
_GPT_5_4 = _table(*_SAMPLING, _STOP, *_NONE_TO_XHIGH, _VERBOSITY, _DETAIL_OR_ORIGINAL)
_GPT_5_6 = _table(*_SAMPLING, _STOP, *_NONE_TO_MAX, _VERBOSITY, _DETAIL_OR_ORIGINAL)
_ASTRA = _table(*_LOW_TO_MAX, _VERBOSITY, _DETAIL_OR_ORIGINAL)

_DOCUMENTS = (*IMAGES, "application/pdf")
_PICTURES = ("image/png", "image/jpeg", "image/webp")
_CODE = ("code_execution",)
_SEARCH_AND_CODE = ("web_search", *_CODE)
_CODE_AND_PICTURES = (*_CODE, "image_generation")
_ALL_TOOLS = (*_SEARCH_AND_CODE, "image_generation")

# Context and output in tokens, and the days on which models end.
_OMNI_LIMITS = (128_000, 16_384)
_4_1_LIMITS = (1_047_576, 32_768)
_O_LIMITS = (200_000, 100_000)
_5_LIMITS = (400_000, 128_000)
_5_4_LIMITS = (1_050_000, 128_000)
_OCTOBER, _DECEMBER, _JANUARY, _APRIL = "2026-10-23", "2026-12-11", "2027-01-14", "2027-04-01"


def _row(
    options: OptionTable,
    *aliases: str,
    limits: tuple[int, int],
    ends: str | None = None,
    sees: tuple[str, ...] = _DOCUMENTS,
    runs: tuple[str, ...] = _ALL_TOOLS,
    schema: bool = True,
    streams: bool = True,
) -> Profile:
    context, output = limits
    return Profile(
        aliases=aliases,
        options=options,
        attachment_types=sees,
        supports_schema=schema,
        can_stream=streams,
        server_tools=runs,
        media_out=_PICTURES if "image_generation" in runs else (),
        reasoning="effort" if "reasoning_effort" in options.by_name else None,
        context=context,
        output=output,
        deprecated=ends,
    )


def _before_4o(
    options: OptionTable,
    *aliases: str,
    limits: tuple[int, int],
    ends: str = _OCTOBER,
    sees: tuple[str, ...] = (),
) -> Profile:
    return _row(options, *aliases, limits=limits, ends=ends, sees=sees, runs=(), schema=False)


OPENAI_MODELS: Mapping[str, Profile] = {
    "gpt-4o": _row(_OMNI, "4o", limits=_OMNI_LIMITS, ends=_JANUARY),
    "gpt-4o-mini": _row(_OMNI, "4o-mini", limits=_OMNI_LIMITS, ends=_JANUARY),
    "gpt-4.1": _row(_OMNI, "4.1", limits=_4_1_LIMITS, ends=_JANUARY),
    "gpt-4.1-mini": _row(_OMNI, "4.1-mini", limits=_4_1_LIMITS, ends=_JANUARY),
    "gpt-4.1-nano": _row(_OMNI, "4.1-nano", limits=_4_1_LIMITS, ends=_OCTOBER, runs=_CODE_AND_PICTURES),
    "gpt-3.5-turbo": _before_4o(_TEXT, "3.5", "chatgpt", limits=(16_385, 4_096)),
    "gpt-3.5-turbo-16k": _before_4o(_TEXT, "chatgpt-16k", "3.5-16k", limits=(16_385, 4_096), ends="2024-09-13"),
    "gpt-4": _before_4o(_TEXT, "4", "gpt4", limits=(8_192, 8_192)),
    "gpt-4-turbo-2024-04-09": _before_4o(_OMNI, limits=(128_000, 4_096), sees=IMAGES),
    "gpt-4-turbo": _before_4o(_OMNI, "gpt-4-turbo-preview", "4-turbo", "4t", limits=(128_000, 4_096), sees=IMAGES),
    "o1": _row(_O1, limits=_O_LIMITS, ends=_OCTOBER, runs=_CODE, streams=False),
    "o1-2024-12-17": _row(_O1, limits=_O_LIMITS, ends=_OCTOBER, runs=_CODE, streams=False),
    "o3-mini": _row(_O3_MINI, limits=_O_LIMITS, ends=_OCTOBER, sees=(), runs=_CODE),
    "o3": _row(_O3, limits=_O_LIMITS, ends=_DECEMBER),
    "o4-mini": _row(_O3, limits=_O_LIMITS, ends=_OCTOBER, runs=_SEARCH_AND_CODE),
    "gpt-5": _row(_GPT_5, limits=_5_LIMITS, ends=_DECEMBER),
    "gpt-5-mini": _row(_GPT_5, limits=_5_LIMITS, ends=_DECEMBER),
    "gpt-5-nano": _row(_GPT_5, limits=_5_LIMITS, ends=_DECEMBER),
    "gpt-5-2025-08-07": _row(_GPT_5, limits=_5_LIMITS, ends=_DECEMBER),
    "gpt-5-mini-2025-08-07": _row(_GPT_5, limits=_5_LIMITS, ends=_DECEMBER),
    "gpt-5-nano-2025-08-07": _row(_GPT_5, limits=_5_LIMITS, ends=_DECEMBER),
    "gpt-5.1": _row(_GPT_5_1, limits=_5_LIMITS, ends=_APRIL),
    "gpt-5.2": _row(_GPT_5_2, limits=_5_LIMITS),
    "gpt-5.2-chat-latest": _row(_GPT_5_2_CHAT, limits=_OMNI_LIMITS, ends="2026-08-10"),
    "gpt-5.4": _row(_GPT_5_4, limits=_5_4_LIMITS),
    "gpt-5.4-2026-03-05": _row(_GPT_5_4, limits=_5_4_LIMITS),
    "gpt-5.4-mini": _row(_GPT_5_4, limits=_5_LIMITS),
    "gpt-5.4-mini-2026-03-17": _row(_GPT_5_4, limits=_5_LIMITS),
    "gpt-5.4-nano": _row(_GPT_5_4, limits=_5_LIMITS, ends=_APRIL),
    "gpt-5.4-nano-2026-03-17": _row(_GPT_5_4, limits=_5_LIMITS, ends=_APRIL),
    "gpt-5.5": _row(_GPT_5_4, limits=_5_4_LIMITS),
    "gpt-5.5-2026-04-23": _row(_GPT_5_4, limits=_5_4_LIMITS),
    "gpt-5.6": _row(_GPT_5_6, limits=_5_4_LIMITS),
    "gpt-5.6-sol": _row(_GPT_5_6, limits=_5_4_LIMITS),
    "gpt-5.6-terra": _row(_GPT_5_6, limits=_5_4_LIMITS),
    "gpt-5.6-luna": _row(_GPT_5_6, limits=_5_4_LIMITS),
    "gpt-6-astra": _row(_ASTRA, limits=_5_4_LIMITS),
    "gpt-6-sol": _row(_GPT_5_6, limits=_5_4_LIMITS),
    "gpt-6-luna": _row(_GPT_5_6, limits=_5_4_LIMITS),
    "gpt-6.1-sol": _row(_ASTRA, limits=_5_4_LIMITS),
    "gpt-6.1-terra": _row(_GPT_5_6, limits=_5_4_LIMITS),
    "gpt-6.2-sol": _row(_ASTRA, limits=_5_4_LIMITS),
    "gpt-6.2-astra": _row(_ASTRA, limits=_5_4_LIMITS),
}
