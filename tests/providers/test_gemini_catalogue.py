"""The catalogue of Google's Gemini models."""

from datetime import date

import pytest

from llm._domain.media_type import from_content, from_name
from llm._providers.families import wire_name
from llm._providers.gemini_catalogue import GEMINI_MODELS
from llm.errors import OptionError

# What llm-gemini 0.35 registers; every one has its bare name as an alias.
PLUGIN = """
    gemini-2.5-flash gemini-flash-latest gemini-flash-lite-latest gemini-3-flash-preview gemini-3.1-pro-preview
    gemini-3.1-pro-preview-customtools gemini-3.1-flash-lite-preview gemma-4-26b-a4b-it gemma-4-31b-it
    gemini-3.1-flash-lite gemini-3.5-flash gemini-3.6-flash gemini-3.5-flash-lite gemini-3.7-flash gemini-3.8-flash
    gemini-4-argon
"""
# Others that the google-genai 3.4 SDK names, and that are asked with generateContent.
NEWER = """
    gemini-2.5-pro gemini-2.5-flash-lite gemini-2.5-flash-image gemini-pro-latest gemini-3-pro-image
    gemini-3.1-flash-image gemini-3.1-flash-lite-image gemini-3.1-flash-tts-preview gemini-nano-banana-2.1
    gemini-3.8-flash-tts gemini-3.8-flash-lite-tts gemini-4-carbon gemini-4-hydrogen
"""


def profile(name):
    return GEMINI_MODELS[f"gemini/{name}"]


def levels(name):
    return profile(name).options.by_name["thinking_level"].choices


def test_every_model_that_users_of_llm_gemini_have_is_there_and_newer_ones():
    assert {wire_name("gemini", model_id) for model_id in GEMINI_MODELS} == {*PLUGIN.split(), *NEWER.split()}


@pytest.mark.parametrize("model_id", GEMINI_MODELS)
def test_the_name_on_the_wire_is_the_alias(model_id):
    assert GEMINI_MODELS[model_id].aliases == (wire_name("gemini", model_id),)


def test_a_model_thinks_within_a_budget_at_2_5_and_at_a_level_later():
    assert {profile(f"gemini-2.5-{size}").reasoning for size in ("pro", "flash", "flash-lite")} == {"budget"}
    later = ("3-flash-preview", "3.1-pro-preview", "3.5-flash", "3.8-flash", "4-argon", "flash-latest", "pro-latest")
    assert {profile(f"gemini-{name}").reasoning for name in later} == {"level"}
    assert profile("gemma-4-31b-it").reasoning is profile("gemini-2.5-flash-image").reasoning is None


@pytest.mark.parametrize("model_id", GEMINI_MODELS)
def test_a_model_that_thinks_takes_the_portable_option_and_no_other_does(model_id):
    row = GEMINI_MODELS[model_id]
    known = row.options.by_name.keys()
    assert ("reasoning" in known) == (row.reasoning is not None) == bool(known & {"thinking_level", "thinking_budget"})


def test_the_levels_of_thinking_are_those_that_the_model_knows():
    assert levels("gemini-3-flash-preview") == levels("gemini-3.6-flash") == ("minimal", "low", "medium", "high")
    assert levels("gemini-3.8-flash") == levels("gemini-4-argon") == ("low", "medium", "high")
    assert levels("gemini-flash-latest") == levels("gemini-3.8-flash")
    assert levels("gemini-flash-lite-latest") == levels("gemini-3.5-flash-lite")
    with pytest.raises(OptionError, match="one of low, medium, high"):
        profile("gemini-3.8-flash").options.validate({"thinking_level": "minimal"}, "gemini-3.8-flash")


def test_a_budget_has_the_limits_of_the_model():
    assert dict(profile("gemini-2.5-flash").options.validate({"thinking_budget": "0"}, "m")) == {"thinking_budget": 0}
    with pytest.raises(OptionError, match="from 128 to 32768"):
        profile("gemini-2.5-pro").options.validate({"thinking_budget": "0"}, "gemini-2.5-pro")


def test_models_whose_name_moves_on_still_take_the_budget_that_they_took():
    for name in ("gemini-flash-latest", "gemini-flash-lite-latest"):
        assert {"thinking_budget", "thinking_level"} <= profile(name).options.by_name.keys()


@pytest.mark.parametrize("model_id", GEMINI_MODELS)
def test_every_model_takes_the_common_options_and_a_free_body(model_id):
    given = {"temperature": "2", "max_tokens": "10", "seed": "1", "stop": "END", "top_k": "4", "extra_body": '{"a": 1}'}
    parsed = {"temperature": 2, "max_tokens": 10, "seed": 1, "stop": ["END"], "top_k": 4, "extra_body": {"a": 1}}
    assert dict(GEMINI_MODELS[model_id].options.validate(given, model_id)) == parsed


@pytest.mark.parametrize("name", ["max_output_tokens", "json_object", "media_resolution", "top_k", "temperature"])
def test_the_options_that_users_of_llm_gemini_have_are_there(name):
    assert all(name in profile(model).options.by_name for model in PLUGIN.split())


def test_an_unknown_option_is_refused_with_the_list_of_known_ones():
    with pytest.raises(OptionError, match="has no option 'logit_bias'") as caught:
        profile("gemini-3.8-flash").options.validate({"logit_bias": {}}, "gemini-3.8-flash")
    assert "media_resolution" in str(caught.value.hint)


@pytest.mark.parametrize(
    "name", ["a.png", "a.jpg", "a.webp", "a.heic", "a.pdf", "a.txt", "a.csv", "a.md", "a.html", "a.wav", "a.mp3",
             "a.flac", "a.ogg", "a.aac", "a.m4a", "a.mp4", "a.mov", "a.webm", "a.avi", "a.mpeg"]
)  # fmt: skip
def test_gemini_reads_files_of_every_kind(name):
    assert from_name(name) in profile("gemini-3.8-flash").attachment_types


def test_gemma_reads_pictures_alone():
    assert from_content(b"\x89PNG\r\n\x1a\n") in profile("gemma-4-31b-it").attachment_types
    assert not {"application/pdf", "audio/wav", "video/mp4"} & set(profile("gemma-4-31b-it").attachment_types)


def test_models_for_pictures_and_for_speech_answer_with_them_and_call_no_functions():
    media = {wire_name("gemini", model_id): row.media_out for model_id, row in GEMINI_MODELS.items() if row.media_out}
    assert {name for name, types in media.items() if "image/png" in types} == {
        name for name in NEWER.split() if "image" in name or "banana" in name
    }
    assert {name for name, types in media.items() if "audio/wav" in types} == {
        name for name in NEWER.split() if "tts" in name
    }
    assert not any(profile(name).supports_tools or profile(name).supports_schema for name in media)


def test_the_tools_that_google_runs_are_known_for_each_model():
    assert profile("gemini-4-argon").server_tools == ("web_search", "code_execution")
    assert profile("gemini-nano-banana-2.1").server_tools == ("web_search",)
    assert profile("gemma-4-31b-it").server_tools == ()


@pytest.mark.parametrize(
    ("name", "context", "output"),
    [
        ("gemini-2.5-pro", 1_048_576, 65_536), ("gemini-3.8-flash", 1_048_576, 65_536),
        ("gemini-4-argon", 1_048_576, 1_048_576), ("gemma-4-31b-it", 262_144, 32_768), ("gemini-4-carbon", None, None),
    ],
)  # fmt: skip
def test_limits_are_those_that_google_publishes(name, context, output):
    assert (profile(name).context, profile(name).output) == (context, output)


def test_the_last_day_of_a_model_is_known_where_it_was_announced():
    assert profile("gemini-2.5-pro").deprecated == profile("gemini-2.5-flash").deprecated == "2026-12-01"
    assert profile("gemini-3.1-flash-lite").deprecated == "2027-05-07"
    for row in GEMINI_MODELS.values():
        assert row.deprecated is None or date.fromisoformat(row.deprecated)
