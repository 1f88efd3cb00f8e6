"""A turn in Markdown, with all that it may hold."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from llm import (
    Attachment,
    AttachmentPart,
    Message,
    ReasoningPart,
    TextPart,
    ToolCallPart,
    ToolResultPart,
    Usage,
)
from llm._cli.turn_markdown import TurnMarkdown
from llm._cli.turn_short import turn_short
from llm._domain.turn import Status, Turn


def made(**fields: Any) -> Turn:
    return Turn("id", "conversation", model="m", **{"status": "done", **fields})


def shown(
    turn: Turn | None = None, snippet: str | None = None, *, form: dict[str, bool] | None = None, **fields: Any
) -> str:
    return TurnMarkdown(**form or {}).text(turn or made(**fields), snippet)


def test_reasoning_is_folded_away_before_the_answer() -> None:
    text = shown(parts=(ReasoningPart("Let me see.\n"), TextPart("Hello")))
    assert text.endswith(
        "## Reasoning\n\n<details><summary>Reasoning trace</summary>\n\nLet me see.\n\n</details>\n\n"
        "## Response\n\nHello\n"
    )


def test_an_answer_that_follows_a_schema_is_set_as_json() -> None:
    text = shown(schema={"type": "object"}, parts=(TextPart('{"a":1}'),))
    assert '## Schema\n\n```json\n{\n  "type": "object"\n}\n```\n' in text
    assert text.endswith('## Response\n\n```json\n{\n  "a": 1\n}\n```\n')
    assert shown(schema={"type": "object"}, parts=(TextPart("{broken"),)).endswith("## Response\n\n{broken\n")


def test_files_are_named() -> None:
    page = Attachment("text/html", url="https://example.com/a")
    files = (AttachmentPart(page), AttachmentPart(Attachment("image/png", content=b"x" * 1234)))
    text = shown(input=(Message("user", (TextPart("see"), *files)),))
    assert "### Attachments\n\n1. **text/html**: https://example.com/a\n2. **image/png**: `<1,234 bytes>`\n" in text


def test_a_tool_is_told_once_with_its_calls_and_results() -> None:
    tool = {"name": "weather", "description": "Tells", "input_schema": {"properties": {"city": {"type": "string"}}}}
    call = ToolCallPart("weather", {"city": "Paris", "days": 2}, "call-1")
    result = Message("tool", (ToolResultPart("weather", "``` sun", "call-1", exception="Oh"),))
    turns = TurnMarkdown()
    first = turns.text(made(tools=(tool,), parts=(call,)))
    assert '`  \n    Tells  \n    Arguments: `{"city": {"type": "string"}}`\n\n' in first
    assert (
        "## Response\n\n### Tool calls\n\n- **weather**: `call-1`  \n"
        "    city:\n    ```\n    Paris\n    ```\n    days: `2`\n" in first
    )
    second = turns.text(made(tools=(tool,), input=(result,)))
    assert re.search(r"### Tools\n\n- \*\*weather\*\*: `[0-9a-f]{7}`\n\n", second)
    assert (
        "### Tool results\n\n- **weather**: `call-1`  \n    ````\n    ``` sun\n    ````  \n    **Error**: Oh\n"
        in second
    )


def test_fragments_are_named_by_their_hashes_or_shown() -> None:
    turn = made(input=(Message("user", (TextPart("<b>page</b>\nWhat?"),)),), fragments=("<b>page</b>",))
    brief, whole = shown(turn), shown(turn, form={"expand": True})
    found = re.search(r"## Prompt\n\nWhat\?\n\n### Prompt fragments\n\n- ([0-9a-f]{64})\n", brief)
    assert found
    hash = found[1]
    assert f"<details><summary>{hash}</summary>\n<b>page</b>\n</details>" in whole


def test_a_system_prompt_is_shown_where_it_changes() -> None:
    turns = TurnMarkdown()
    systems = ["a", "a", "b", "", "b"]
    assert ["## System" in turns.text(made(system=system)) for system in systems] == [True, False, True, False, True]


def test_of_one_conversation_the_first_head_stands_for_all() -> None:
    turns = TurnMarkdown(one_conversation=True)
    assert turns.text(made()).startswith("# 1970-01-01T00:00:00    conversation: conversation id: id\n\nModel: **m**")
    assert turns.text(made()).startswith("# 1970-01-01T00:00:00\n\n## Prompt")


def test_the_place_of_the_words_comes_first_in_one_line() -> None:
    assert "\n\n> a **word**\n\n## Prompt" in shown(snippet="a\n**word**")


def test_long_texts_are_shortened_on_demand() -> None:
    turn = made(input=(Message("user", (TextPart("p" * 200),)),), parts=(TextPart("r" * 200),), options={"a": 1})
    text = shown(turn, form={"truncate": True})
    assert "p" * 97 + "...\n" in text
    assert "r" * 97 + "...\n" in text
    assert "## Options" not in text


def test_the_short_form_is_yaml_with_both_ends_of_the_prompt() -> None:
    asked = (Message("user", (TextPart("a " * 100 + "\n\nend"), AttachmentPart(Attachment("image/png", path="x")))),)
    turn = made(input=asked, system="s", status="error", parts=(ToolCallPart("f", {"a": 1}),), usage=Usage(1, 2))
    (value,) = yaml.safe_load(turn_short(turn, "**a** a", usage=True))
    assert value == {
        "model": "m",
        "datetime": "1970-01-01T00:00:00",
        "duration_ms": None,
        "conversation": "conversation",
        "status": "error",
        "tool_calls": ['f({"a": 1})'],
        "system": "s",
        "prompt": f"{'a ' * 28}a... {'a ' * 27}end",
        "match": "**a** a",
        "attachments": [{"type": "image/png", "path": "x"}],
        "prompt_fragments": [],
        "system_fragments": [],
        "usage": {"input": 1, "output": 2},
    }


@pytest.mark.parametrize("status", ["running", "partial", "cancelled", "error"])
def test_how_it_ended_is_told_where_that_was_not_well(status: Status) -> None:
    assert f"Status: **{status}** (" in shown(status=status)
    assert "Status" not in shown()


@pytest.mark.parametrize(
    ("milliseconds", "duration"), [(999, "999ms (0s)"), (61_000, "61000ms (1m 1s)"), (3_600_000, "3600000ms (1h 0s)")]
)
def test_durations_are_given_for_people_too(milliseconds: int, duration: str) -> None:
    turn = Turn("id", "conversation", model="m", status="done", duration_ms=milliseconds, usage=Usage(1, None))
    assert shown(turn, form={"usage": True}).endswith(f"## Token usage\n\n1 input\n\nDuration: {duration}\n")
