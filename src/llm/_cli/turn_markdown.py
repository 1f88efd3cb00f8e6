"""Turns as people read them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .._domain.turn import Turn
from .._storage.turn_json import turn_to_json
from .fence import fenced_if_code, fenced_json
from .token_usage import usage_line
from .tool_markdown import call_items, result_items, tool_items

_STATUSES = {
    "running": "not ended: still running, or its process was killed",
    "partial": "not whole: the reader left before the end",
    "cancelled": "cancelled before the end",
    "error": "failed",
}


class TurnMarkdown:
    """
    Turns in Markdown, one after the other: what was asked, what was answered, and how it ended where not well.

    `usage` adds tokens and time, `expand` the text of fragments; `truncate` shortens prompts and responses. With
    `one_conversation` the head of the first turn stands for all. What was shown before is not repeated: system
    prompts, and what tools are.
    """

    def __init__(
        self, *, usage: bool = False, expand: bool = False, truncate: bool = False, one_conversation: bool = False
    ) -> None:
        self._usage = usage
        self._expand = expand
        self._truncate = truncate
        self._one_conversation = one_conversation
        self._has_begun = False
        self._system: str | None = None
        self._tools: set[str] = set()

    def text(self, turn: Turn, snippet: str | None = None) -> str:
        """The next turn, with the place where the words of a search were."""
        value = turn_to_json(turn, expand=True, truncate=self._truncate)
        return "\n\n".join(self._sections(turn, value, snippet)) + "\n"

    def _sections(self, turn: Turn, value: Mapping[str, Any], snippet: str | None) -> Iterator[str]:
        yield from self._head(turn, value)
        if snippet:
            yield "> " + " ".join(snippet.split())
        yield f"## Prompt\n\n{value['prompt'] or '-- none --'}"
        yield from self._fragments("Prompt fragments", value["prompt_fragments"])
        if value.get("options_json"):
            yield "## Options\n\n" + "\n".join(f"- {name}: {value}" for name, value in turn.options.items())
        if value["system"] != self._system:
            self._system = value["system"]
            if self._system is not None:
                yield f"## System\n\n{self._system}"
        yield from self._fragments("System fragments", value["system_fragments"])
        if value.get("schema_json"):
            yield f"## Schema\n\n{fenced_json(value['schema_json'])}"
        if value["tools"]:
            yield f"### Tools\n\n{tool_items(value['tools'], self._tools)}"
        yield from _given(value)
        yield from _answered(turn, value)
        if self._usage:
            yield from _consumed(turn)

    def _head(self, turn: Turn, value: Mapping[str, Any]) -> Iterator[str]:
        began = value["datetime_utc"].split(".")[0]
        if self._one_conversation and self._has_begun:
            yield f"# {began}"
            return
        self._has_begun = True
        resolved = turn.resolved_model if turn.resolved_model != turn.model else None
        yield f"# {began}    conversation: {turn.conversation} id: {turn.id}"
        yield f"Model: **{turn.model}**{f' (resolved: **{resolved}**)' if resolved else ''}"

    def _fragments(self, title: str, fragments: Sequence[Mapping[str, Any]]) -> Iterator[str]:
        if fragments:
            yield f"### {title}\n\n" + "\n".join(map(self._fragment, fragments))

    def _fragment(self, fragment: Mapping[str, Any]) -> str:
        if not self._expand:
            return f"- {fragment['hash']}"
        content = fenced_if_code(fragment["content"])
        return f"<details><summary>{fragment['hash']}</summary>\n{content}\n</details>"


def _given(value: Mapping[str, Any]) -> Iterator[str]:
    results = [result for result in value["tool_results"] if not result["server_executed"]]
    if results:
        yield f"### Tool results\n\n{result_items(results)}"
    if value["attachments"]:
        items = (f"{number}. {_attachment(file)}" for number, file in enumerate(value["attachments"], 1))
        yield "### Attachments\n\n" + "\n".join(items)


def _attachment(file: Mapping[str, Any]) -> str:
    kind = f"**{file['type']}**: " if file["type"] else ""
    if file["path"]:
        return f"{kind}`{file['path']}`"
    return kind + (file["url"] or f"`<{file['content_length'] or 0:,} bytes>`")


def _answered(turn: Turn, value: Mapping[str, Any]) -> Iterator[str]:
    if turn.reasoning:
        yield "## Reasoning"
        yield f"<details><summary>Reasoning trace</summary>\n\n{turn.reasoning.rstrip()}\n\n</details>"
    yield "## Response"
    if value["tool_calls"]:
        yield f"### Tool calls\n\n{call_items(value['tool_calls'])}"
    results = [result for result in value["tool_results"] if result["server_executed"]]
    if results:
        yield f"### Tool results\n\n{result_items(results)}"
    if value["response"]:
        yield _pretty(value["response"]) if value.get("schema_json") else value["response"]
    if turn.status != "done":
        yield f"Status: **{turn.status}** ({_STATUSES[turn.status]})"
    if turn.error:
        yield f"Error: {turn.error}"


def _pretty(text: str) -> str:
    try:
        return fenced_json(json.loads(text))
    except ValueError:
        return text


def _consumed(turn: Turn) -> Iterator[str]:
    lines = [usage_line(turn.usage)] if turn.usage else []
    if turn.duration_ms is not None:
        lines.append(f"Duration: {turn.duration_ms}ms ({_human(turn.duration_ms // 1000)})")
    if lines:
        yield "## Token usage\n\n" + "\n\n".join(lines)


def _human(seconds: int) -> str:
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    pieces = ((hours, "h"), (minutes, "m"))
    return "".join(f"{count}{unit} " for count, unit in pieces if count) + f"{seconds}s"
