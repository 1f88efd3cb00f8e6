"""Options by a plugin's own class or by a table: validated at once, read in the same ways."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import Field, field_validator

import llm
from llm._api.async_facade import AsyncFacade
from llm._domain.option import Option, OptionTable

from .world import make_app


class Mood(Enum):
    GOOD = "good"
    BAD = "bad"


class Classed(llm.Model):
    """Declares its options as plugins do."""

    model_id = "classed"

    class Options(llm.Options):
        length: int = Field(20, ge=2, description="Words to say")
        delay: float | None = None
        voice: Literal["loud", "soft"] | None = None
        mood: Mood | None = None

        @field_validator("delay")
        @classmethod
        def not_too_slow(cls, delay: float | None) -> float | None:
            if delay is not None and delay > 10:
                raise ValueError("delay must be at most 10")
            return delay

    def generate(self, prompt: llm.Prompt, call: llm.Call) -> Any:
        yield repr(prompt.options)


class Tabled(llm.Model):
    """Declares its options as built-in models do."""

    model_id = "tabled"
    option_table = OptionTable(
        (
            Option("length", int, "Words to say", minimum=2, maximum=50),
            Option("delay", float, minimum=0),
            Option("voice", choices=("loud", "soft")),
            Option("loop", bool),
            Option("stop", list),
            Option("bias", dict),
        )
    )

    def generate(self, prompt: llm.Prompt, call: llm.Call) -> Any:
        yield repr(prompt.options)


def options(model: Any, **given: Any) -> Any:
    return model.prompt("x", **given).prompt.options


@pytest.mark.parametrize("model", [Classed(), Tabled(), AsyncFacade(Classed()), AsyncFacade(Tabled())])
def test_options_are_attributes_and_a_mapping(model: Any) -> None:
    read = options(model, length=5, voice="loud")
    assert (read.length, read.voice, read.delay) == (5, "loud", None)
    assert {name: value for name, value in dict(read).items() if value is not None} == {"length": 5, "voice": "loud"}
    assert read["length"] == 5
    with pytest.raises(AttributeError):
        _ = read.nothing
    with pytest.raises(KeyError):
        _ = read["nothing"]


@pytest.mark.parametrize("model", [Classed(), Tabled()])
def test_text_from_a_command_line_is_converted(model: Any) -> None:
    read = options(model, length="7", delay="0.5")
    assert (read.length, read.delay) == (7, 0.5)


@pytest.mark.parametrize("model", [Classed(), Tabled(), AsyncFacade(Classed())])
def test_an_unknown_option_is_named_with_those_that_there_are(model: Any) -> None:
    with pytest.raises(llm.OptionError, match=f"{model.model_id} has no option 'lenght'") as caught:
        options(model, lenght=5)
    assert "delay, length" in str(caught.value.hint)


@pytest.mark.parametrize("model", [Classed(), Tabled()])
@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"length": 1}, r"length .*(greater than or equal to 2|from 2 to 50)"),
        ({"length": "many"}, r"length .*(valid integer|whole number)"),
        ({"voice": "shrill"}, r"voice .*loud.*soft"),
    ],
)
def test_a_value_that_is_not_allowed_is_an_error_that_says_what_is(model: Any, given: Any, words: str) -> None:
    with pytest.raises(llm.OptionError, match=words):
        options(model, **given)


def test_a_plugins_own_validator_speaks() -> None:
    with pytest.raises(llm.OptionError, match=r"The option delay cannot be 11: delay must be at most 10"):
        options(Classed(), delay=11)


def test_a_missing_option_is_named() -> None:
    class Needy(Classed):
        model_id = "needy"

        class Options(llm.Options):
            name: str

    with pytest.raises(llm.OptionError, match="needy needs the option name"):
        options(Needy())


@pytest.mark.parametrize("model", [Classed(), Tabled()])
def test_an_option_given_twice_is_an_error(model: Any) -> None:
    with pytest.raises(llm.OptionError, match=r"Given twice, in options= and as a keyword: delay, length"):
        options(model, options={"length": 3, "delay": 1}, delay=1, length=3)
    read = options(model, options={"length": 3}, delay=1)
    assert (read.length, read.delay) == (3, 1)


@pytest.mark.parametrize("model", [Classed(), Tabled()])
def test_none_is_not_given(model: Any) -> None:
    assert options(model, delay=None, length=None).delay is None


def test_a_class_has_its_defaults_and_its_own_type() -> None:
    read = options(Classed(), mood="good")
    assert isinstance(read, Classed.Options)
    assert (read.length, read.mood) == (20, Mood.GOOD)


def test_a_table_reads_flags_lists_and_objects() -> None:
    read = options(Tabled(), loop="yes", stop='["a", "b"]', bias='{"x": 1}')
    assert (read.loop, read.stop, read.bias) == (True, ["a", "b"], {"x": 1})
    assert options(Tabled(), stop="a", loop=False).stop == ["a"]
    for given in ({"loop": "perhaps"}, {"bias": "[1]"}, {"stop": "[1]"}, {"delay": True}, {"length": 2.5}):
        with pytest.raises(llm.OptionError, match=next(iter(given))):
            options(Tabled(), **given)


def test_the_options_stay_readable_through_every_change_of_the_prompt() -> None:
    prompt = Tabled().prompt("x", length=3).prompt
    assert prompt.replace(prompt="y").options.voice is None
    assert prompt.replace(prompt="y") != prompt
    assert Tabled().execute(prompt).prompt.options.length == 3


def test_a_prompt_of_one_model_may_be_asked_of_another_if_only_its_defaults_differ() -> None:
    prompt = Classed().prompt("x", delay=1).prompt
    assert dict(Tabled().execute(prompt).prompt.options) == {"delay": 1}


def test_default_options_of_the_user_are_filled_in(tmp_path: Path) -> None:
    app = make_app(tmp_path / "user", "http://127.0.0.1:9/v1")
    config = app.directory / "config.toml"
    config.write_text(
        f'{config.read_text()}\n[options."test/m"]\ntemperature = 0.2\nseed = 1\n[options.classed]\nlength = 4'
    )
    app = type(app)(app.directory)
    assert dict(app.get_model("test/m").prompt("x", seed=2).prompt.options) == {"temperature": 0.2, "seed": 2}
    assert dict(app.get_async_model("test/m").prompt("x").prompt.options) == {"temperature": 0.2, "seed": 1}
    model = Classed()
    model._app = app
    assert (options(model).length, options(model, length=6).length) == (4, 6)


def test_a_model_without_options_takes_none() -> None:
    class Bare(llm.Model):
        model_id = "bare"

        def generate(self, prompt: llm.Prompt, call: llm.Call) -> Any:
            yield "x"

    assert dict(options(Bare())) == {}
    with pytest.raises(llm.OptionError, match="bare has no option 'x'") as caught:
        options(Bare(), x=1)
    assert caught.value.hint == "Its options are: none"


def test_an_open_table_sends_on_what_it_does_not_know_as_json_where_it_parses() -> None:
    table = OptionTable((Option("length", int),), open=True)
    assert dict(table.validate({"a": "1", "b": "[1]", "c": "word", "d": 2.5, "length": "3"}, "m")) == {
        "a": 1, "b": [1], "c": "word", "d": 2.5, "length": 3,
    }  # fmt: skip


def test_options_that_are_no_mapping_are_refused() -> None:
    with pytest.raises(llm.RequestError, match="Options are a mapping, not list"):
        llm.Prompt("x", options=[("a", 1)])
