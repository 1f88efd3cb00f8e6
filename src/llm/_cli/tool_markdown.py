"""Tools, their calls and their results, as items of lists in Markdown."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Mapping
from typing import Any

from .fence import fenced_in_item, inline

_SHORT_HASH = 7


def tool_items(tools: Iterable[Mapping[str, Any]], seen: set[str]) -> str:
    """Tools as `turn_to_json` has them; of one that was *seen* before there is only its name."""
    return "\n".join(_tool(tool, seen) for tool in tools)


def call_items(calls: Iterable[Mapping[str, Any]]) -> str:
    """Calls as `turn_to_json` has them."""
    return "\n".join(f"- **{call['name']}**: `{call['tool_call_id']}`  \n{_arguments(call)}" for call in calls)


def result_items(results: Iterable[Mapping[str, Any]]) -> str:
    """Results as `turn_to_json` has them."""
    return "\n".join(map(_result, results))


def _tool(tool: Mapping[str, Any], seen: set[str]) -> str:
    # A provider's own tool has no name of ours, but a type.
    name, hash = tool["name"] or tool.get("type") or "", tool["hash"]
    if hash in seen:
        return f"- **{name}**: `{hash[:_SHORT_HASH]}`"
    seen.add(hash)
    description = textwrap.indent((tool["description"] or "").rstrip(), "    ")
    properties = json.dumps((tool["input_schema"] or {}).get("properties", {}))
    return f"- **{name}**: `{hash}`  \n{description}  \n    Arguments: {inline(properties)}"


def _arguments(call: Mapping[str, Any]) -> str:
    if "raw" in call:
        return f"    Arguments: {inline(call['raw'])}"
    if not call["arguments"]:
        return f"    Arguments: {inline('{}')}"
    return "\n".join(
        f"    {name}:\n{fenced_in_item(value)}"
        if isinstance(value, str)
        else f"    {name}: {inline(json.dumps(value))}"
        for name, value in call["arguments"].items()
    )


def _result(result: Mapping[str, Any]) -> str:
    error = f"  \n    **Error**: {result['exception']}\n" if result["exception"] else ""
    files = "".join(f"\n    - {_file(file)}" for file in result["attachments"])
    return f"- **{result['name']}**: `{result['tool_call_id']}`  \n{fenced_in_item(result['output'])}{error}{files}"


def _file(file: Mapping[str, Any]) -> str:
    kind = f"{file['type']}: " if file["type"] else ""
    size = f"<{file['content_length']:,} bytes>" if file["content"] else ""
    return kind + (file["path"] or file["url"] or size)
