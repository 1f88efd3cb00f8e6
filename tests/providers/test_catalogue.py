"""The catalogue of OpenAI's chat models."""

import pytest

from llm._providers.extra_body import EXTRA_BODY
from llm._providers.openai_catalogue import OPENAI_MODELS
from llm.errors import OptionError

ALIASES = {
    "4o": "gpt-4o", "4o-mini": "gpt-4o-mini", "4.1": "gpt-4.1", "4.1-mini": "gpt-4.1-mini", "4.1-nano": "gpt-4.1-nano",
    "3.5": "gpt-3.5-turbo", "chatgpt": "gpt-3.5-turbo", "chatgpt-16k": "gpt-3.5-turbo-16k",
    "3.5-16k": "gpt-3.5-turbo-16k", "4": "gpt-4", "gpt4": "gpt-4", "gpt-4-turbo-preview": "gpt-4-turbo",
    "4-turbo": "gpt-4-turbo", "4t": "gpt-4-turbo",
}  # fmt: skip
IDS = """
    gpt-4o gpt-4o-mini gpt-4.1 gpt-4.1-mini gpt-4.1-nano gpt-3.5-turbo gpt-3.5-turbo-16k gpt-4 gpt-4-turbo-2024-04-09
    gpt-4-turbo o1 o1-2024-12-17 o3-mini o3 o4-mini gpt-5 gpt-5-mini gpt-5-nano gpt-5-2025-08-07 gpt-5-mini-2025-08-07
    gpt-5-nano-2025-08-07 gpt-5.1 gpt-5.2 gpt-5.2-chat-latest gpt-5.4 gpt-5.4-2026-03-05 gpt-5.4-mini
    gpt-5.4-mini-2026-03-17 gpt-5.4-nano gpt-5.4-nano-2026-03-17 gpt-5.5 gpt-5.5-2026-04-23 gpt-5.6-sol gpt-5.6-terra
    gpt-5.6-luna gpt-6-astra gpt-6-sol gpt-6-luna
"""
NEWER = "gpt-5.6 gpt-6.1-sol gpt-6.1-terra gpt-6.2-sol gpt-6.2-astra"


def validate(model, **options):
    return dict(OPENAI_MODELS[model].options.validate(options, model))


def test_every_chat_model_that_llm_users_have_is_there_and_newer_ones():
    assert OPENAI_MODELS.keys() == {*IDS.split(), *NEWER.split()}


def test_every_alias_that_llm_users_have_names_the_same_model():
    assert {alias: name for name, profile in OPENAI_MODELS.items() for alias in profile.aliases} == ALIASES


def test_no_alias_hides_a_model():
    assert not ALIASES.keys() & OPENAI_MODELS.keys()


@pytest.mark.parametrize("model", OPENAI_MODELS)
def test_every_model_takes_the_common_options_and_a_free_body(model):
    options = {"max_tokens": "10", "seed": "1", "json_object": "1", "service_tier": "flex", "extra_body": '{"n": 2}'}
    parsed = {"max_tokens": 10, "seed": 1, "json_object": True, "service_tier": "flex", "extra_body": {"n": 2}}
    assert validate(model, **options) == parsed


@pytest.mark.parametrize("model", OPENAI_MODELS)
def test_an_unknown_option_is_refused_with_the_list_of_known_ones(model):
    with pytest.raises(OptionError) as caught:
        validate(model, temprature=1)
    assert "temprature" in str(caught.value)
    assert "max_tokens" in str(caught.value.hint)


@pytest.mark.parametrize(
    "model", ["o1", "o3", "o4-mini", "gpt-5", "gpt-5-mini", "gpt-5.2-chat-latest", "gpt-6-astra", "gpt-6.2-sol"]
)
def test_a_model_that_always_reasons_takes_no_sampling_options(model):
    for name in ("temperature", "top_p", "frequency_penalty", "presence_penalty", "logit_bias"):
        assert name not in OPENAI_MODELS[model].options.by_name


@pytest.mark.parametrize("model", ["gpt-4o", "gpt-3.5-turbo", "gpt-5.1", "gpt-5.6-luna", "gpt-6-sol"])
def test_a_model_that_can_answer_without_reasoning_takes_sampling_options(model):
    assert validate(model, temperature="0.7", stop="END", logit_bias='{"1712": -100}') == {
        "temperature": 0.7,
        "stop": ["END"],
        "logit_bias": {"1712": -100},
    }


@pytest.mark.parametrize(
    ("model", "efforts"),
    [
        ("o3", "low medium high"),
        ("gpt-5", "minimal low medium high"),
        ("gpt-5.1", "none low medium high"),
        ("gpt-5.4-mini", "none low medium high xhigh"),
        ("gpt-5.5", "none low medium high xhigh"),
        ("gpt-5.6-luna", "none low medium high xhigh max"),
        ("gpt-6-astra", "low medium high xhigh max"),
        ("gpt-6.1-terra", "none low medium high xhigh max"),
        ("gpt-6.2-sol", "low medium high xhigh max"),
        ("gpt-5.2-chat-latest", "medium"),
    ],
)
def test_the_efforts_are_those_that_the_family_knows(model, efforts):
    assert OPENAI_MODELS[model].options.by_name["reasoning_effort"].choices == tuple(efforts.split())


def test_an_effort_of_another_family_is_refused_by_name():
    with pytest.raises(OptionError, match="one of low, medium, high"):
        validate("o3", reasoning_effort="minimal")


def test_verbosity_begins_with_gpt_5():
    with_verbosity = {name for name, profile in OPENAI_MODELS.items() if "verbosity" in profile.options.by_name}
    assert with_verbosity == {name for name in OPENAI_MODELS if name.startswith(("gpt-5", "gpt-6"))}


def test_a_temperature_out_of_range_is_refused():
    with pytest.raises(OptionError, match="from 0 to 2"):
        validate("gpt-4o", temperature=3)


def test_models_that_see_take_images_and_documents_and_the_others_nothing():
    assert OPENAI_MODELS["gpt-5.6-luna"].attachment_types == (
        "image/png",
        "image/jpeg",
        "image/webp",
        "image/gif",
        "application/pdf",
    )
    assert {name for name, profile in OPENAI_MODELS.items() if profile.attachment_types == ()} == {
        "gpt-3.5-turbo",
        "gpt-3.5-turbo-16k",
        "gpt-4",
        "o3-mini",
    }


def test_models_that_see_take_the_detail_of_images_and_the_original_size_begins_with_gpt_5_4():
    choices = {
        name: profile.options.by_name["image_detail"].choices
        for name, profile in OPENAI_MODELS.items()
        if "image_detail" in profile.options.by_name
    }
    assert choices.keys() == {name for name, profile in OPENAI_MODELS.items() if profile.attachment_types}
    later = ("gpt-5.4", "gpt-5.5", "gpt-5.6", "gpt-6")
    assert {name for name in choices if "original" in choices[name]} == {
        name for name in OPENAI_MODELS if name.startswith(later)
    }


def test_only_o1_cannot_stream():
    assert {name for name, profile in OPENAI_MODELS.items() if not profile.can_stream} == {"o1", "o1-2024-12-17"}


def test_schemas_need_gpt_4o_or_later():
    without = {name for name, profile in OPENAI_MODELS.items() if not profile.supports_schema}
    assert without == {name for name in OPENAI_MODELS if name.startswith(("gpt-3.5", "gpt-4-"))} | {"gpt-4"}


def test_the_free_body_must_be_an_object():
    with pytest.raises(OptionError, match="a JSON object"):
        EXTRA_BODY.parse("[1]")
