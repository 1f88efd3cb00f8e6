"""Options become fields and headers of a request to Anthropic."""

from __future__ import annotations

from typing import Any

import pytest
from anthropic_requests import body, encode

from llm._domain.profile import Profile
from llm._domain.prompt import Prompt
from llm.errors import OptionError

ADAPTIVE = "claude-opus-4-8"
BUDGET = "claude-sonnet-4-5"


def fields(model: str = BUDGET, *, profile: Profile | None = None, stream: bool = False, **options: Any) -> Any:
    """The body that options come to, without what every body has."""
    made = body(Prompt("x", options=options), model=model, profile=profile, stream=stream)
    return {name: value for name, value in made.items() if name not in ("model", "messages", "stream")}


def headers(**options: Any) -> Any:
    return encode(Prompt("x", options=options)).headers


def test_an_answer_has_a_limit_in_any_case() -> None:
    """The option, else what the model can do (less where the answer comes in one piece), else 8192 tokens."""
    large = Profile(output=128_000)
    assert fields()["max_tokens"] == 8192
    assert fields(max_tokens=5)["max_tokens"] == 5
    assert fields(profile=large, stream=True)["max_tokens"] == 128_000
    assert fields(profile=large)["max_tokens"] == 21_333
    assert fields(profile=Profile(output=4096), stream=True)["max_tokens"] == 4096


def test_portable_options_have_the_names_of_the_wire() -> None:
    """One text to stop at is a list of one."""
    made = fields(temperature=0.5, top_p=0.9, stop=["a", "b"], max_tokens=5)
    assert made == {"temperature": 0.5, "top_p": 0.9, "stop_sequences": ["a", "b"], "max_tokens": 5}
    assert fields(stop="a")["stop_sequences"] == ["a"]


def test_the_provider_s_own_options_are_passed_on() -> None:
    """As they are, whatever they hold."""
    own = {
        "top_k": 5,
        "metadata": {"user_id": "u"},
        "service_tier": "auto",
        "container": "c",
        "thinking": {"type": "adaptive"},
        "output_config": {"effort": "max"},
        "tool_choice": {"type": "any"},
        "max_tokens": 9,
    }
    assert fields(**own) == own


@pytest.mark.parametrize(
    ("given", "sent"),
    [("auto", {"type": "auto"}), ("required", {"type": "any"}), ("none", {"type": "none"}),
     ("f", {"type": "tool", "name": "f"})],
)  # fmt: skip
def test_the_choice_of_a_tool_may_be_a_word(given: str, sent: dict[str, str]) -> None:
    """A kind of choice, or the name of a tool."""
    assert fields(tool_choice=given)["tool_choice"] == sent


def test_effort_has_its_place() -> None:
    """Beside what else the output is told to be."""
    made = fields(effort="max", output_config={"task_budget": {"type": "tokens", "total": 5}})
    assert made["output_config"] == {"effort": "max", "task_budget": {"type": "tokens", "total": 5}}


@pytest.mark.parametrize(
    "options",
    [
        {"seed": 1},
        {"model": "x"},
        {"messages": []},
        {"stream": True},
        {"system": "x"},
        {"tools": []},
        {"stop": ["a"], "stop_sequences": ["b"]},
        {"reasoning": "low", "thinking": {}},
        {"reasoning": "low", "effort": "low"},
        {"effort": "low", "output_config": {"effort": "low"}},
        {"output_config": "low"},
        {"extra_body": "x"},
        {"betas": 5},
        {"betas": [5]},
        {"cache": "maybe"},
    ],
)
def test_what_cannot_be_meant_is_an_error(options: dict[str, Any]) -> None:
    """What the wire has no field for, what is given twice, and what has the wrong form."""
    with pytest.raises(OptionError) as caught:
        body(Prompt("x", options=options))
    assert next(iter(options)) in str(caught.value) or "effort" in str(caught.value)


def test_extra_body_is_over_everything() -> None:
    """Also over what every request has."""
    made = body(Prompt("x", options={"extra_body": {"model": "m2", "max_tokens": 1, "new": True}, "max_tokens": 5}))
    assert (made["model"], made["max_tokens"], made["new"]) == ("m2", 1, True)


@pytest.mark.parametrize(("value", "budget"), [("low", 2048), ("medium", 8192), ("high", 24576), (5000, 5000)])
def test_reasoning_is_a_budget_on_top_of_the_answer(value: str | int, budget: int) -> None:
    """For models that take a number of tokens, by their profile or as most do."""
    for model, profile in ((BUDGET, None), ("glm-5", None), (ADAPTIVE, Profile(reasoning="budget"))):
        made = fields(model, profile=profile, reasoning=value)
        assert made == {"thinking": {"type": "enabled", "budget_tokens": budget}, "max_tokens": 8192 + budget}


@pytest.mark.parametrize(
    ("value", "effort"), [("low", "low"), ("medium", "medium"), ("high", "high"), (5000, "medium")]
)
def test_reasoning_is_an_effort_where_the_model_decides(value: str | int, effort: str) -> None:
    """A number is noted to have become one."""
    for model, profile in ((ADAPTIVE, None), (BUDGET, Profile(reasoning="adaptive"))):
        made = fields(model, profile=profile, reasoning=value)
        assert made["thinking"] == {"type": "adaptive", "display": "summarized"}
        assert made["output_config"] == {"effort": effort}
        assert made["max_tokens"] == 8192
        notes = encode(Prompt("x", options={"reasoning": value}), model=model, profile=profile).notes
        assert len(notes) == isinstance(value, int)


def test_reasoning_can_be_turned_off() -> None:
    """As far as the model can be kept from it; where it cannot, that is noted."""
    for off in ("off", 0):
        assert fields(BUDGET, reasoning=off)["thinking"] == {"type": "disabled"}
    assert fields("claude-opus-5", reasoning="off")["thinking"] == {"type": "disabled"}
    assert fields("claude-sonnet-5-5", reasoning="off")["thinking"] == {"type": "between_tools"}
    request = encode(Prompt("x", options={"reasoning": "off"}), model="claude-fable-5")
    assert b'"effort":"low"' in (request.body or b"")
    assert "cannot be kept from it" in request.notes[0]


def test_a_budget_fits_into_the_answer() -> None:
    """A level gives way, with a note; a number that does not fit is an error, and so is no room at all."""
    request = encode(Prompt("x", options={"reasoning": "high", "max_tokens": 8000}))
    assert b'"budget_tokens":4000' in (request.body or b"")
    assert request.notes == ("reasoning: high became 4000 tokens, to fit between 1024 and what the answer may have",)
    assert fields(reasoning=100)["thinking"]["budget_tokens"] == 1024
    small = fields(profile=Profile(output=8192), reasoning="high", stream=True)
    assert (small["thinking"]["budget_tokens"], small["max_tokens"]) == (4096, 8192)
    for options in ({"reasoning": 5000, "max_tokens": 5000}, {"reasoning": "low", "max_tokens": 500}):
        with pytest.raises(OptionError, match="no room") as caught:
            fields(**options)
        assert "max_tokens" in str(caught.value.hint)


def test_a_budget_by_the_provider_s_own_name_is_on_top_too() -> None:
    """Where no limit was set."""
    assert fields(thinking={"type": "enabled", "budget_tokens": 3000})["max_tokens"] == 11192


def test_betas_and_ids_are_headers() -> None:
    """Betas as a list or with commas, each once."""
    assert headers(betas=["a", "b", "a"])["anthropic-beta"] == "a,b"
    assert headers(betas="a, b")["anthropic-beta"] == "a,b"
    assert "anthropic-beta" not in headers()
    assert headers(user_profile_id="p", workspace_id="w")["anthropic-workspace-id"] == "w"


@pytest.mark.parametrize(
    ("options", "beta"),
    [
        ({"mcp_servers": [{"type": "url"}]}, "mcp-client-2025-04-04"),
        ({"context_management": {"edits": [{"type": "clear_tool_uses_20250919"}]}}, "context-management-2025-06-27"),
        ({"context_management": {"edits": [{"type": "compact_20260112"}]}}, "compact-2026-01-12"),
        ({"speed": "fast"}, "fast-mode-2026-02-01"),
        ({"container": {"skills": [{"type": "anthropic"}]}}, "skills-2025-10-02"),
        ({"output_config": {"task_budget": {"total": 5}}}, "task-budgets-2026-03-13"),
        ({"thinking": {"type": "adaptive", "block_binding": {}}}, "thinking-binding-controls-2026-08-01"),
    ],
)
def test_a_field_brings_its_beta(options: dict[str, Any], beta: str) -> None:
    """Users name features, not the headers that they need."""
    assert headers(**options)["anthropic-beta"] == beta
