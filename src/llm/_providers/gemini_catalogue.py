"""
Google's Gemini models: the ids and aliases that users of llm-gemini have, newer ones, and what each takes.

The key of a row is the id as users type it, `gemini/` and the name on the wire; that name alone is its alias.

Sources, read in November 2026: ids and levels of thinking of llm-gemini 0.35; the model names and options in the types
of the google-genai 3.4 SDK; Google's model pages (types of input, limits, tools), its guide to thinking, and its list
of deprecations. What nobody has published yet (the limits of Gemini 4 Carbon and Hydrogen) is None. `-o extra_body`
sends what is not listed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from .._domain.option import Option, OptionTable
from .._domain.portable import MAX_TOKENS, REASONING, SEED, STOP, TEMPERATURE, TOP_P
from .._domain.profile import Profile
from .extra_body import EXTRA_BODY

_RESOLUTIONS = ("low", "medium", "high", "ultra_high", "unspecified")
_SHARED = (
    TEMPERATURE,
    MAX_TOKENS,
    TOP_P,
    STOP,
    SEED,
    Option("max_output_tokens", int, "The option max_tokens by Google's name.", minimum=1),
    Option("stop_sequences", list, "The option stop by Google's name."),
    Option("top_k", int, "Sample from this many of the likeliest tokens.", minimum=1),
    Option("presence_penalty", float, "Avoid tokens that occurred at all.", minimum=-2, maximum=2),
    Option("frequency_penalty", float, "Avoid tokens the more often they occurred.", minimum=-2, maximum=2),
    Option("safety_settings", dict, 'What is blocked, as in {"HARM_CATEGORY_HARASSMENT": "BLOCK_NONE"}.'),
    Option("cached_content", str, "The name of a cached context that the prompt continues."),
    Option("service_tier", str, "How the request is processed: standard, flex (slower, cheaper) or priority."),
    EXTRA_BODY,
)
_SEES = Option("media_resolution", str, "How closely files are looked at.", choices=_RESOLUTIONS)
_JSON = Option("json_object", bool, "Answer with a valid JSON object.")
_TOOLS = (
    Option("google_search", bool, "Let the model search with Google."),
    Option("code_execution", bool, "Let the model run Python that it writes."),
    Option("url_context", bool, "Let the model fetch the addresses that the prompt names."),
    Option("google_maps", bool, "Let the model look places up on Google Maps."),
)
_MODALITIES = Option("response_modalities", list, "What the answer is made of: TEXT, IMAGE, AUDIO.")
_PICTURE = Option("image_config", dict, 'The picture, as in {"aspectRatio": "16:9", "imageSize": "2K"}.')
_VOICE = Option("speech_config", dict, 'The voice, as in {"voiceConfig": {"prebuiltVoiceConfig": {...}}}.')
_BUDGET = Option(
    "thinking_budget", int, "The most tokens to think: 0 for none, -1 for as many as it takes.", minimum=-1
)
_PRO_BUDGET = replace(_BUDGET, description="The most tokens to think.", minimum=128, maximum=32_768)
_THOUGHTS = Option("include_thoughts", bool, "Whether the thoughts are told as well.")


def _level(*choices: str) -> Option:
    return Option("thinking_level", str, "How much to think before answering.", choices=choices)


def _table(*options: Option) -> OptionTable:
    return OptionTable((*_SHARED, *options))


_FROM_MINIMAL = _level("minimal", "low", "medium", "high")
_FROM_LOW = _level("low", "medium", "high")
_READS = (_SEES, _JSON, *_TOOLS)
_2_5_PRO = _table(*_READS, REASONING, _THOUGHTS, _PRO_BUDGET)
_2_5_FLASH = _table(*_READS, REASONING, _THOUGHTS, replace(_BUDGET, maximum=24_576))
_3_FLASH = _table(*_READS, REASONING, _THOUGHTS, _FROM_MINIMAL)
_3_PRO = _table(*_READS, REASONING, _THOUGHTS, _FROM_LOW)
# What the names that move on stand for now, 3.8 Flash and 3.5 Flash-Lite, and the budget that they took before.
_FLASH_LATEST = OptionTable((*_3_PRO.options, _BUDGET))
_LITE_LATEST = OptionTable((*_3_FLASH.options, _BUDGET))
_GEMMA = _table(_SEES, _JSON)
_2_5_IMAGE = _table(_MODALITIES, _PICTURE)
_3_IMAGE = _table(_SEES, _MODALITIES, _PICTURE, _TOOLS[0])
_FLASH_IMAGE = _table(_SEES, _MODALITIES, _PICTURE, _TOOLS[0], REASONING, _THOUGHTS, _level("minimal", "high"))
_LITE_IMAGE = _table(_SEES, _MODALITIES, _PICTURE, REASONING, _THOUGHTS, _level("minimal", "high"))
_SPEECH = _table(_MODALITIES, _VOICE)

_IMAGES = ("image/png", "image/jpeg", "image/webp", "image/heic", "image/heif")
_TEXTS = ("text/plain", "text/csv", "text/html", "text/markdown", "text/xml")
_AUDIO = ("audio/wav", "audio/mpeg", "audio/mp3", "audio/aiff", "audio/aac", "audio/ogg", "audio/flac", "audio/mp4")
_VIDEO = (
    "video/mp4",
    "video/mpeg",
    "video/mpg",
    "video/quicktime",
    "video/mov",
    "video/x-msvideo",
    "video/avi",
    "video/x-flv",
    "video/webm",
    "video/wmv",
    "video/3gpp",
    "video/youtube",
)
_EVERYTHING = (*_IMAGES, "application/pdf", *_TEXTS, *_AUDIO, "application/ogg", *_VIDEO)
_PICTURES = ("image/png", "image/jpeg")
_SEARCH = ("web_search",)
_SEARCH_AND_CODE = (*_SEARCH, "code_execution")


def _gemini(
    options: OptionTable,
    *aliases: str,
    context: int | None = 1_048_576,
    output: int | None = 65_536,
    ends: str | None = None,
) -> Profile:
    """A model that reads everything and writes."""
    return Profile(
        aliases=aliases,
        options=options,
        attachment_types=_EVERYTHING,
        server_tools=_SEARCH_AND_CODE,
        reasoning="level" if "thinking_level" in options.by_name else "budget",
        context=context,
        output=output,
        deprecated=ends,
    )


def _gemma(alias: str) -> Profile:
    return Profile(aliases=(alias,), options=_GEMMA, attachment_types=_IMAGES, context=262_144, output=32_768)


def _image(
    options: OptionTable,
    *aliases: str,
    context: int,
    output: int = 32_768,
    ends: str | None = None,
    runs: tuple[str, ...] = _SEARCH,
) -> Profile:
    """A model that answers with pictures."""
    return Profile(
        aliases=aliases,
        options=options,
        attachment_types=(*_IMAGES, "application/pdf"),
        supports_tools=False,
        supports_schema=False,
        server_tools=runs,
        media_out=_PICTURES,
        reasoning="level" if "thinking_level" in options.by_name else None,
        context=context,
        output=output,
        deprecated=ends,
    )


def _speech(alias: str) -> Profile:
    """A model that answers with speech."""
    return Profile(
        aliases=(alias,),
        options=_SPEECH,
        attachment_types=(),
        supports_tools=False,
        supports_schema=False,
        media_out=("audio/wav",),
    )


_DECEMBER = "2026-12-01"

GEMINI_MODELS: Mapping[str, Profile] = {
    "gemini/gemini-2.5-pro": _gemini(_2_5_PRO, "gemini-2.5-pro", ends=_DECEMBER),
    "gemini/gemini-2.5-flash": _gemini(_2_5_FLASH, "gemini-2.5-flash", ends=_DECEMBER),
    "gemini/gemini-2.5-flash-lite": _gemini(_2_5_FLASH, "gemini-2.5-flash-lite"),
    "gemini/gemini-2.5-flash-image": _image(
        _2_5_IMAGE, "gemini-2.5-flash-image", context=65_536, ends="2027-03-15", runs=()
    ),
    "gemini/gemini-pro-latest": _gemini(_3_PRO, "gemini-pro-latest"),
    "gemini/gemini-flash-latest": _gemini(_FLASH_LATEST, "gemini-flash-latest"),
    "gemini/gemini-flash-lite-latest": _gemini(_LITE_LATEST, "gemini-flash-lite-latest"),
    "gemini/gemini-3-flash-preview": _gemini(_3_FLASH, "gemini-3-flash-preview"),
    "gemini/gemini-3-pro-image": _image(_3_IMAGE, "gemini-3-pro-image", context=65_536),
    "gemini/gemini-3.1-pro-preview": _gemini(_3_PRO, "gemini-3.1-pro-preview"),
    "gemini/gemini-3.1-pro-preview-customtools": _gemini(_3_PRO, "gemini-3.1-pro-preview-customtools"),
    "gemini/gemini-3.1-flash-lite-preview": _gemini(_3_FLASH, "gemini-3.1-flash-lite-preview", ends="2026-05-25"),
    "gemini/gemini-3.1-flash-lite": _gemini(_3_FLASH, "gemini-3.1-flash-lite", ends="2027-05-07"),
    "gemini/gemini-3.1-flash-image": _image(_FLASH_IMAGE, "gemini-3.1-flash-image", context=131_072),
    "gemini/gemini-3.1-flash-lite-image": _image(
        _LITE_IMAGE, "gemini-3.1-flash-lite-image", context=65_536, output=4_096, runs=()
    ),
    "gemini/gemini-3.1-flash-tts-preview": _speech("gemini-3.1-flash-tts-preview"),
    "gemini/gemini-3.5-flash": _gemini(_3_FLASH, "gemini-3.5-flash"),
    "gemini/gemini-3.5-flash-lite": _gemini(_3_FLASH, "gemini-3.5-flash-lite"),
    "gemini/gemini-3.6-flash": _gemini(_3_FLASH, "gemini-3.6-flash"),
    "gemini/gemini-nano-banana-2.1": _image(_3_IMAGE, "gemini-nano-banana-2.1", context=131_072),
    "gemini/gemini-3.7-flash": _gemini(_3_PRO, "gemini-3.7-flash"),
    "gemini/gemini-3.8-flash": _gemini(_3_PRO, "gemini-3.8-flash"),
    "gemini/gemini-3.8-flash-tts": _speech("gemini-3.8-flash-tts"),
    "gemini/gemini-3.8-flash-lite-tts": _speech("gemini-3.8-flash-lite-tts"),
    "gemini/gemini-4-hydrogen": _gemini(_3_PRO, "gemini-4-hydrogen", context=None, output=None),
    "gemini/gemini-4-carbon": _gemini(_3_PRO, "gemini-4-carbon", context=None, output=None),
    "gemini/gemini-4-argon": _gemini(_3_PRO, "gemini-4-argon", output=1_048_576),
    "gemini/gemma-4-26b-a4b-it": _gemma("gemma-4-26b-a4b-it"),
    "gemini/gemma-4-31b-it": _gemma("gemma-4-31b-it"),
}
