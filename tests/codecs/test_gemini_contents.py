"""Messages as Gemini has them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from gemini_requests import sent

from llm._domain.attachment import Attachment
from llm._domain.message import Message, assistant, tool_message, user
from llm._domain.part import AttachmentPart, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from llm._domain.profile import Profile

OLD = {"model": "gemini-2.5-flash"}
PNG = Attachment("image/png", content=b"png")
WAV = Attachment("audio/wav", content=b"wav")
PNG_PART = {"inlineData": {"mimeType": "image/png", "data": "cG5n"}}
WAV_PART = {"inlineData": {"mimeType": "audio/wav", "data": "d2F2"}}


def own(**fields: Any) -> dict[str, Any]:
    return {"acme": {"gemini": fields}}


def responses(*messages: Message, **more: Any) -> list[dict[str, Any]]:
    """The functions' responses on the wire."""
    parts = (part for content in sent(*messages, **more) for part in content["parts"])
    return [part["functionResponse"] for part in parts if "functionResponse" in part]


def test_results_of_one_turn_are_one_content() -> None:
    """Also where each is a message of its own; what the user says follows as another."""
    call, result = ToolCallPart("f", {"x": 1}), ToolResultPart("f", "2")
    contents = sent(user("Hi"), assistant(call, call), tool_message(result), tool_message(result), user("And?"), **OLD)
    assert [content["role"] for content in contents] == ["user", "model", "user", "user"]
    assert contents[1]["parts"] == [{"functionCall": {"name": "f", "args": {"x": 1}}}] * 2
    assert contents[2]["parts"] == [{"functionResponse": {"name": "f", "response": {"output": "2"}}}] * 2


def test_results_find_their_calls() -> None:
    """By id, else by name, else in order; a call without an id gets a response without one."""
    calls = assistant(ToolCallPart("f", {}, "1"), ToolCallPart("g", {}), ToolCallPart("f", {}, "2"))

    def found(*results: ToolResultPart) -> list[tuple[str, str | None]]:
        return [(r["name"], r.get("id")) for r in responses(user("Hi"), calls, tool_message(*results))]

    results = (ToolResultPart("f", "", "2"), ToolResultPart("g", ""), ToolResultPart("f", "", "1"))
    assert found(*results) == [("f", "2"), ("g", None), ("f", "1")]
    assert found(ToolResultPart("f"), ToolResultPart("f"), ToolResultPart("g")) == [("f", "1"), ("f", "2"), ("g", None)]
    assert found(ToolResultPart(""), ToolResultPart("", "", "2")) == [("f", "1"), ("f", "2")]
    assert found(ToolResultPart("g", "", "made-up")) == [("g", None)]
    assert found(ToolResultPart("h", "", "9")) == [("h", "9")]


@pytest.mark.parametrize(
    ("output", "response"),
    [
        ("plain", {"output": "plain"}),
        ("", {"output": ""}),
        ('{"a": [1, 2.5, null]}', {"a": [1, 2.5, None]}),
        ("[1]", {"output": "[1]"}),
        ("{broken", {"output": "{broken"}),
        ('{"id": 9007199254740993}', {"output": '{"id": 9007199254740993}'}),
        ('{"a": NaN}', {"output": '{"a": NaN}'}),
    ],
)
def test_a_result_is_an_object(output: str, response: dict[str, Any]) -> None:
    """JSON objects as they are, unless something of them would be lost; all else as `output`."""
    assert responses(user("Hi"), tool_message(ToolResultPart("f", output)))[0]["response"] == response


def test_a_failure_is_told_as_one() -> None:
    """What the tool said of it, else the exception."""
    for result in (ToolResultPart("f", exception="E: no"), ToolResultPart("f", "E: no", exception="E")):
        assert responses(user("Hi"), tool_message(result))[0]["response"] == {"error": "E: no"}


def test_files_of_results_stand_inside_of_them_where_the_model_knows_that() -> None:
    """Pictures and documents do; a sound, and all files for older models, follow."""
    result = ToolResultPart("f", "", "1", attachments=(PNG, WAV))
    messages = (user("Hi"), assistant(ToolCallPart("f", {}, "1")), tool_message(result), user("Well?"))
    contents = sent(*messages)
    assert contents[2]["parts"] == [{"functionResponse": {"id": "1", "name": "f", "response": {}, "parts": [PNG_PART]}}]
    assert contents[3] == {"role": "user", "parts": [{"text": "Files from the tool f:"}, WAV_PART]}
    assert contents[4]["parts"] == [{"text": "Well?"}]
    contents = sent(*messages, **OLD)
    assert "parts" not in contents[2]["parts"][0]["functionResponse"]
    assert contents[3]["parts"] == [{"text": "Files from the tool f:"}, PNG_PART, WAV_PART]
    by_profile = sent(*messages, model="m", profile=Profile(reasoning="level"))
    assert "parts" in by_profile[2]["parts"][0]["functionResponse"]


def test_opaque_data_goes_back_to_its_endpoint() -> None:
    """On the part on which it came."""
    call = ToolCallPart("f", {}, provider_metadata=own(thoughtSignature="C"))
    whole = {"executableCode": {"code": "1"}, "thoughtSignature": "E"}
    done = {"codeExecutionResult": {"outcome": "OUTCOME_OK"}}
    parts = (
        ReasoningPart("Hm", provider_metadata=own(thought=True, thoughtSignature="R")),
        TextPart("", provider_metadata=own(thoughtSignature="T", groundingMetadata={"a": 1})),
        ToolCallPart("code_execution", {"code": "1"}, server_executed=True, provider_metadata=own(part=whole)),
        ToolResultPart("code_execution", "", server_executed=True, provider_metadata=own(part=done)),
        AttachmentPart(PNG, provider_metadata=own(thoughtSignature="A")),
        call,
    )
    assert sent(user("Hi"), assistant(*parts))[1]["parts"] == [
        {"text": "Hm", "thought": True, "thoughtSignature": "R"},
        {"text": "", "thoughtSignature": "T"},
        whole,
        done,
        PNG_PART | {"thoughtSignature": "A"},
        {"functionCall": {"name": "f", "args": {}}, "thoughtSignature": "C"},
    ]


def test_what_other_providers_kept_stays_with_them() -> None:
    """Reasoning and what they ran are dropped, the text and the calls are kept; also data of another wire."""
    other = {"openai": {"thoughtSignature": "X"}, "acme": {"chat": {"thoughtSignature": "Y"}}}
    parts = (
        ReasoningPart("Hm", provider_metadata=other),
        TextPart("Hello", provider_metadata=other),
        TextPart(""),
        ToolCallPart("search", {}, "s", server_executed=True, provider_metadata=other),
        ToolResultPart("search", "found", "s", server_executed=True, provider_metadata=other),
        ToolCallPart("f", {}, "1", provider_metadata=other),
    )
    assert sent(user("Hi"), assistant(*parts), **OLD)[1]["parts"] == [
        {"text": "Hello"},
        {"functionCall": {"id": "1", "name": "f", "args": {}}},
    ]


def test_a_message_of_which_nothing_is_left_is_not_sent() -> None:
    """Gemini refuses contents without parts."""
    contents = sent(user("Hi"), assistant(ReasoningPart("Hm")), user("Well?"))
    assert [content["role"] for content in contents] == ["user", "user"]


def test_a_call_of_another_model_is_marked_as_unsigned() -> None:
    """Models of the third generation refuse the first call of a turn without a signature."""
    call = ToolCallPart("f", {})
    parts = sent(user("Hi"), assistant(call, call))[1]["parts"]
    assert [part.get("thoughtSignature") for part in parts] == ["skip_thought_signature_validator", None]
    signed = ToolCallPart("f", {}, provider_metadata=own(thoughtSignature="S"))
    assert sent(user("Hi"), assistant(signed, call))[1]["parts"][0]["thoughtSignature"] == "S"
    assert "thoughtSignature" not in sent(user("Hi"), assistant(call), **OLD)[1]["parts"][0]


def test_arguments_that_are_no_object_stay_readable() -> None:
    """Gemini takes nothing but objects."""
    call = ToolCallPart("f", raw="{oops")
    assert sent(user("Hi"), assistant(call), **OLD)[1]["parts"] == [
        {"functionCall": {"name": "f", "args": {"arguments": "{oops"}}}
    ]


def test_a_file_that_another_model_made_is_left_out_where_it_is_not_taken() -> None:
    """A file of the user is an error instead."""
    profile = Profile(attachment_types=("image/png",))
    assert sent(user("Hi"), assistant("Here", WAV, PNG), profile=profile)[1]["parts"] == [{"text": "Here"}, PNG_PART]


def test_text_of_any_kind_is_sent_as_it_is() -> None:
    """Half a character from a terminal too."""
    assert sent(user("a\ud83d \u2028 é"))[0]["parts"][0]["text"] == json.loads('"a\\ud83d \\u2028 é"')
