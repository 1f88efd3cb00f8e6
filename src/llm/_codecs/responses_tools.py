"""Tools as the Responses API has them."""

from __future__ import annotations

from typing import Any

from .._domain.tool import AnyTool, ServerSideTool, WebSearch
from ..errors import RequestError
from .chat_schema import is_strict


def tool_entry(tool: AnyTool) -> dict[str, Any]:
    """
    A tool's declaration. A function is strict where its schema keeps the rules of strict mode, which the API would
    otherwise take for granted. Raises RequestError for limits that the provider's own tool does not have.
    """
    if isinstance(tool, ServerSideTool):
        return _of_provider(tool)
    described = {} if tool.description is None else {"description": tool.description}
    parameters = dict(tool.input_schema)
    strict = parameters.get("type") == "object" and is_strict(parameters)
    return {"type": "function", "name": tool.name, **described, "parameters": parameters, "strict": strict}


def _of_provider(tool: ServerSideTool) -> dict[str, Any]:
    match tool.kind:
        case None:
            return dict(tool.spec)
        case "web_search":
            return _web_search(tool)
        case "code_execution":
            return {"type": "code_interpreter", "container": {"type": "auto"}}
        case "image_generation":
            return {"type": "image_generation"}
    raise RequestError(f"The Responses API has no {tool.kind}", hint="Name its own tool: llm.ServerSideTool({...})")


def _web_search(tool: ServerSideTool) -> dict[str, Any]:
    assert isinstance(tool, WebSearch)
    if tool.max_uses is not None:
        raise RequestError("OpenAI's web search takes no max_uses", hint="Set the option max_tool_calls instead")
    domains = {
        name: list(value)
        for name, value in (("allowed_domains", tool.allowed_domains), ("blocked_domains", tool.blocked_domains))
        if value
    }
    return {"type": "web_search", **({"filters": domains} if domains else {})}
