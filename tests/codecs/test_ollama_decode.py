"""Replies as Ollama sends them, one JSON document to a line."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from typing import Any

import pytest
from codec_replies import Reply, decode, decode_whole

from llm._codecs import ollama
from llm._domain.endpoint import Endpoint
from llm._domain.event import Finish, ReasoningDelta, TextDelta
from llm.errors import BadReplyError, NetworkError, ProviderError

OLLAMA = Endpoint("ollama", base_url="http://localhost:11434", wire="ollama", title="Ollama")
ABOUT = {"model": "qwen3:8b", "created_at": "2026-11-01T10:00:00.123456Z"}
END = {
    **ABOUT,
    "message": {"role": "assistant", "content": ""},
    "done": True,
    "done_reason": "stop",
    "total_duration": 5_000_000_000,
    "load_duration": 1_000_000,
    "prompt_eval_count": 26,
    "prompt_eval_duration": 130_000_000,
    "eval_count": 298,
    "eval_duration": 4_700_000_000,
}


def said(**message: Any) -> dict[str, Any]:
    return {**ABOUT, "message": {"role": "assistant", "content": "", **message}, "done": False}


def lines(*documents: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(document, ensure_ascii=False).encode() + b"\n" for document in documents)


def decoded(*documents: dict[str, Any]) -> Reply:
    return decode([lines(*documents)], OLLAMA, codec=ollama)


def test_text_usage_and_the_end() -> None:
    reply = decoded(said(content="Hel"), said(content="lo"), END)
    assert reply.text == "Hello"
    assert reply.finish == Finish("stop", "stop")
    assert reply.usage is not None
    assert (reply.usage.input, reply.usage.output) == (26, 298)
    assert (reply.usage.details or {})["eval_duration"] == 4_700_000_000
    assert reply.trace.model == "qwen3:8b"
    assert "content" not in reply.trace.raw["message"]


def test_thinking_stands_before_the_text_in_its_field_or_in_tags() -> None:
    for reply in (
        decoded(said(thinking="Hm "), said(thinking="so."), said(content="Yes"), END),
        decoded(said(content="<thi"), said(content="nk>Hm so.</think>\n\nYes"), END),
    ):
        assert (reply.reasoning, reply.text) == ("Hm so.", "Yes")


def test_calls_come_whole_with_objects_for_arguments_and_often_without_ids() -> None:
    calls = [
        {"function": {"name": "add", "arguments": {"a": 1, "b": 2}}},
        {"id": "call_7", "function": {"index": 1, "name": "now", "arguments": {}}},
    ]
    reply = decoded(said(tool_calls=calls[:1]), said(tool_calls=calls[1:]), END)
    assert [(call.name, dict(call.arguments), call.tool_call_id) for call in reply.calls] == [
        ("add", {"a": 1, "b": 2}, None),
        ("now", {}, "call_7"),
    ]
    assert reply.finish == Finish("tool_calls", "stop")


@pytest.mark.parametrize(
    ("word", "reason"), [("stop", "stop"), ("length", "length"), ("load", "other"), (None, "stop")]
)
def test_the_reason_of_the_end_is_in_our_words(word: str | None, reason: str) -> None:
    assert decoded(said(content="x"), {**END, "done_reason": word}).finish == Finish(reason, word)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(30))
def test_it_is_the_same_wherever_the_bytes_are_cut(seed: int) -> None:
    body = lines(said(thinking="größer"), said(content="<b>🐦"), said(content="…"), END)
    choose, pieces, at = random.Random(seed), [], 0
    while at < len(body):
        size = choose.choice((1, 2, 5, 50))
        pieces.append(body[at : at + size])
        at += size
    assert decode(pieces, OLLAMA, codec=ollama).events == decode([body], OLLAMA, codec=ollama).events


def test_a_whole_reply_and_a_stream_that_does_not_say_so() -> None:
    whole = {**END, "message": {"role": "assistant", "content": "Hello", "thinking": "Hm"}}
    reply = decode_whole(json.dumps(whole).encode(), OLLAMA, codec=ollama)
    assert (reply.text, reply.reasoning, reply.finish) == ("Hello", "Hm", Finish("stop", "stop"))
    assert reply.trace.raw == whole
    reply = decode_whole(lines(said(content="Hel"), said(content="lo"), END), OLLAMA, codec=ollama)
    assert reply.text == "Hello"


def test_an_error_in_the_stream_comes_after_what_stood_before_it() -> None:
    reply = decoded(said(content="Hel"), {"error": "llama runner process has terminated"})
    assert reply.text == "Hel"
    assert isinstance(reply.error, ProviderError)
    assert "llama runner process has terminated" in str(reply.error)


def test_a_stream_that_is_cut_is_an_error_of_the_network() -> None:
    reply = decoded(said(content="Hel"))
    assert reply.text == "Hel"
    assert isinstance(reply.error, NetworkError)


@pytest.mark.parametrize("body", [b"", b"<html><title>Nginx</title>", b'{"models": []}\n', b"[1]", b'{"message": 5}\n'])
def test_what_is_no_answer_is_an_error(body: bytes) -> None:
    for reply in (decode([body], OLLAMA, codec=ollama), decode_whole(body, OLLAMA, codec=ollama)):
        assert isinstance(reply.error, BadReplyError)


def test_a_model_that_is_not_there_says_so() -> None:
    error = ollama.error(404, {}, b'{"error":"model \'x\' not found"}', OLLAMA)
    assert (error.status, "model 'x' not found" in str(error)) == (404, True)


def test_the_content_type_tells_a_stream() -> None:
    assert ollama.looks_like_stream("application/x-ndjson", b"")
    assert ollama.looks_like_stream("", lines(said(content="x"))[:200])
    assert not ollama.looks_like_stream("application/json; charset=utf-8", json.dumps(END).encode())


def test_models_are_those_of_the_list() -> None:
    body = json.dumps({"models": [{"name": "a:latest", "model": "a:latest", "size": 1}, {"name": "b"}]}).encode()
    assert ollama.decode_models(body) == ("a:latest", "b")


def test_pieces_of_one_kind_are_one_part() -> None:
    reply = decoded(said(thinking="a"), said(thinking="b"), said(content="c"), END)
    kinds: Iterable[type] = [type(event) for event in reply.events[:3]]
    assert list(kinds) == [ReasoningDelta, ReasoningDelta, TextDelta]
    assert len(reply.parts) == 2
