"""A template makes prompts, and says what it still needs."""

from __future__ import annotations

import pytest

import llm


def test_variables_are_filled_in_the_prompt_and_the_system_prompt() -> None:
    template = llm.Template("steampunk", prompt="Summarize: $input, as ${who}s do", system="You are $who")
    prompt = template.apply("the text", who="GlaDOS")
    assert (prompt.prompt, prompt.system) == ("Summarize: the text, as GlaDOSs do", "You are GlaDOS")


def test_defaults_count_where_a_variable_is_not_given() -> None:
    template = llm.Template("t", prompt="$a $b", defaults={"a": 1, "b": 2})
    assert template.apply(b="x").prompt == "1 x"
    assert template.apply().prompt == "1 2"


def test_two_dollars_are_one() -> None:
    template = llm.Template("t", prompt="$$5 for $$input and $input$$")
    assert template.variables() == ("input",)
    assert template.apply("x").prompt == "$5 for $input and x$"


def test_values_are_not_searched_for_variables() -> None:
    assert llm.Template("t", prompt="$input").apply("$other $5 ${").prompt == "$other $5 ${"


def test_the_variables_are_listed_once_in_order() -> None:
    template = llm.Template("t", prompt="$b ${a} $b $$no", system="$c $a")
    assert template.variables() == ("b", "a", "c")
    assert llm.Template("t").variables() == ()


def test_an_error_lists_every_missing_variable() -> None:
    template = llm.Template("t", prompt="$a $b $input", system="$c $a", defaults={"b": 1})
    with pytest.raises(llm.MissingVariables, match="The template 't' needs values for: a, input, c") as caught:
        template.apply()
    assert caught.value.names == ("a", "input", "c")
    assert caught.value.hint == "Pass them by name: apply(a=..., input=..., c=...)"


@pytest.mark.parametrize("text", ["costs $5", "$", "a ${", "${1}", "${a", "$é"])
def test_a_stray_dollar_is_an_error_that_says_what_to_write(text: str) -> None:
    for template in (llm.Template("t", prompt=text), llm.Template("t", prompt="x", system=text)):
        with pytest.raises(llm.RequestError, match="The template 't' has a \\$ that starts no variable") as caught:
            template.apply("x", a="b")
        assert caught.value.hint == "Write $$ for a dollar"


@pytest.mark.parametrize(
    ("template", "input", "sent"),
    [
        (llm.Template("t", prompt="Summarize:"), "text", "Summarize:\ntext"),
        (llm.Template("t", prompt="Summarize: $input"), "text", "Summarize: text"),
        (llm.Template("t", prompt="Summarize:", system="About $input"), "text", "Summarize:"),
        (llm.Template("t", system="Be brief"), "text", "text"),
        (llm.Template("t", prompt="Say hello"), None, "Say hello"),
        (llm.Template("t", prompt="Say hello"), "", "Say hello"),
        (llm.Template("t", prompt="[$input]"), "", "[]"),
        (llm.Template("t", prompt="Do it", defaults={"input": "usual"}), None, "Do it\nusual"),
        (llm.Template("t"), None, ""),
    ],
)
def test_the_input_has_its_place_in_every_template(template: llm.Template, input: str | None, sent: str) -> None:
    assert template.apply(input).prompt == sent


def test_the_input_may_be_given_by_name() -> None:
    assert llm.Template("t", prompt="[$input]").apply(input="x").prompt == "[x]"
    assert llm.Template("t", prompt="$self $name").apply(self="a", name="b").prompt == "a b"


def test_the_options_of_a_template_are_those_of_its_prompts() -> None:
    template = llm.Template("t", prompt="x", options={"temperature": 0.3})
    prompt = template.apply()
    assert prompt == llm.Prompt("x", options={"temperature": 0.3}, template=prompt.template)
    assert template.options == {"temperature": 0.3}


def test_a_template_cannot_change() -> None:
    with pytest.raises(AttributeError):
        llm.Template("t").prompt = "x"  # type: ignore[misc]
