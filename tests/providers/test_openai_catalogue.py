"""What is known of OpenAI's models beyond their names."""

from datetime import date

import pytest

from llm._domain.portable import REASONING, SEED
from llm._providers.openai_catalogue import CHAT_ONLY, OPENAI_MODELS
from llm.errors import OptionError


def options(model):
    return OPENAI_MODELS[model].options.by_name


@pytest.mark.parametrize("model", OPENAI_MODELS)
def test_every_model_can_be_asked_over_chat_completions_and_takes_what_the_responses_api_takes(model):
    given = {
        "chat_completions": "1",
        "store": "0",
        "truncation": "auto",
        "include": '["a", "b"]',
        "metadata": '{"a": "b"}',
    }
    parsed = {
        "chat_completions": True,
        "store": False,
        "truncation": "auto",
        "include": ["a", "b"],
        "metadata": {"a": "b"},
    }
    assert dict(OPENAI_MODELS[model].options.validate(given, model)) == parsed


def test_the_options_of_chat_completions_alone_are_known():
    everywhere = set.union(*(set(options(model)) for model in OPENAI_MODELS))
    assert everywhere > CHAT_ONLY
    assert {"seed", "stop", "frequency_penalty", "presence_penalty", "logit_bias"} == CHAT_ONLY


@pytest.mark.parametrize("model", OPENAI_MODELS)
def test_a_model_that_reasons_takes_the_portable_option_and_tells_of_its_reasoning_and_no_other_does(model):
    reasons = model.startswith(("o", "gpt-5", "gpt-6"))
    assert OPENAI_MODELS[model].reasoning == ("effort" if reasons else None)
    for name in ("reasoning", "reasoning_effort", "reasoning_summary"):
        assert (name in options(model)) == reasons


def test_options_that_mean_the_same_everywhere_are_those_of_every_provider():
    assert options("gpt-5.5")["reasoning"] is REASONING
    assert options("gpt-4o")["seed"] is SEED


def test_the_highest_effort_begins_with_gpt_5_6():
    highest = {
        model for model in OPENAI_MODELS if "max" in getattr(options(model).get("reasoning_effort"), "choices", ())
    }
    assert highest == {model for model in OPENAI_MODELS if model.startswith(("gpt-5.6", "gpt-6"))}


def test_a_summary_of_another_kind_is_refused_by_name():
    with pytest.raises(OptionError, match="reasoning_summary must be one of auto, concise, detailed"):
        OPENAI_MODELS["o3"].options.validate({"reasoning_summary": "long"}, "o3")


def test_the_limits_of_every_model_are_known_and_an_answer_fits_into_the_context():
    for profile in OPENAI_MODELS.values():
        assert profile.context
        assert profile.output
        assert profile.output <= profile.context
    assert (OPENAI_MODELS["gpt-6.2-sol"].context, OPENAI_MODELS["gpt-6.2-sol"].output) == (1_050_000, 128_000)
    assert OPENAI_MODELS["gpt-5.4-mini"].context == 400_000


@pytest.mark.parametrize(
    ("model", "ends"),
    [
        ("gpt-4", "2026-10-23"), ("o3", "2026-12-11"), ("gpt-4o", "2027-01-14"), ("gpt-5.1", "2027-04-01"),
        ("gpt-5.2-chat-latest", "2026-08-10"), ("gpt-5.6-luna", None), ("gpt-6.2-astra", None),
    ],
)  # fmt: skip
def test_the_last_day_of_a_model_is_known_where_it_was_announced(model, ends):
    assert OPENAI_MODELS[model].deprecated == ends


def test_last_days_are_dates():
    for profile in OPENAI_MODELS.values():
        assert profile.deprecated is None or date.fromisoformat(profile.deprecated)


def test_the_tools_that_openai_runs_are_known_for_each_model():
    assert OPENAI_MODELS["gpt-5.6-luna"].server_tools == ("web_search", "code_execution", "image_generation")
    assert OPENAI_MODELS["gpt-3.5-turbo"].server_tools == ()
    assert "web_search" not in OPENAI_MODELS["o3-mini"].server_tools


@pytest.mark.parametrize("model", OPENAI_MODELS)
def test_a_model_answers_with_pictures_where_it_may_have_them_made(model):
    profile = OPENAI_MODELS[model]
    assert bool(profile.media_out) == ("image_generation" in profile.server_tools)
