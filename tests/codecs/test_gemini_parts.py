"""The parts of a Gemini model's answer: thoughts, signatures, calls, what Google ran, and files."""

from __future__ import annotations

import base64
import struct

import pytest
from gemini_replies import chunk, decode, sse, stream, whole

from llm._domain.attachment import Attachment
from llm._domain.event import PartEvent, ToolCallDelta
from llm._domain.part import AttachmentPart, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from llm.errors import BadReplyError


def opaque(**fields: object) -> dict[str, object]:
    return {"acme": {"gemini": fields}}


def data(content: bytes, media_type: str = "image/png", **more: object) -> dict[str, object]:
    return {"inlineData": {"mimeType": media_type, "data": base64.b64encode(content).decode()}, **more}


def test_a_signed_part_of_a_stream_stays_apart() -> None:
    """Text before it and after it is not joined with it, and an empty one keeps its place."""
    reply = stream(
        chunk({"text": "a"}),
        chunk({"text": "b", "thoughtSignature": "S1"}),
        chunk({"text": "c"}),
        chunk({"text": "d"}),
        chunk({"text": "", "thoughtSignature": "S2"}),
    )
    assert reply.parts == (
        TextPart("a"),
        TextPart("b", provider_metadata=opaque(thoughtSignature="S1")),
        TextPart("cd"),
        TextPart("", provider_metadata=opaque(thoughtSignature="S2")),
    )


def test_thoughts_of_a_stream_are_joined_and_marked() -> None:
    """A signed thought stays apart; empty pieces without a signature are nothing."""
    reply = stream(
        chunk({"text": "Let ", "thought": True}),
        chunk({"text": "me", "thought": True}),
        chunk({"text": "", "thought": True}),
        chunk({"text": "see", "thought": True, "thoughtSignature": "S"}),
        chunk({"text": "Yes"}),
        chunk({"text": ""}),
    )
    assert reply.parts == (
        ReasoningPart("Let me", provider_metadata=opaque(thought=True)),
        ReasoningPart("see", provider_metadata=opaque(thought=True, thoughtSignature="S")),
        TextPart("Yes"),
    )


def test_parts_of_a_whole_reply_stay_the_parts_that_they_are() -> None:
    """They go back as they came."""
    reply = whole({"text": "a"}, {"text": "b"}, {"text": "x", "thought": True}, {"text": "y", "thought": True})
    assert [part.text for part in reply.parts if isinstance(part, TextPart | ReasoningPart)] == ["a", "b", "x", "y"]


def test_calls_have_ids_only_where_google_sent_some() -> None:
    """Several in one piece, without arguments, and with a signature."""
    reply = whole(
        {"functionCall": {"name": "f", "args": {"x": 1.5}}, "thoughtSignature": "S"},
        {"functionCall": {"name": "f", "id": "c1"}},
        {"functionCall": {"name": "g", "args": None}},
    )
    assert reply.calls == [
        ToolCallPart("f", {"x": 1.5}, provider_metadata=opaque(thoughtSignature="S")),
        ToolCallPart("f", {}, "c1"),
        ToolCallPart("g", {}),
    ]
    assert all(call.raw is None for call in reply.calls)


def test_streamed_arguments_are_put_together() -> None:
    """Vertex AI sends them value by value, and texts piece by piece."""
    reply = stream(
        chunk({"functionCall": {"name": "f", "willContinue": True}, "thoughtSignature": "S"}),
        chunk(
            {
                "functionCall": {
                    "partialArgs": [{"jsonPath": "$.city", "stringValue": "Par", "willContinue": True}],
                    "willContinue": True,
                }
            }
        ),
        chunk(
            {
                "functionCall": {
                    "partialArgs": [
                        {"jsonPath": "$.city", "stringValue": "is"},
                        {"jsonPath": "$.days[1]['max temp']", "numberValue": 3.0},
                        {"jsonPath": "$.now", "boolValue": False},
                        {"jsonPath": "$.unit", "nullValue": "NULL_VALUE"},
                    ],
                    "willContinue": True,
                }
            }
        ),
        chunk({"functionCall": {}}),
        chunk({"functionCall": {"name": "g", "args": {}}}),
    )
    assert reply.calls[0] == ToolCallPart(
        "f",
        {"city": "Paris", "days": [None, {"max temp": 3}], "now": False, "unit": None},
        provider_metadata=opaque(thoughtSignature="S"),
    )
    assert reply.calls[1].name == "g"


def test_streamed_arguments_that_break_off_are_given_out() -> None:
    """As far as they came."""
    piece = {"jsonPath": "$.a", "stringValue": "x", "willContinue": True}
    body = sse(chunk({"functionCall": {"name": "f", "partialArgs": [piece], "willContinue": True}}))
    assert decode([body]).calls == [ToolCallPart("f", {"a": "x"})]


@pytest.mark.parametrize("path", ["", "a", "$", "$.a[", "$[0]", "$.a[99999]", "$.a.b"])
def test_an_argument_without_a_place_is_a_bad_reply(path: str) -> None:
    """A path that names no place, or one in what is no object."""
    pieces = [{"jsonPath": "$.a", "stringValue": "x"}, {"jsonPath": path, "stringValue": "y"}]
    if path == "$.a[99999]":
        pieces[0] = {"jsonPath": "$.b", "stringValue": "x"}
    body = sse(chunk({"functionCall": {"name": "f", "partialArgs": pieces, "willContinue": True}}))
    assert isinstance(decode([body]).error, BadReplyError)


def test_code_that_google_ran_is_a_call_with_a_result() -> None:
    """Failures too; both keep the whole part, to go back as it came."""
    code = {"executableCode": {"language": "PYTHON", "code": "1/0", "id": "e1"}, "thoughtSignature": "S"}
    failed = {"codeExecutionResult": {"outcome": "OUTCOME_FAILED", "output": "ZeroDivisionError", "id": "e1"}}
    reply = whole(code, failed, {"text": "It failed"})
    assert reply.parts == (
        ToolCallPart(
            "code_execution",
            {"language": "PYTHON", "code": "1/0"},
            "e1",
            server_executed=True,
            provider_metadata=opaque(part=code),
        ),
        ToolResultPart(
            "code_execution",
            "ZeroDivisionError",
            "e1",
            exception="OUTCOME_FAILED",
            server_executed=True,
            provider_metadata=opaque(part=failed),
        ),
        TextPart("It failed"),
    )
    assert reply.finish is not None
    assert reply.finish.reason == "stop"


def test_tools_that_google_ran_are_calls_with_results() -> None:
    """Named as Google names them, in small letters."""
    call = {"toolCall": {"toolType": "URL_CONTEXT", "args": {"urls": ["u"]}, "id": "t1"}}
    answer = {"toolResponse": {"toolType": "URL_CONTEXT", "response": {"ok": True}, "id": "t1"}}
    found, result = whole(call, answer).parts
    assert isinstance(found, ToolCallPart)
    assert isinstance(result, ToolResultPart)
    assert (found.name, found.arguments, found.tool_call_id) == ("url_context", {"urls": ["u"]}, "t1")
    assert (result.name, result.output, result.tool_call_id) == ("url_context", '{"ok": true}', "t1")
    assert found.server_executed
    assert result.server_executed


def test_pictures_are_files() -> None:
    """With their type and signature, in either alphabet of base64; a file in Google's store is an address."""
    content = bytes(range(256))
    odd = {"inlineData": {"mimeType": "image/png", "data": base64.urlsafe_b64encode(content).decode().rstrip("=")}}
    stored = {"fileData": {"mimeType": "video/mp4", "fileUri": "gs://bucket/a.mp4"}}
    reply = stream(chunk({"text": "Here:"}), chunk(data(content, thoughtSignature="S"), odd), chunk(stored))
    assert reply.parts == (
        TextPart("Here:"),
        AttachmentPart(Attachment("image/png", content=content), provider_metadata=opaque(thoughtSignature="S")),
        AttachmentPart(Attachment("image/png", content=content)),
        AttachmentPart(Attachment("video/mp4", url="gs://bucket/a.mp4")),
    )


def test_speech_that_comes_in_pieces_is_one_sound_file() -> None:
    """Bare samples get the header that says how to play them."""
    kind = "audio/L16;codec=pcm;rate=16000"
    reply = stream(chunk(data(b"\x01\x00", kind)), chunk(data(b"\x02\x00", kind)), chunk({"text": "Done"}))
    file, text = reply.parts
    assert isinstance(file, AttachmentPart)
    assert file.attachment.type == "audio/wav"
    content = file.attachment.content_bytes()
    assert content[:4] == b"RIFF"
    assert struct.unpack_from("<HHIIHH", content, 20) == (1, 1, 16000, 32000, 2, 16)
    assert content[44:] == b"\x01\x00\x02\x00"
    assert struct.unpack_from("<I", content, 40) == (4,)
    assert text == TextPart("Done")


def test_speech_at_the_end_is_given_out() -> None:
    """Also of a stream that breaks off, and two sounds of different kinds are two files."""
    pieces = [data(b"\x01\x00", "audio/L16;rate=16000"), data(b"\x02\x00", "audio/L16;rate=24000;channels=2")]
    cut = decode([sse(chunk(*pieces))])
    assert [type(event) for event in cut.events] == [PartEvent, PartEvent]
    assert len(whole(*pieces).parts) == 2


def test_parts_of_a_kind_that_is_not_known_are_kept() -> None:
    """They are invisible, in their place, and go back as they came."""
    new = {"newKind": {"a": 1}, "thoughtSignature": "S"}
    reply = whole({"text": "a"}, new, {"text": "b"})
    assert reply.text == "ab"
    assert reply.parts[1] == TextPart("", provider_metadata=opaque(part=new))


def test_data_that_is_none_is_a_bad_reply() -> None:
    """Rather than a file of something else."""
    assert isinstance(whole({"inlineData": {"mimeType": "image/png", "data": "§"}}).error, BadReplyError)
    assert isinstance(whole({"text": 7}).error, BadReplyError)


def test_each_call_has_an_index_of_its_own() -> None:
    """Those that Google ran are counted too."""
    reply = whole({"executableCode": {"code": "1"}}, {"functionCall": {"name": "f"}}, {"functionCall": {"name": "f"}})
    assert [event.index for event in reply.events if isinstance(event, ToolCallDelta)] == [0, 1, 2]
