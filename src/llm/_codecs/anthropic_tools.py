"""Tools as Anthropic has them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .._domain.tool import AnyTool, CodeExecution, ServerSideTool, WebSearch
from ..errors import RequestError


def tool_fields(tools: Iterable[AnyTool], *, eager: bool = False) -> list[dict[str, Any]]:
    """
    The tools on the wire; *eager* asks for the arguments of functions piece by piece, unchecked.

    Raises RequestError for a tool that Anthropic does not have.
    """
    return [_tool(tool, eager) for tool in tools]


def _tool(tool: AnyTool, eager: bool) -> dict[str, Any]:
    if isinstance(tool, ServerSideTool):
        return _server_tool(tool)
    described = {} if tool.description is None else {"description": tool.description}
    asked = {"eager_input_streaming": True} if eager else {}
    return {"name": tool.name, **described, "input_schema": {"type": "object", **tool.input_schema}, **asked}


def _server_tool(tool: ServerSideTool) -> dict[str, Any]:
    # Of each tool the oldest form that needs no beta: newer ones are for some models only.
    if isinstance(tool, WebSearch):
        if tool.allowed_domains and tool.blocked_domains:
            raise RequestError("Anthropic's search takes domains to allow or domains to block, not both")
        limits = {name: value for name, value in tool.spec.items() if name != "kind"}
        return {"type": "web_search_20250305", "name": "web_search", **limits}
    if isinstance(tool, CodeExecution):
        return {"type": "code_execution_20250825", "name": "code_execution"}
    if tool.kind is not None:
        raise RequestError(
            f"Anthropic has no {tool.kind}", hint="Choose another provider, or name a tool: llm.ServerSideTool({...})"
        )
    return dict(tool.spec)
