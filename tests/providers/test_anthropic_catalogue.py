"""The catalogue of Anthropic's models."""

from datetime import date

import pytest

from llm._providers.anthropic_catalogue import ANTHROPIC_MODELS
from llm._providers.families import wire_name
from llm.errors import OptionError

# What llm-anthropic 0.30 registers, with the anthropic SDK that it came with.
PLUGIN = {
    "claude-3-opus-20240229": (), "claude-3-opus-latest": ("claude-3-opus",),
    "claude-3-sonnet-20240229": ("claude-3-sonnet",), "claude-3-haiku-20240307": ("claude-3-haiku",),
    "claude-3-5-sonnet-20240620": (), "claude-3-5-sonnet-20241022": (),
    "claude-3-5-sonnet-latest": ("claude-3.5-sonnet", "claude-3.5-sonnet-latest"),
    "claude-3-5-haiku-latest": ("claude-3.5-haiku",), "claude-3-7-sonnet-20250219": (),
    "claude-3-7-sonnet-latest": ("claude-3.7-sonnet", "claude-3.7-sonnet-latest"),
    "claude-opus-4-0": ("claude-4-opus",), "claude-sonnet-4-0": ("claude-4-sonnet",),
    "claude-opus-4-1-20250805": ("claude-opus-4.1",), "claude-sonnet-4-5": ("claude-sonnet-4.5",),
    "claude-haiku-4-5-20251001": ("claude-haiku-4.5",), "claude-opus-4-5-20251101": ("claude-opus-4.5",),
    "claude-opus-4-6": ("claude-opus-4.6",), "claude-sonnet-4-6": ("claude-sonnet-4.6",),
    "claude-opus-4-7": ("claude-opus-4.7",), "claude-opus-4-8": ("claude-opus-4.8",),
    "claude-fable-5": ("claude-fable-5",), "claude-sonnet-5": ("claude-sonnet-5",),
    "claude-opus-5": ("claude-opus-5",), "claude-fable-5-1": ("claude-fable-5.1",),
    "claude-opus-5-5": ("claude-opus-5.5",), "claude-sonnet-5-5": ("claude-sonnet-5.5",),
    "claude-mythos-preview": ("claude-mythos-preview",), "claude-mythos-5": ("claude-mythos-5",),
    "claude-mythos-5-1": ("claude-mythos-5-1", "claude-mythos-5.1"),
    "claude-haiku-5-5": ("claude-haiku-5-5", "claude-haiku-5.5"),
}  # fmt: skip
# What the anthropic 2.12 SDK names beside them.
NEWER = {
    "claude-fable-5-2", "claude-mythos-5-2", "claude-sonnet-4-5-20250929", "claude-haiku-4-5", "claude-opus-4-5",
}  # fmt: skip


def profile(name):
    return ANTHROPIC_MODELS[f"anthropic/{name}"]


def test_every_model_that_users_of_llm_anthropic_have_is_there_and_newer_ones():
    assert {wire_name("anthropic", model_id) for model_id in ANTHROPIC_MODELS} == PLUGIN.keys() | NEWER


@pytest.mark.parametrize("name", PLUGIN)
def test_every_alias_that_users_of_llm_anthropic_have_names_the_same_model(name):
    assert set(PLUGIN[name]) <= set(profile(name).aliases)


@pytest.mark.parametrize("model_id", ANTHROPIC_MODELS)
def test_the_name_on_the_wire_is_an_alias(model_id):
    assert wire_name("anthropic", model_id) in ANTHROPIC_MODELS[model_id].aliases


def test_an_alias_names_one_model_and_hides_none():
    aliases = [alias for row in ANTHROPIC_MODELS.values() for alias in row.aliases]
    assert len(aliases) == len(set(aliases))
    assert not set(aliases) & ANTHROPIC_MODELS.keys()


def test_a_model_thinks_within_a_budget_until_4_5_and_decides_itself_from_4_6():
    budget = {"claude-3-7-sonnet-latest", "claude-opus-4-0", "claude-sonnet-4-5", "claude-opus-4-5", "claude-haiku-4-5"}
    adaptive = {"claude-opus-4-6", "claude-sonnet-4-6", "claude-mythos-preview", "claude-sonnet-5", "claude-haiku-5-5"}
    assert {profile(name).reasoning for name in budget} == {"budget"}
    assert {profile(name).reasoning for name in adaptive} == {"adaptive"}
    assert profile("claude-3-opus-latest").reasoning is profile("claude-3-5-haiku-latest").reasoning is None


@pytest.mark.parametrize("model_id", ANTHROPIC_MODELS)
def test_a_model_that_thinks_takes_the_portable_option_and_no_other_does(model_id):
    row = ANTHROPIC_MODELS[model_id]
    assert ("reasoning" in row.options.by_name) == (row.reasoning is not None)


@pytest.mark.parametrize(
    ("name", "efforts"),
    [
        ("claude-opus-4-5", "low medium high"),
        ("claude-sonnet-4-6", "low medium high max"),
        ("claude-opus-4-7", "low medium high xhigh max"),
        ("claude-haiku-5-5", "low medium high xhigh max"),
    ],
)
def test_the_efforts_are_those_that_the_model_knows(name, efforts):
    assert profile(name).options.by_name["effort"].choices == tuple(efforts.split())


def test_models_from_4_7_on_take_no_sampling_options():
    with_sampling = {model_id for model_id, row in ANTHROPIC_MODELS.items() if "temperature" in row.options.by_name}
    later = ("opus-4-7", "opus-4-8", "fable", "mythos", "opus-5", "sonnet-5", "haiku-5")
    without = {model_id for model_id in ANTHROPIC_MODELS if any(name in model_id for name in later)}
    assert with_sampling == ANTHROPIC_MODELS.keys() - without
    for model_id in without:
        assert not {"top_p", "top_k"} & ANTHROPIC_MODELS[model_id].options.by_name.keys()


def test_a_temperature_is_at_most_one():
    with pytest.raises(OptionError, match="from 0 to 1"):
        profile("claude-sonnet-4-6").options.validate({"temperature": "1.5"}, "claude-sonnet-4-6")


@pytest.mark.parametrize("model_id", ANTHROPIC_MODELS)
def test_every_model_takes_the_common_options_and_a_free_body(model_id):
    given = {"max_tokens": "10", "stop": "END", "cache": "false", "extra_body": '{"a": 1}', "betas": '["b"]'}
    parsed = {"max_tokens": 10, "stop": ["END"], "cache": "false", "extra_body": {"a": 1}, "betas": ["b"]}
    assert dict(ANTHROPIC_MODELS[model_id].options.validate(given, model_id)) == parsed


def test_an_option_that_anthropic_does_not_have_is_refused_with_the_list_of_known_ones():
    with pytest.raises(OptionError, match="has no option 'seed'") as caught:
        profile("claude-opus-5").options.validate({"seed": 1}, "claude-opus-5")
    assert "max_tokens" in str(caught.value.hint)


def test_schemas_need_opus_4_1_or_later():
    without = {model_id for model_id, row in ANTHROPIC_MODELS.items() if not row.supports_schema}
    assert without == {model_id for model_id in ANTHROPIC_MODELS if "claude-3" in model_id or model_id.endswith("-4-0")}


def test_documents_need_claude_3_5_or_later():
    assert "application/pdf" not in profile("claude-3-haiku-20240307").attachment_types
    assert "application/pdf" in profile("claude-3-5-sonnet-20240620").attachment_types
    assert "application/pdf" in profile("claude-opus-5-5").attachment_types


def test_the_tools_that_anthropic_runs_are_known_for_each_model():
    assert profile("claude-3-opus-latest").server_tools == ()
    assert profile("claude-3-5-haiku-latest").server_tools == ("web_search",)
    assert profile("claude-haiku-5-5").server_tools == ("web_search", "code_execution")


@pytest.mark.parametrize(
    ("name", "context", "output"),
    [
        ("claude-3-opus-latest", 200_000, 4_096), ("claude-3-5-haiku-latest", 200_000, 8_192),
        ("claude-opus-4-1-20250805", 200_000, 32_000), ("claude-sonnet-4-5", 200_000, 64_000),
        ("claude-opus-4-6", 1_000_000, 128_000), ("claude-haiku-5-5", 1_000_000, 128_000),
    ],
)  # fmt: skip
def test_limits_are_those_that_anthropic_publishes(name, context, output):
    assert (profile(name).context, profile(name).output) == (context, output)


@pytest.mark.parametrize(
    ("name", "ends"),
    [
        ("claude-3-opus-20240229", "2026-01-05"), ("claude-3-7-sonnet-latest", "2026-02-19"),
        ("claude-opus-4-0", "2026-06-15"), ("claude-sonnet-4-5", "2026-11-30"), ("claude-haiku-4-5", None),
        ("claude-opus-5-5", None),
    ],
)  # fmt: skip
def test_the_last_day_of_a_model_is_known_where_it_was_announced(name, ends):
    assert profile(name).deprecated == ends


def test_last_days_are_dates():
    for row in ANTHROPIC_MODELS.values():
        assert row.deprecated is None or date.fromisoformat(row.deprecated)
