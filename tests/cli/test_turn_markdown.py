"""A turn in Markdown, with all that it may hold."""

from __future__ import annotations

import pytest

from llm import Attachment, AttachmentPart, Message, ReasoningPart, TextPart, ToolCallPart, Usage
from llm._cli.turn_markdown import turn_markdown
from llm._domain.turn import Status, Turn


def shown(**fields: object) -> str:
    return turn_markdown(Turn("id", "conversation", model="m", status=fields.pop("status", "done"), **fields))  # type: ignore[arg-type]


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


def test_files_and_tool_calls_are_named() -> None:
    asked = (Message("user", (TextPart("see"), AttachmentPart(Attachment(url="https://example.com/a.png")))),)
    text = shown(messages=asked, parts=(ToolCallPart("weather", {"city": "Paris"}, "call-1"),))
    assert "### Attachments\n\n1. https://example.com/a.png\n" in text
    assert '### Tool calls\n\n- **weather**: `call-1`  \n  {"city": "Paris"}\n' in text


@pytest.mark.parametrize("status", ["running", "partial", "cancelled", "error"])
def test_how_it_ended_is_told_where_that_was_not_well(status: Status) -> None:
    assert f"Status: **{status}** (" in shown(status=status)
    assert "Status" not in shown()


@pytest.mark.parametrize(
    ("milliseconds", "duration"), [(999, "999ms (0s)"), (61_000, "61000ms (1m 1s)"), (3_600_000, "3600000ms (1h 0s)")]
)
def test_durations_are_given_for_people_too(milliseconds: int, duration: str) -> None:
    turn = Turn("id", "conversation", model="m", status="done", duration_ms=milliseconds, usage=Usage(1, None))
    assert turn_markdown(turn, usage=True).endswith(f"## Token usage\n\n1 input\n\nDuration: {duration}\n")
