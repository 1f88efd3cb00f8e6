"""Where an answer breaks its schema is told in one line; a schema that is wrong is the caller's error."""

from __future__ import annotations

import socket
import subprocess
import sys
from typing import Any

import pytest

import llm
from llm._domain.schema_check import check_schema, violation

PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
    "required": ["name"],
}
TREE = {"$defs": {"node": {"type": "array", "items": {"$ref": "#/$defs/node"}}}, "$ref": "#/$defs/node"}


@pytest.mark.parametrize("text", ['{"name": "Ada"}', ' \n{"name": "Ada", "age": 36}\n', '{"name": "\\ud800"}'])
def test_an_answer_that_fits_has_no_violation(text: str) -> None:
    assert violation(PERSON, text) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{}", "$: 'name' is a required property"),
        ('{"name": "Ada", "age": "old"}', "$.age: 'old' is not of type 'integer'"),
        ("[]", "$: [] is not of type 'object'"),
        ('{"name":\n "Ada"', "it is not JSON: Expecting ',' delimiter (line 2, column 7)"),
        ("", "it is empty, where JSON was asked for"),
        (" \n", "it is empty, where JSON was asked for"),
        ("Here you are: {}", "it is not JSON: Expecting value (line 1, column 1)"),
        ('{"name": "Ada"} Bye', "it is not JSON: Extra data (line 1, column 17)"),
        ('```json\n{"name": "Ada"}\n```', "it is not JSON: it stands between the ``` of a Markdown fence"),
        ('{"name": NaN}', "it is not JSON: NaN is no JSON number"),
        ('{"name": "Ada", "age": 1e999}', "it has a number that is too large to be read"),
        ("9" * 5000, "it has a number that is too large to be read"),
        ("[" * 100_000, "it is JSON that is nested too deeply to be read"),
    ],
)
def test_a_violation_says_what_is_wrong_and_where(text: str, problem: str) -> None:
    assert violation(PERSON, text) == problem


def test_the_best_of_several_errors_is_told() -> None:
    schema = {"anyOf": [{"type": "string"}, {"type": "object", "required": ["k"]}]}
    assert violation(schema, "{}") == "$: 'k' is a required property"


@pytest.mark.parametrize("text", ['"' + "b" * 5000 + '"', '{"' + "k\\n" * 3000 + '": 1}', "[" + "1," * 200_000 + "1]"])
def test_a_violation_is_one_line_that_can_be_read(text: str) -> None:
    problem = violation({"type": "object", "additionalProperties": False}, text)
    assert problem is not None
    assert "\n" not in problem
    assert len(problem) < 300
    assert problem.startswith("$")


def test_a_long_answer_with_many_errors_is_checked_in_no_time() -> None:
    problem = violation({"type": "array", "items": {"type": "integer"}}, "[" + '"x",' * 300_000 + '"x"]')
    assert problem is not None
    assert "'x' is not of type 'integer'" in problem


@pytest.mark.parametrize("depth", [400, 900])
def test_an_answer_that_is_nested_too_deeply_is_a_violation_and_no_crash(depth: int) -> None:
    assert violation(TREE, "[" * 60 + "]" * 60) is None
    problem = violation(TREE, "[" * depth + "]" * depth)
    assert problem == f"it is nested too deeply to be checked: {depth - 1} levels"


@pytest.mark.parametrize("key", ["http://json-schema.org/draft-07/schema#", "https://example.com/mine", ""])
def test_the_version_that_a_schema_names_counts_and_an_unknown_one_is_the_latest(key: str) -> None:
    assert violation({"$schema": key, "type": "array"}, "{}") == "$: {} is not of type 'array'"
    assert violation({"$schema": key, "type": "array"}, "[]") is None


def test_a_schema_may_refer_to_itself_to_its_parts_and_to_json_schema() -> None:
    named = {
        "$id": "https://example.com/root",
        "$defs": {"a": {"$id": "a.json", "type": "integer"}},
        "properties": {"v": {"$ref": "a.json"}},
    }
    assert violation(named, '{"v": "x"}') == "$.v: 'x' is not of type 'integer'"
    assert violation({"$ref": "https://json-schema.org/draft/2020-12/schema"}, '{"type": "object"}') is None
    data = {"properties": {"$ref": {"type": "string"}}, "enum": [{"$ref": "http://example.com"}]}
    assert violation(data, '{"$ref": "http://example.com"}') is None


def too_deep() -> dict[str, Any]:
    schema: dict[str, Any] = {}
    for _ in range(3000):
        schema = {"properties": {"a": schema}}
    return schema


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ({"type": "strin"}, "$.type: 'strin' is not valid"),
        ({"required": True}, "$.required: True is not of type 'array'"),
        ({"$ref": "https://example.com/person.json"}, "it refers to https://example.com/person.json, which is not in"),
        ({"properties": {"a": {"items": {"$ref": "other.json#/x"}}}}, "it refers to other.json#/x"),
        ({"$ref": "#/$defs/nothing"}, "it refers to #/$defs/nothing"),
        ({"$ref": "file:///etc/passwd"}, "it refers to file:///etc/passwd"),
        ({"$schema": 5}, "its $schema is not text"),
        ({"$schema": "http://[x"}, "Invalid IPv6 URL"),
        (too_deep(), "it is nested too deeply"),
    ],
)
def test_a_schema_that_is_wrong_is_an_error_before_anything_is_sent(schema: dict[str, Any], why: str) -> None:
    with pytest.raises(llm.RequestError, match="The schema is not a JSON Schema that can be used: ") as caught:
        check_schema(schema)
    assert why in str(caught.value)
    assert caught.value.hint
    with pytest.raises(llm.RequestError):
        violation(schema, "{}")


def test_a_schema_that_refers_to_itself_without_end_is_an_error() -> None:
    with pytest.raises(llm.RequestError, match="refers to itself without end"):
        violation({"$ref": "#"}, "{}")


def test_nothing_is_ever_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("a connection was made")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr("urllib.request.urlopen", refused)
    with pytest.raises(llm.RequestError):
        violation({"$ref": "http://127.0.0.1:9/x.json"}, "{}")


def test_a_pattern_of_another_dialect_is_not_checked() -> None:
    assert violation({"pattern": r"^\p{L}+$"}, '"abc"') is None
    assert violation({"pattern": "^[a-c]+$"}, '"abd"') == "$: 'abd' does not match '^[a-c]+$'"


def test_the_module_itself_loads_no_checker() -> None:
    code = "import sys, llm._domain.schema_check; print({'jsonschema', 'referencing'} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "set()\n"
