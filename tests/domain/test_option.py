"""Options are parsed into their types, and an error says what is allowed."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

import llm
from llm._domain.option import Option, OptionTable, OptionValues, as_dict, given, merge


@pytest.mark.parametrize(
    ("type_", "value", "parsed"),
    [
        (int, "7", 7), (int, " 7 ", 7), (int, 7, 7), (int, 7.0, 7), (int, "-1", -1),
        (float, "0.5", 0.5), (float, "1", 1.0), (float, 1, 1.0), (float, "1e-3", 0.001),
        (bool, "true", True), (bool, "YES", True), (bool, "on", True), (bool, "1", True), (bool, 1, True),
        (bool, "False", False), (bool, "no", False), (bool, "off", False), (bool, 0, False), (bool, False, False),
        (str, "x", "x"), (str, "", ""), (str, 5, "5"), (str, 0.5, "0.5"),
        (list, "a", ["a"]), (list, '["a", "b"]', ["a", "b"]), (list, ("a", "b"), ["a", "b"]), (list, "[]", []),
        (dict, '{"a": 1}', {"a": 1}), (dict, {"a": 1}, {"a": 1}), (dict, "{}", {}),
    ],
)  # fmt: skip
def test_a_value_is_read_from_its_type_or_from_text(type_: type, value: Any, parsed: Any) -> None:
    read = Option("o", type_).parse(value)
    assert read == parsed
    assert type(read) is type(parsed)


@pytest.mark.parametrize(
    ("type_", "values", "noun"),
    [
        (int, ["x", "", "1.5", 1.5, True, None, [1], float("inf"), float("nan")], "a whole number"),
        (float, ["x", "", True, None, {}, "nan", "inf", float("nan"), float("-inf")], "a number"),
        (bool, ["perhaps", "", 2, None, []], "true or false"),
        (str, [None, ["a"], {}], "text"),
        (list, [5, [5], "[5]", "[broken", {"a": 1}], "a string or a JSON array of strings"),
        (dict, ["x", "[]", "[1]", "null", 5, [], [("a", 1)], '""'], "a JSON object"),
    ],
)
def test_what_is_of_another_type_is_an_error_that_says_what_is_allowed(
    type_: type, values: list[Any], noun: str
) -> None:
    for value in values:
        with pytest.raises(llm.OptionError) as caught:
            Option("o", type_).parse(value)
        assert str(caught.value) == f"The option o must be {noun}, not {value!r}"


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"minimum": 1, "maximum": 2.5}, "a number from 1 to 2.5"),
        ({"minimum": 1}, "a number of at least 1"),
        ({"maximum": 2}, "a number of at most 2"),
    ],
)
def test_limits_are_kept_and_said(limits: dict[str, float], words: str) -> None:
    option = Option("o", float, **limits)
    for value in limits.values():
        assert option.parse(value) == value
    outside = limits["minimum"] - 0.1 if "minimum" in limits else limits["maximum"] + 0.1
    with pytest.raises(llm.OptionError, match=f"The option o must be {words}, not"):
        option.parse(outside)


def test_choices_are_kept_and_said() -> None:
    option = Option("effort", choices=("low", "high"))
    assert option.parse("low") == "low"
    for value in ("medium", "", "LOW", 5):
        with pytest.raises(llm.OptionError, match="The option effort must be one of low, high, not"):
            option.parse(value)


def test_an_option_error_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="The option o must be"):
        Option("o", int).parse("x")


TABLE = OptionTable((Option("length", int), Option("voice")))


def test_an_unknown_option_is_named_with_those_that_there_are() -> None:
    with pytest.raises(llm.OptionError, match="m has no option 'lenght'") as caught:
        TABLE.validate({"lenght": 1}, "m")
    assert caught.value.hint == "Its options are: length, voice"
    with pytest.raises(llm.OptionError) as caught:
        OptionTable().validate({"x": 1}, "m")
    assert caught.value.hint == "Its options are: none"


@pytest.mark.parametrize(
    ("value", "passed"),
    [("1", 1), ("true", True), ("null", None), ('{"a": [1]}', {"a": [1]}), ("word", "word"), ("", ""), (2.5, 2.5)],
)
def test_an_open_table_passes_what_it_does_not_list_as_json_where_it_parses(value: Any, passed: Any) -> None:
    read = OptionTable((Option("length", int),), open=True).validate({"other": value, "length": "3"}, "m")
    assert dict(read) == {"other": passed, "length": 3}
    with pytest.raises(llm.OptionError, match="length"):
        OptionTable((Option("length", int),), open=True).validate({"length": "x"}, "m")


def test_values_are_attributes_and_a_mapping() -> None:
    values = TABLE.validate({"length": "3", "voice": None}, "m")
    assert (values.length, values["length"], values.voice) == (3, 3, None)
    assert (dict(values), len(values), list(values), "voice" in values) == ({"length": 3}, 1, ["length"], False)
    assert values == {"length": 3}
    assert bool(TABLE.validate({}, "m")) is False
    with pytest.raises(AttributeError, match="There is no option 'speed'"):
        _ = values.speed
    with pytest.raises(KeyError):
        _ = values["voice"]
    assert repr(values) == "OptionValues({'length': 3})"


def test_values_are_copied_and_pickled_with_the_names_that_they_know() -> None:
    values = OptionValues({"a": 1}, ["a", "b"])
    for twin in (copy.copy(values), copy.deepcopy(values), pickle.loads(pickle.dumps(values))):
        assert twin == values
        assert twin.b is None


def test_options_of_a_class_and_of_a_table_are_read_alike() -> None:
    class Own(llm.Options):
        length: int = 20
        voice: str | None = None

    assert as_dict(Own(voice="x")) == {"length": 20, "voice": "x"}
    assert given(Own(voice="x")) == {"voice": "x"}
    values = OptionValues({"voice": "x", "off": None})
    assert as_dict(values) == given(values) == {"voice": "x"}


def test_options_and_keywords_are_merged_unless_one_is_given_twice() -> None:
    assert merge({"a": 1}, {"b": 2}) == {"a": 1, "b": 2}
    assert merge(None, {}) == {}
    with pytest.raises(llm.OptionError, match="Given twice, in options= and as a keyword: a, b"):
        merge({"b": 1, "a": 1, "c": 1}, {"a": 2, "b": 2})
