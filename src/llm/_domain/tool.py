"""Tools that a model may call, its calls, and their results."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ..errors import RequestError
from .attachment import Attachment
from .part import ToolResultPart


@dataclass(frozen=True, slots=True)
class Tool:
    """A function that a model may call: `input_schema` is the JSON Schema of its arguments."""

    name: str
    description: str | None = None
    input_schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "object", "properties": {}})
    implementation: Callable[..., Any] | None = field(default=None, compare=False, repr=False)
    plugin: str | None = None

    @classmethod
    def function(cls, function: Callable[..., Any], name: str | None = None, description: str | None = None) -> Tool:
        """A tool from a Python function: its signature becomes the schema, its docstring the description."""
        from inspect import getdoc

        from .signature import arguments_schema, function_name, underlying

        name = name or function_name(function)
        if name == "<lambda>":
            raise RequestError("A lambda has no name", hint="Pass one: Tool.function(function, name='...')")
        return cls(name, description or getdoc(underlying(function)), arguments_schema(function, name), function)


class ServerSideTool:
    """A tool that the provider runs itself; `spec` is the provider's own declaration of it."""

    def __init__(self, spec: Mapping[str, Any]) -> None:
        self.spec = dict(spec)

    def __repr__(self) -> str:
        return f"ServerSideTool({self.spec!r})"


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A model's request to call the tool `name` with `arguments`."""

    name: str
    arguments: Mapping[str, Any]
    tool_call_id: str | None = None


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a tool returned for a call. `output` that is not a string is sent as JSON."""

    name: str
    output: Any
    attachments: Iterable[Attachment] = ()
    tool_call_id: str | None = None
    instance: Any = field(default=None, repr=False, compare=False)
    exception: BaseException | str | None = None

    def part(self) -> ToolResultPart:
        """The part of a message that carries this result."""
        output = self.output if isinstance(self.output, str) else _as_json(self.output)
        error = self.exception
        text = f"{type(error).__name__}: {error}" if isinstance(error, BaseException) else error
        return ToolResultPart(self.name, output, self.tool_call_id, attachments=tuple(self.attachments), exception=text)


def _as_json(output: Any) -> str:
    try:
        return json.dumps(output, default=repr)
    except (TypeError, ValueError):  # a key that JSON has no form for, or an object that holds itself
        return repr(output)


AnyTool: TypeAlias = Tool | ServerSideTool


def as_tools(values: Iterable[AnyTool | Callable[..., Any]] | None) -> tuple[AnyTool, ...]:
    """Tools from what people write: tools, and plain functions."""
    if not isinstance(values, Iterable | None):
        raise RequestError(f"tools is a list, not {type(values).__name__}", hint="As in tools=[...]")
    tools: list[AnyTool] = []
    for value in values or ():
        if isinstance(value, Tool | ServerSideTool):
            tools.append(value)
        elif callable(value):
            tools.append(Tool.function(value))
        else:
            raise RequestError(f"{value!r} is not a tool", hint="Pass a function, or llm.Tool(...)")
    return tuple(tools)
