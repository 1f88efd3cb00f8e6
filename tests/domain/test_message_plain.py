"""Messages are read from the plain dictionaries that users of OpenAI's API know."""

from __future__ import annotations

import base64
from typing import Any

import pytest

import llm

PNG = b"\x89PNG\r\n\x1a\n\x00\xff"
BASE64 = base64.b64encode(PNG).decode()
DATA_URL = f"data:image/png;base64,{BASE64}"


def read(**value: Any) -> llm.Message:
    return llm.Message.from_dict(value)


def content(*parts: Any) -> tuple[llm.Part, ...]:
    return read(role="user", content=list(parts)).parts


@pytest.mark.parametrize("role", ["system", "developer", "user", "assistant"])
def test_content_may_be_text(role: str) -> None:
    assert read(role=role, content="Hi") == llm.Message(role, "Hi")


@pytest.mark.parametrize("value", [{}, {"content": None}, {"content": ""}, {"content": []}, {"tool_calls": None}])
def test_a_message_may_be_empty(value: dict[str, Any]) -> None:
    assert read(role="assistant", **value) == llm.Message("assistant")


def test_content_may_be_parts_and_strings() -> None:
    assert content({"type": "text", "text": "a"}, "b") == (llm.TextPart("a"), llm.TextPart("b"))


@pytest.mark.parametrize("form", [{"url": DATA_URL}, DATA_URL, {"url": DATA_URL, "detail": "low"}])
def test_an_image_may_be_a_data_url(form: Any) -> None:
    attachment = llm.Attachment("image/png", content=PNG)
    assert content({"type": "image_url", "image_url": form}) == (llm.AttachmentPart(attachment),)


def test_an_image_may_be_a_url() -> None:
    url = "https://example.invalid/a.png"
    assert content({"type": "image_url", "image_url": {"url": url}}) == (llm.AttachmentPart(llm.Attachment(url=url)),)


@pytest.mark.parametrize(
    ("url", "type_", "data"),
    [
        ("data:,a%20b", "image/*", b"a b"),
        ("data:text/plain;charset=utf-8,a", "text/plain", b"a"),
        ("data:;base64,YQ==", "image/*", b"a"),
        ("data:image/gif;base64,YW\r\nJj\n", "image/gif", b"abc"),
    ],
)
def test_every_form_of_data_url_is_read(url: str, type_: str, data: bytes) -> None:
    (part,) = content({"type": "image_url", "image_url": {"url": url}})
    assert part == llm.AttachmentPart(llm.Attachment(type_, content=data))


def test_audio_and_files_are_attachments() -> None:
    audio = {"type": "input_audio", "input_audio": {"data": BASE64, "format": "wav"}}
    file = {"type": "file", "file": {"filename": "a.pdf", "file_data": f"data:application/pdf;base64,{BASE64}"}}
    assert content(audio, file) == (
        llm.AttachmentPart(llm.Attachment("audio/wav", content=PNG)),
        llm.AttachmentPart(llm.Attachment("application/pdf", content=PNG)),
    )


def test_reasoning_text_refusal_and_calls_stand_in_that_order() -> None:
    calls = [
        {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}},
        {"id": "c2", "type": "function", "function": {"name": "g", "arguments": ""}},
    ]
    message = read(role="assistant", content="t", reasoning_content="r", refusal="no", tool_calls=calls)
    assert message.parts == (
        llm.ReasoningPart("r"),
        llm.TextPart("t"),
        llm.TextPart("no", refusal=True),
        llm.ToolCallPart("f", {"a": 1}, "c1"),
        llm.ToolCallPart("g", {}, "c2"),
    )
    assert read(role="assistant", reasoning="r").parts == (llm.ReasoningPart("r"),)
    assert content({"type": "refusal", "refusal": "no"}) == (llm.TextPart("no", refusal=True),)


@pytest.mark.parametrize(
    ("arguments", "decoded", "raw"),
    [('{"a": 1}', {"a": 1}, None), ({"a": 1}, {"a": 1}, None), (None, {}, None), ("null", {}, None), ("  ", {}, None),
     ("[1]", {}, "[1]"), ("{broken", {}, "{broken"), ("5", {}, "5")],
)  # fmt: skip
def test_arguments_that_are_no_object_are_kept_as_written(arguments: Any, decoded: Any, raw: Any) -> None:
    calls = [{"id": "c", "function": {"name": "f", "arguments": arguments}}]
    assert read(role="assistant", tool_calls=calls).parts == (llm.ToolCallPart("f", decoded, "c", raw=raw),)


@pytest.mark.parametrize("output", ["it is 3", [{"type": "text", "text": "it is "}, "3"]])
def test_a_tools_result_names_its_call(output: Any) -> None:
    message = read(role="tool", tool_call_id="c1", name="add", content=output)
    assert message == llm.tool_message(llm.ToolResultPart("add", "it is 3", "c1"))
    assert read(role="tool", tool_call_id="c1").parts == (llm.ToolResultPart("", "", "c1"),)


@pytest.mark.parametrize(
    "part",
    [
        {"type": "video"}, {"type": "text"}, {"type": "text", "text": 5}, {"type": "image_url"}, {}, 5, None,
        {"type": "image_url", "image_url": {}}, {"type": "input_audio", "input_audio": {"data": BASE64}},
        {"type": "file", "file": {"file_id": "f1"}},
    ],
)  # fmt: skip
def test_a_part_of_no_known_type_is_an_error_that_shows_it(part: Any) -> None:
    with pytest.raises(llm.RequestError, match="This part of a message is of no known type") as caught:
        content(part)
    assert repr(part) in str(caught.value)


@pytest.mark.parametrize(
    "value",
    [
        {"content": 5}, {"content": {"type": "text", "text": "x"}}, {"tool_calls": [{"id": "c"}]}, {"tool_calls": 5},
        {"tool_calls": [{"function": {"name": 5}}]}, {"tool_calls": [{"function": {"name": "f", "arguments": 5}}]},
        {"reasoning": ["r"]}, {"refusal": 5}, {"content": "x", "provider_metadata": 5},
        {"content": [{"type": "image_url", "image_url": "data:image/png;base64,@@@"}]},
        {"content": [{"type": "input_audio", "input_audio": {"data": "not base64", "format": "wav"}}]},
    ],
)  # fmt: skip
def test_what_is_in_no_known_form_is_an_error_that_shows_the_message(value: dict[str, Any]) -> None:
    with pytest.raises(llm.RequestError, match=r"This message cannot be read: {'role': 'assistant'"):
        read(role="assistant", **value)
