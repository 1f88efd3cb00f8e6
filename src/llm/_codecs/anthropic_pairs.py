"""Calls that the provider ran, and their results, belong together."""

from __future__ import annotations

from typing import Any


def without_widows(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """
    The messages without the provider's calls that broke off before their result came, as it refuses them.

    In the turn that is still open they stay: their results are to come.
    """
    answered = {str(block.get("tool_use_id")) for message in messages for block in message["content"]}
    open_from = _open_turn(messages)
    kept = []
    for index, message in enumerate(messages):
        if index < open_from and message["role"] == "assistant":
            blocks = [block for block in message["content"] if not _runs(block) or block.get("id") in answered]
            message = {**message, "content": blocks}
        if message["content"]:
            kept.append(message)
    return kept


def _open_turn(messages: list[dict[str, Any]]) -> int:
    """The place of the message that is to be gone on with: nothing but results of tools comes after it."""
    place = len(messages)
    while place and messages[place - 1]["role"] == "user" and _results_only(messages[place - 1]):
        place -= 1
    return place - 1 if place and messages[place - 1]["role"] == "assistant" else len(messages)


def _results_only(message: dict[str, Any]) -> bool:
    return all(block.get("type") == "tool_result" for block in message["content"])


def _runs(block: dict[str, Any]) -> bool:
    kind = str(block.get("type"))
    return kind.endswith("_tool_use")
