"""Tools that a model may call, its calls, and their results."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeAlias

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
    """
    A tool that the provider runs itself; `spec` is the provider's own declaration of it, and is sent as it is.

    Of the subclasses here `kind` says what they do, and each wire declares it in its own way.
    """

    kind: ClassVar[str | None] = None

    def __init__(self, spec: Mapping[str, Any]) -> None:
        self.spec = dict(spec)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.spec == self.spec

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.spec!r})"


class WebSearch(ServerSideTool):
    """
    Search of the web, by the provider. `allowed_domains` and `blocked_domains` narrow it, `max_uses` limits it; a
    provider that cannot do so refuses the prompt.
    """

    kind = "web_search"

    def __init__(
        self,
        *,
        allowed_domains: Iterable[str] = (),
        blocked_domains: Iterable[str] = (),
        max_uses: int | None = None,
    ) -> None:
        self.allowed_domains = tuple(allowed_domains)
        self.blocked_domains = tuple(blocked_domains)
        self.max_uses = max_uses
        given = {"allowed_domains": list(self.allowed_domains), "blocked_domains": list(self.blocked_domains)}
        limits = {} if max_uses is None else {"max_uses": max_uses}
        super().__init__({"kind": self.kind, **{name: value for name, value in given.items() if value}, **limits})


class CodeExecution(ServerSideTool):
    """A sandbox of the provider, in which the model runs code that it writes."""

    kind = "code_execution"

    def __init__(self) -> None:
        super().__init__({"kind": self.kind})


class ImageGeneration(ServerSideTool):
    """Pictures, made by a model of the provider and given back as attachments."""

    kind = "image_generation"

    def __init__(self) -> None:
        super().__init__({"kind": self.kind})


def server_side_tool(spec: Mapping[str, Any]) -> ServerSideTool:
    """The tool that *spec* is of: a portable one, or a provider's own declaration."""
    match spec:
        case {"kind": "web_search", **given}:
            return WebSearch(**given)
        case {"kind": "code_execution"}:
            return CodeExecution()
        case {"kind": "image_generation"}:
            return ImageGeneration()
    return ServerSideTool(spec)


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
