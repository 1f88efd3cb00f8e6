"""Messages become JSON and the same messages again."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

import llm
from llm._domain.message_json import to_dict

PNG = b"\x89PNG\r\n\x1a\n\x00\xff"
OPAQUE = {"anthropic": {"signature": "abc=", "nested": [1, {"x": None}]}}
FILES = [
    llm.Attachment(),
    llm.Attachment("image/png", content=PNG),
    llm.Attachment(content=b""),
    llm.Attachment(path="/tmp/ä.png"),
    llm.Attachment("image/*", url="https://example.invalid/a?b=c"),
]
PARTS: list[llm.Part] = [
    llm.TextPart(),
    llm.TextPart("line\nüber 🦩 \u0000"),
    llm.TextPart("no", refusal=True, provider_metadata=OPAQUE),
    llm.ReasoningPart(),
    llm.ReasoningPart("hm", provider_metadata=OPAQUE),
    llm.ReasoningPart("", redacted=True, provider_metadata={}),
    llm.ToolCallPart(),
    llm.ToolCallPart("f", {"a": [1, 2.5, None, True, {"b": "c"}]}, "id1"),
    llm.ToolCallPart("f", {}, raw="{broken", server_executed=True, provider_metadata=OPAQUE),
    llm.ToolResultPart(),
    llm.ToolResultPart(
        "f", "out", "id1", attachments=tuple(FILES), exception="ValueError: x", provider_metadata=OPAQUE
    ),
    llm.ToolResultPart("f", "", server_executed=True),
    *(llm.AttachmentPart(file, provider_metadata=OPAQUE) for file in FILES),
    *map(llm.AttachmentPart, FILES),
]
MESSAGES = [
    *(llm.Message(role, (part,)) for role, part in itertools.product(("user", "assistant"), PARTS)),
    *(llm.Message(role) for role in ("system", "developer", "user", "assistant", "tool")),
    llm.assistant(*PARTS, provider_metadata=OPAQUE),
    llm.user("x", provider_metadata={}),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: f"{message.role}-{len(message.parts)}")
def test_every_shape_of_message_survives_json(message: llm.Message) -> None:
    text = json.dumps(message.to_dict())
    assert llm.Message.from_dict(json.loads(text)) == message


def test_defaults_are_left_out() -> None:
    assert to_dict(llm.user("Hi")) == {"role": "user", "parts": [{"type": "text", "text": "Hi"}]}
    assert to_dict(llm.assistant(llm.ToolCallPart("f", {"a": 1})))["parts"] == [
        {"type": "tool_call", "name": "f", "arguments": {"a": 1}}
    ]


def test_nulls_are_defaults() -> None:
    read = llm.Message.from_dict(
        {"role": "user", "parts": [{"type": "text", "text": "x", "provider_metadata": None}], "provider_metadata": None}
    )
    assert read == llm.user("x")


@pytest.mark.parametrize(
    "part",
    [
        5, "text", None, {}, {"type": "poem"}, {"text": "x"}, {"type": "text", "text": 5},
        {"type": "text", "text": "x", "colour": "red"}, {"type": "attachment"}, {"type": "attachment", "attachment": 5},
        {"type": "attachment", "attachment": {"content": "no base64!"}}, {"type": "tool_call", "arguments": "{}"},
        {"type": "tool_result", "output": {"a": 1}}, {"type": "tool_result", "attachments": 5},
        {"type": "reasoning", "provider_metadata": "signature"},
    ],
)  # fmt: skip
def test_a_part_that_cannot_be_read_is_an_error_that_shows_the_message(part: Any) -> None:
    with pytest.raises(llm.RequestError, match=r"This message cannot be read: {'role': 'user'"):
        llm.Message.from_dict({"role": "user", "parts": [part]})


@pytest.mark.parametrize("value", [{}, {"content": "x"}, {"role": 5}, {"role": None, "content": "x"}, [], "x", None])
def test_a_message_without_a_role_is_an_error_that_shows_how_one_looks(value: Any) -> None:
    with pytest.raises(llm.RequestError, match="A message needs a role") as caught:
        llm.Message.from_dict(value)
    assert caught.value.hint == 'As in {"role": "user", "content": "Hi"}'


def test_a_long_message_is_shown_in_part() -> None:
    with pytest.raises(llm.RequestError) as caught:
        llm.Message.from_dict({"role": "user", "content": [{"type": "mystery", "data": "x" * 10_000}]})
    assert len(str(caught.value)) < 200
