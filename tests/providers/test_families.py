"""What is assumed of a model that no catalogue lists."""

import subprocess
import sys

import pytest

from llm._domain.profile import Profile
from llm._providers.families import assumed, catalogued, nearest, wire_name

PROVIDERS = ("openai", "anthropic", "gemini")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_listed_model_is_nearest_to_itself(provider):
    assert {model_id: nearest(provider, model_id) for model_id in catalogued(provider)} == {
        model_id: model_id for model_id in catalogued(provider)
    }


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_name_on_the_wire_is_the_id_without_the_provider(provider):
    for model_id in catalogued(provider):
        name = wire_name(provider, model_id)
        assert model_id in (name, f"{provider}/{name}")
        assert "/" not in name


@pytest.mark.parametrize(
    ("model", "family"),
    [
        ("gpt-4o-2024-08-06", "gpt-4o"), ("gpt-5.1-2025-11-13", "gpt-5.1"), ("gpt-4-0613", "gpt-4"),
        ("gpt-5.5-pro", "gpt-5.5"), ("o3-pro", "o3"), ("gpt-5-codex", "gpt-5"), ("GPT-6-Luna-2026-12-01", "gpt-6-luna"),
    ],
)  # fmt: skip
def test_a_name_that_goes_on_after_a_listed_one_belongs_to_it(model, family):
    assert nearest("openai", model) == family


@pytest.mark.parametrize(
    ("provider", "model", "family"),
    [
        ("openai", "gpt-7-sol", "gpt-6.2-sol"), ("openai", "gpt-7-luna", "gpt-6-luna"),
        ("openai", "o5-mini", "o4-mini"), ("openai", "gpt-5o", "gpt-4o"),
        ("anthropic", "claude-opus-6", "claude-opus-5-5"), ("anthropic", "claude-opus-5-7", "claude-opus-5-5"),
        ("anthropic", "claude-fable-6", "claude-fable-5-2"), ("anthropic", "claude-next", "claude-haiku-5-5"),
        ("gemini", "gemini-4", "gemini-4-argon"), ("gemini", "gemini-5-flash", "gemini-3.8-flash"),
        ("gemini", "gemini-flash", "gemini-3.8-flash"), ("gemini", "gemma-5-9b-it", "gemma-4-31b-it"),
    ],
)  # fmt: skip
def test_a_newer_model_is_like_the_newest_that_shares_its_words(provider, model, family):
    assert wire_name(provider, nearest(provider, model)) == family


@pytest.mark.parametrize(
    ("provider", "model", "family"),
    [
        ("openai", "gpt-5.3-codex", "gpt-5.2"), ("openai", "gpt-5.3-chat-latest", "gpt-5.2-chat-latest"),
        ("anthropic", "claude-sonnet-4", "claude-sonnet-4-0"),
        ("anthropic", "claude-sonnet-4-20250514", "claude-sonnet-4-0"),
        ("anthropic", "claude-3-5-haiku-20241022", "claude-3-5-haiku-latest"),
        ("gemini", "gemini-2.0-flash", "gemini-2.5-flash"), ("gemini", "gemini-1.5-pro", "gemini-2.5-pro"),
        ("gemini", "gemini-3-pro-preview", "gemini-3.1-pro-preview"),
    ],
)  # fmt: skip
def test_an_older_model_is_like_the_one_of_its_generation_that_came_before_or_else_after(provider, model, family):
    assert wire_name(provider, nearest(provider, model)) == family


def test_the_abilities_are_assumed_and_the_family_is_named():
    profile = assumed("anthropic", "claude-opus-6")
    listed = catalogued("anthropic")["anthropic/claude-opus-5-5"]
    assert profile.family == "anthropic/claude-opus-5-5"
    assert profile.reasoning == "adaptive"
    assert profile.attachment_types == listed.attachment_types
    assert profile.server_tools == listed.server_tools
    assert profile.supports_schema


def test_aliases_limits_and_the_last_day_are_not_taken_over():
    profile = assumed("openai", "gpt-4o-2024-08-06")
    assert profile.family == "gpt-4o"
    assert (profile.aliases, profile.context, profile.output, profile.deprecated) == ((), None, None, None)


def test_options_that_nobody_knows_are_passed_on_and_known_ones_are_still_checked():
    table = assumed("gemini", "gemini-5-flash").options
    assert dict(table.validate({"new_option": "3", "max_tokens": "7"}, "gemini-5-flash")) == {
        "new_option": 3,
        "max_tokens": 7,
    }


@pytest.mark.parametrize("model", ["gpt-4o-audio-preview", "gpt-audio", "gpt-6-omni"])
def test_a_model_of_other_media_may_be_sent_everything(model):
    profile = assumed("openai", model)
    assert profile.family is not None
    assert profile.attachment_types is None
    assert profile.media_out == ()


@pytest.mark.parametrize(
    ("provider", "model", "usual"),
    [
        ("openai", "new-model", "gpt-5.6-luna"),
        ("openai", "", "gpt-5.6-luna"),
        ("anthropic", "7", "anthropic/claude-haiku-5-5"),
    ],
)
def test_where_nothing_is_near_the_providers_usual_model_is_assumed(provider, model, usual):
    assert assumed(provider, model).family == usual
    assert assumed(provider, model).options.open


def test_nothing_is_assumed_of_a_provider_without_a_list():
    assert assumed("mistral", "mistral-x") == Profile()


def test_only_the_catalogue_of_the_provider_that_is_asked_is_imported():
    script = """
import sys
from llm._providers.families import assumed
loaded = lambda: {name.rpartition(".")[2] for name in sys.modules if name.endswith("_catalogue")}
assert loaded() == set(), loaded()
assumed("gemini", "gemini-9")
assert loaded() == {"gemini_catalogue"}, loaded()
assert not {"pydantic", "genai_prices", "asyncio", "yaml"} & sys.modules.keys()
"""
    subprocess.run([sys.executable, "-c", script], check=True)
