"""A function becomes a tool that a model can call."""

from __future__ import annotations

import enum
from functools import partial, wraps
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

import llm
from llm._domain.tool import as_tools


class Unit(enum.Enum):
    C = "celsius"
    F = "fahrenheit"


class Place(BaseModel):
    """Where it is."""

    title: str
    lat: float = 0.0


class Opaque:
    """Nothing that JSON knows."""


def weather(
    city: str,
    days: Annotated[int, Field(ge=1, description="How far")] = 1,
    unit: Literal["c", "f"] | None = None,
    tags: list[str] | None = None,
    plain="x",
) -> str:
    """The weather in a city.

    Said in words.
    """
    return f"{city} {days} {unit} {tags} {plain}"


def test_the_signature_is_the_schema_and_the_docstring_the_description() -> None:
    tool = llm.Tool.function(weather)
    assert (tool.name, tool.description) == ("weather", "The weather in a city.\n\nSaid in words.")
    assert tool.input_schema["type"] == "object"
    assert tool.input_schema["required"] == ["city"]
    properties = tool.input_schema["properties"]
    assert properties["city"] == {"type": "string"}
    assert properties["days"] == {"type": "integer", "minimum": 1, "default": 1, "description": "How far"}
    assert properties["unit"]["anyOf"][0] == {"enum": ["c", "f"], "type": "string"}
    assert properties["tags"]["anyOf"][0] == {"items": {"type": "string"}, "type": "array"}
    assert properties["plain"] == {"type": "string", "default": "x"}
    assert tool.implementation is weather


def test_models_and_enums_are_described_and_their_own_titles_kept() -> None:
    def go(place: Place, unit: Unit = Unit.C) -> None: ...

    schema = llm.Tool.function(go).input_schema
    assert schema["$defs"]["Place"]["properties"] == {
        "title": {"type": "string"},
        "lat": {"type": "number", "default": 0.0},
    }
    assert schema["$defs"]["Unit"]["enum"] == ["celsius", "fahrenheit"]
    assert schema["properties"]["unit"]["default"] == "celsius"


def test_any_parameter_name_will_do() -> None:
    def search(schema: str, json: int, model_config: bool, title: str, _x: int = 0) -> None: ...

    assert list(llm.Tool.function(search).input_schema["properties"]) == [
        "schema", "json", "model_config", "title", "_x",
    ]  # fmt: skip


def test_a_function_without_arguments_has_an_empty_object() -> None:
    def now(*args: Any, **kwargs: Any) -> str:
        return "now"

    assert llm.Tool.function(now).input_schema == {"type": "object", "properties": {}}


def test_methods_partials_wrapped_functions_and_objects_are_tools() -> None:
    class Adder:
        """Adds."""

        def add(self, a: int) -> int:
            """Add one."""
            return a

        def __call__(self, b: int) -> int:
            """Call it."""
            return b

    @wraps(weather)
    def wrapped(*args: Any, **kwargs: Any) -> str:
        return weather(*args, **kwargs)

    method, called = llm.Tool.function(Adder().add), llm.Tool.function(Adder())
    assert (method.name, method.description, list(method.input_schema["properties"])) == ("add", "Add one.", ["a"])
    assert (called.name, called.description, list(called.input_schema["properties"])) == ("Adder", "Call it.", ["b"])
    assert llm.Tool.function(wrapped).input_schema == llm.Tool.function(weather).input_schema
    assert llm.Tool.function(partial(weather, unit="c")).name == "weather"


def test_a_name_and_a_description_may_be_given() -> None:
    tool = llm.Tool.function(lambda a: a, name="same", description="The same")
    assert (tool.name, tool.description, tool.input_schema["required"]) == ("same", "The same", ["a"])
    with pytest.raises(llm.RequestError, match="A lambda has no name") as caught:
        llm.Tool.function(lambda a: a)
    assert caught.value.hint == "Pass one: Tool.function(function, name='...')"


def test_an_annotation_that_cannot_be_read_is_an_error_that_names_the_tool() -> None:
    def forward(a: Nowhere) -> None: ...  # type: ignore[name-defined]  # noqa: F821

    def opaque(a: Opaque) -> None: ...

    with pytest.raises(llm.RequestError, match=r"The arguments of the tool forward cannot be read: .*Nowhere"):
        llm.Tool.function(forward)
    with pytest.raises(llm.RequestError, match=r"The arguments of the tool opaque have no JSON Schema: .*Opaque"):
        llm.Tool.function(opaque)


def test_tools_are_given_as_tools_or_functions() -> None:
    own, server = llm.Tool("own"), llm.ServerSideTool({"type": "web_search"})
    tools = as_tools([own, server, weather])
    assert tools[:2] == (own, server)
    assert isinstance(tools[2], llm.Tool)
    assert as_tools(None) == as_tools([]) == ()
    assert repr(server) == "ServerSideTool({'type': 'web_search'})"
    assert own.input_schema == {"type": "object", "properties": {}}


@pytest.mark.parametrize(("tools", "words"), [(["x"], "'x' is not a tool"), (weather, "not function"), (5, "not int")])
def test_what_is_no_tool_is_named(tools: Any, words: str) -> None:
    with pytest.raises(llm.RequestError, match=words):
        as_tools(tools)
