"""The betas that a request needs for what is in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

# By the beginning of a tool's type.
_TOOLS = {
    "advisor_": "advisor-tool-2026-03-01",
    "bash_20241022": "computer-use-2024-10-22",
    "code_execution_20250522": "code-execution-2025-05-22",
    "computer_20241022": "computer-use-2024-10-22",
    "computer_20250124": "computer-use-2025-01-24",
    "computer_20251124": "computer-use-2025-11-24",
    "mcp_toolset": "mcp-client-2025-11-20",
    "memory_": "context-management-2025-06-27",
    "text_editor_20241022": "computer-use-2024-10-22",
    "web_fetch_20250910": "web-fetch-2025-09-10",
}

# By the path of a field in the body, and what its value must be.
_Fits = Callable[[Any], bool]
_FIELDS: tuple[tuple[tuple[str, ...], _Fits, str], ...] = (
    (("billing_policy",), bool, "user-profiles-billing-2026-10-01"),
    (("compaction",), bool, "compact-2026-09-04"),
    (("container", "skills"), bool, "skills-2025-10-02"),
    (("diagnostics",), bool, "cache-diagnosis-2026-04-07"),
    (("fallback_credit_token",), bool, "fallback-credit-2026-07-01"),
    (("fallbacks",), bool, "server-side-fallback-2026-07-01"),
    (("output_config", "task_budget"), bool, "task-budgets-2026-03-13"),
    (("output_format",), bool, "structured-outputs-2025-11-13"),
    (("speed",), lambda speed: speed == "fast", "fast-mode-2026-02-01"),
    (("thinking", "block_binding"), lambda binding: binding is not None, "thinking-binding-controls-2026-08-01"),
    (("thinking", "display"), lambda display: display == "updates", "thinking-display-updates-2026-08-18"),
    (("thread",), bool, "message-threads-2026-08-12"),
)

_BLOCKS = {
    "container_upload": "files-api-2025-04-14",
    "tool_addition": "mid-conversation-tool-changes-2026-07-01",
    "tool_removal": "mid-conversation-tool-changes-2026-07-01",
}


def betas_for(body: Mapping[str, Any]) -> tuple[str, ...]:
    """The names for the header, each once."""
    found = [*_for_tools(body.get("tools") or ()), *_for_fields(body)]
    for message in body["messages"]:
        found += _for_blocks(message["content"])
    if body.get("mcp_servers") and "mcp-client-2025-11-20" not in found:
        found.append("mcp-client-2025-04-04")
    return tuple(dict.fromkeys(found))


def _for_tools(tools: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    for tool in tools:
        kind = str(tool.get("type") or "")
        yield from (beta for start, beta in _TOOLS.items() if kind.startswith(start))


def _for_fields(body: Mapping[str, Any]) -> Iterable[str]:
    for path, fits, beta in _FIELDS:
        value: Any = body
        for name in path:
            value = value.get(name) if isinstance(value, Mapping) else None
        if fits(value):
            yield beta
    management = body.get("context_management")
    edits = management.get("edits") if isinstance(management, Mapping) else None
    for edit in edits if isinstance(edits, list) else ():
        compacts = isinstance(edit, Mapping) and str(edit.get("type")).startswith("compact_")
        yield "compact-2026-01-12" if compacts else "context-management-2025-06-27"


def _for_blocks(blocks: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    for block in blocks:
        kind = block.get("type")
        if kind in _BLOCKS:
            yield _BLOCKS[kind]
        elif kind in ("image", "document") and isinstance(source := block.get("source"), Mapping):
            if source.get("type") == "file":
                yield "files-api-2025-04-14"
        elif kind == "tool_result" and isinstance(inner := block.get("content"), list):
            yield from _for_blocks(inner)
