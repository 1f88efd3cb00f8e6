"""
Marks up to which Anthropic keeps a prompt in its cache.

The stable prefix of a request is marked: the tools, the system prompt, and the conversation up to the model's last
turn, so that the next request of the conversation reads what this one wrote. A request may have four marks. What is
shorter than the provider ever keeps (1024 tokens, here 4096 letters) is not marked, as writing costs extra.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_LEAST = 4096
_MOST_MARKS = 4
_MARKED = frozenset(("text", "image", "document", "tool_use", "tool_result", "server_tool_use", "mcp_tool_result"))


def mark_prefix(body: dict[str, Any], mark: Mapping[str, str]) -> None:
    """Put marks into the lists of *body*; blocks that get one are replaced, never changed."""
    tools, system, messages = body.get("tools") or [], body.get("system"), body["messages"]
    left = _MOST_MARKS - _marks(tools) - sum(_marks(message["content"]) for message in messages)
    size = _letters(tools, _LEAST)
    if size >= _LEAST and left > 0:
        left -= _mark_last(tools, mark, lambda tool: not tool.get("defer_loading"))
    if system:
        size += len(system)
        if size >= _LEAST and left > 0:
            body["system"] = [{"type": "text", "text": system, "cache_control": dict(mark)}]
            left -= 1
    before = messages[: _last_turn(messages)]
    if before and left > 0 and size + _letters(before, _LEAST) >= _LEAST:
        for message in reversed(before):
            if _mark_last(message["content"], mark, lambda block: block.get("type") in _MARKED):
                return


def _last_turn(messages: list[dict[str, Any]]) -> int:
    """How many messages there are up to the model's last turn; one that is to be gone on with does not count."""
    turns = [index for index, message in enumerate(messages[:-1]) if message["role"] == "assistant"]
    return turns[-1] + 1 if turns else 0


def _marks(blocks: list[dict[str, Any]]) -> int:
    return sum(1 for block in blocks if "cache_control" in block)


def _mark_last(blocks: list[dict[str, Any]], mark: Mapping[str, str], fits: Any) -> bool:
    """Whether the last block that may have a mark got one, or had its own."""
    for index in range(len(blocks) - 1, -1, -1):
        if fits(blocks[index]):
            blocks[index] = {"cache_control": dict(mark), **blocks[index]}
            return True
    return False


def _letters(value: Any, enough: int) -> int:
    """The length of all texts in a value, or *enough* once it is reached."""
    if isinstance(value, str):
        return len(value)
    total = 0
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    for item in inner:
        total += _letters(item, enough - total)
        if total >= enough:
            break
    return total
