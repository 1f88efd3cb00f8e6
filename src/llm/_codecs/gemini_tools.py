"""Tools as Gemini has them: functions in one entry, and an entry for each tool that Google runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .._domain.endpoint import Endpoint
from .._domain.tool import AnyTool, CodeExecution, ImageGeneration, ServerSideTool, Tool, WebSearch
from ..errors import RequestError
from .gemini_address import is_vertex
from .gemini_schema import known_schema


@dataclass
class ToolEntries:
    """
    The entries of `tools`: those of the tools that Google runs, and the one that declares functions, if any.

    `pictures` says that pictures are wanted as well, and `notes` what of the schemas had to be left out.
    """

    executed: list[dict[str, Any]]
    declared: list[dict[str, Any]]
    pictures: bool
    notes: tuple[str, ...]


def tool_entries(tools: Iterable[AnyTool], endpoint: Endpoint, model: str, supports_tools: bool) -> ToolEntries:
    """The tools on the wire. Raises RequestError for what the model, or Google's tools, cannot do."""
    functions: list[dict[str, Any]] = []
    executed: list[dict[str, Any]] = []
    notes: list[str] = []
    pictures = False
    for tool in tools:
        if isinstance(tool, ImageGeneration):
            pictures = True
        elif isinstance(tool, ServerSideTool):
            executed.append(_executed(tool, endpoint))
        elif not supports_tools:
            raise RequestError(f"{model} cannot call tools", hint="Choose another model, or leave the tools out")
        else:
            functions.append(_function(tool, notes))
    declared = [{"functionDeclarations": functions}] if functions else []
    return ToolEntries(executed, declared, pictures, tuple(notes))


def _function(tool: Tool, notes: list[str]) -> dict[str, Any]:
    schema, left_out = known_schema(tool.input_schema)
    notes += [f"tool {tool.name}: {note}" for note in left_out]
    described = {} if tool.description is None else {"description": tool.description}
    return {"name": tool.name, **described, "parametersJsonSchema": schema}


def _executed(tool: ServerSideTool, endpoint: Endpoint) -> dict[str, Any]:
    if isinstance(tool, WebSearch):
        return {"googleSearch": _search(tool, endpoint)}
    if isinstance(tool, CodeExecution):
        return {"codeExecution": {}}
    if tool.kind is not None:
        raise RequestError(
            f"Gemini has no {tool.kind}", hint="Name a tool of Google's: llm.ServerSideTool({'urlContext': {}})"
        )
    return dict(tool.spec)


def _search(tool: WebSearch, endpoint: Endpoint) -> dict[str, Any]:
    """How far Google's search can be narrowed: Vertex AI leaves out domains, and that is all."""
    wanted = [name for name in ("allowed_domains", "max_uses") if getattr(tool, name)]
    if tool.blocked_domains and not is_vertex(endpoint):
        wanted.append("blocked_domains")
    if wanted:
        raise RequestError(
            f"Gemini's web_search has no {' and no '.join(wanted)}",
            hint="Leave it out, or choose a model of another provider",
        )
    return {"excludeDomains": list(tool.blocked_domains)} if tool.blocked_domains else {}
