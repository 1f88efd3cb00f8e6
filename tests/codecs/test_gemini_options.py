"""Options as fields of a request to Gemini."""

from __future__ import annotations

from typing import Any

import pytest
from gemini_requests import body, config, encode

from llm._domain.option import Option, OptionTable
from llm._domain.profile import Profile
from llm._domain.prompt import Prompt
from llm.errors import OptionError


def levels(*choices: str) -> Profile:
    return Profile(reasoning="level", options=OptionTable((Option("thinking_level", choices=choices),), open=True))


def test_portable_options_have_their_fields() -> None:
    """All of them stand in `generationConfig`."""
    options = {"temperature": 0.5, "max_tokens": 9, "top_p": 0.9, "stop": "END", "seed": 7}
    assert config(options) == {
        "temperature": 0.5,
        "maxOutputTokens": 9,
        "topP": 0.9,
        "stopSequences": ["END"],
        "seed": 7,
    }
    assert config({"stop": ["a", "b"]}) == {"stopSequences": ["a", "b"]}


def test_options_of_googles_go_by_either_of_their_names() -> None:
    """With their constants in capitals, as Google has them."""
    assert config({"top_k": 3}) == config({"topK": 3}) == {"topK": 3}
    assert config({"media_resolution": "low"}) == {"mediaResolution": "MEDIA_RESOLUTION_LOW"}
    assert config({"mediaResolution": "MEDIA_RESOLUTION_HIGH"}) == {"mediaResolution": "MEDIA_RESOLUTION_HIGH"}
    assert config({"response_modalities": "text, image"}) == {"responseModalities": ["TEXT", "IMAGE"]}
    assert config({"candidate_count": 2, "presence_penalty": 1, "max_output_tokens": 4}) == {
        "candidateCount": 2,
        "presencePenalty": 1,
        "maxOutputTokens": 4,
    }
    assert config({"json_object": True}) == {"responseMimeType": "application/json"}
    assert config({"json_object": False}) == {}
    assert config({"generation_config": {"topK": 1}, "seed": 2}) == {"topK": 1, "seed": 2}


def test_some_options_stand_beside_the_others() -> None:
    """Settings of safety may be given by category."""
    options = {
        "cached_content": "cachedContents/1",
        "labels": {"a": "b"},
        "service_tier": "flex",
        "tool_config": {"functionCallingConfig": {"mode": "NONE"}},
        "safety_settings": {"HARM_CATEGORY_HARASSMENT": "BLOCK_NONE"},
    }
    made = body(Prompt("Hi", options=options))
    del made["contents"]
    assert made == {
        "cachedContent": "cachedContents/1",
        "labels": {"a": "b"},
        "serviceTier": "flex",
        "toolConfig": {"functionCallingConfig": {"mode": "NONE"}},
        "safetySettings": [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}],
    }
    as_list = [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "OFF"}]
    assert body(Prompt("Hi", options={"safety_settings": as_list}))["safetySettings"] == as_list
    assert body(Prompt("Hi", options={"safety_settings": as_list[0]}))["safetySettings"] == as_list


def test_tools_of_googles_may_be_options() -> None:
    """Those of llm-gemini; what is off is not sent."""
    options = {"google_search": True, "code_execution": True, "url_context": False}
    assert body(Prompt("Hi", options=options))["tools"] == [{"googleSearch": {}}, {"codeExecution": {}}]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("off", {"includeThoughts": False, "thinkingLevel": "MINIMAL"}),
        ("low", {"includeThoughts": True, "thinkingLevel": "LOW"}),
        ("medium", {"includeThoughts": True, "thinkingLevel": "MEDIUM"}),
        (5000, {"includeThoughts": True, "thinkingLevel": "MEDIUM"}),
        (0, {"includeThoughts": False, "thinkingLevel": "MINIMAL"}),
    ],
)
def test_newer_models_reason_by_level(value: str | int, expected: dict[str, Any]) -> None:
    """By their profile, or by their name where there is none."""
    assert config({"reasoning": value}) == {"thinkingConfig": expected}
    assert config({"reasoning": value}, model="m", profile=levels()) == {"thinkingConfig": expected}


def test_a_level_that_a_model_does_not_know_is_the_next_lower_one() -> None:
    """Where there is none, the lowest that it knows: it cannot be kept from reasoning."""
    for value, level in (("off", "LOW"), ("low", "LOW"), ("medium", "LOW"), ("high", "HIGH")):
        made = config({"reasoning": value}, profile=levels("low", "high"))
        assert made["thinkingConfig"]["thinkingLevel"] == level


@pytest.mark.parametrize(("value", "budget"), [("off", 0), ("low", 2048), ("high", 24576), (100, 100), (0, 0)])
def test_older_models_reason_by_budget(value: str | int, budget: int) -> None:
    """By their profile, or by their name where there is none, or where it tells nothing."""
    expected = {"thinkingConfig": {"includeThoughts": budget > 0, "thinkingBudget": budget}}
    assert config({"reasoning": value}, model="gemini-2.5-flash") == expected
    assert config({"reasoning": value}, profile=Profile(reasoning="budget")) == expected
    assert config({"reasoning": value}, model="custom") == expected


def test_a_budget_keeps_to_the_limits_of_the_model() -> None:
    """As the option of that name declares them."""
    table = OptionTable((Option("thinking_budget", int, minimum=128, maximum=1000),), open=True)
    profile = Profile(reasoning="budget", options=table)
    budgets = [config({"reasoning": v}, profile=profile)["thinkingConfig"]["thinkingBudget"] for v in ("off", "high")]
    assert budgets == [128, 1000]


def test_thoughts_that_nobody_wants_to_see_are_not_asked_for() -> None:
    """The model thinks all the same."""
    made = body(Prompt("Hi", options={"reasoning": "low"}, hide_reasoning=True))
    assert made["generationConfig"]["thinkingConfig"] == {"includeThoughts": False, "thinkingLevel": "LOW"}


def test_thinking_may_be_asked_for_in_googles_words() -> None:
    """One by one, or as an object."""
    assert config({"thinking_level": "low", "include_thoughts": True}) == {
        "thinkingConfig": {"thinkingLevel": "LOW", "includeThoughts": True}
    }
    assert config({"thinking_budget": 0}) == {"thinkingConfig": {"thinkingBudget": 0}}
    assert config({"thinking_config": {"thinkingLevel": "HIGH"}}) == {"thinkingConfig": {"thinkingLevel": "HIGH"}}


@pytest.mark.parametrize(
    "options",
    [
        {"max_tokens": 1, "max_output_tokens": 2},
        {"stop": "a", "stop_sequences": ["b"]},
        {"top_k": 1, "topK": 2},
        {"reasoning": "low", "thinking_level": "low"},
        {"reasoning": "low", "thinkingBudget": 1},
        {"reasoning": "low", "thinking_config": {}},
    ],
)
def test_one_thing_is_said_once(options: dict[str, Any]) -> None:
    """Two names for it are an error that names both."""
    with pytest.raises(OptionError, match="say the same thing"):
        encode(Prompt("Hi", options=options))


@pytest.mark.parametrize("name", ["contents", "model", "stream", "system_instruction", "tools"])
def test_what_a_request_has_anyway_is_no_option(name: str) -> None:
    """It would take the place of what was asked."""
    with pytest.raises(OptionError, match=f"{name} is no option"):
        encode(Prompt("Hi", options={name: "x"}))


def test_extra_body_is_an_object() -> None:
    """Anything else is an error."""
    with pytest.raises(OptionError, match="extra_body must be a JSON object"):
        encode(Prompt("Hi", options={"extra_body": [1]}))
