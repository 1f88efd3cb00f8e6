"""A turn as `llm logs --json` prints it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

from llm._domain.attachment import Attachment
from llm._domain.message import tool_message, user
from llm._domain.part import ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from llm._domain.turn import Turn
from llm._domain.usage import Usage
from llm._storage.query import ConversationRecord
from llm._storage.turn_json import turn_to_json

from .turns import FILE, done, everything, running

KEYS_OF_TODAYS_LLM = [
    "id", "model", "resolved_model", "options_json", "conversation_id", "duration_ms", "datetime_utc", "input_tokens",
    "output_tokens", "token_details", "conversation_name", "conversation_model", "schema_json", "prompt", "system",
    "response", "reasoning", "prompt_json", "response_json", "prompt_fragments", "system_fragments", "tools",
    "tool_calls", "tool_results", "attachments",
]  # fmt: skip
OUR_KEYS = [
    "status", "error", "finish_reason", "request_id", "first_byte_ms", "attempts", "template", "cached_tokens",
    "reasoning_tokens", "price_key", "cache_write_tokens",
]  # fmt: skip


def test_the_keys_are_those_that_users_know_in_their_order_and_then_ours() -> None:
    assert list(turn_to_json(running())) == KEYS_OF_TODAYS_LLM + OUR_KEYS
    assert list(turn_to_json(everything()[0])) == KEYS_OF_TODAYS_LLM + OUR_KEYS


def test_a_plain_turn_has_the_values_that_llm_0_36_printed_for_it() -> None:
    """The expected values were printed by llm 0.36 with llm-echo 0.5, the times apart."""
    turn = Turn(
        "01m84yetxsfkyf6c3dp90grtyb",
        "01m84yetxrq34cwny3yptcaxm8",
        model="echo",
        input=(user("hi"),),
        system="sys",
        status="done",
        parts=(TextPart('{\n  "prompt": "hi"\n}'),),
        usage=Usage(2, 12),
        started=1795462491.065533,
        duration_ms=0,
    )
    printed = turn_to_json(turn)
    assert {name: printed[name] for name in KEYS_OF_TODAYS_LLM} == {
        "id": "01m84yetxsfkyf6c3dp90grtyb",
        "model": "echo",
        "resolved_model": None,
        "options_json": {},
        "conversation_id": "01m84yetxrq34cwny3yptcaxm8",
        "duration_ms": 0,
        "datetime_utc": "2026-11-23T19:34:51.065533+00:00",
        "input_tokens": 2,
        "output_tokens": 12,
        "token_details": None,
        "conversation_name": "hi",
        "conversation_model": "echo",
        "schema_json": None,
        "prompt": "hi",
        "system": "sys",
        "response": '{\n  "prompt": "hi"\n}',
        "reasoning": None,
        "prompt_json": None,
        "response_json": None,
        "prompt_fragments": [],
        "system_fragments": [],
        "tools": [],
        "tool_calls": [],
        "tool_results": [],
        "attachments": [],
    }


def test_our_keys_say_how_the_turn_went() -> None:
    printed = turn_to_json(everything()[0])
    assert {name: printed[name] for name in OUR_KEYS} == {
        "status": "partial",
        "error": "The connection broke",
        "finish_reason": "tool_calls",
        "request_id": "req_1",
        "first_byte_ms": 56,
        "attempts": [{"error": "RateLimitError", "status": 429, "waited": 0.5}],
        "template": "brief",
        "cached_tokens": 3,
        "reasoning_tokens": 2,
        "price_key": "test/one",
        "cache_write_tokens": 4,
    }


def test_every_turn_can_be_printed_as_json() -> None:
    for turn in (running(), everything()[0], done(everything()[0])):
        printed = turn_to_json(turn)
        assert json.loads(json.dumps(printed)) == printed


def test_text_and_reasoning_of_the_answer_stand_apart() -> None:
    turn = replace(done(running()), parts=(ReasoningPart("hm"), TextPart("a"), ReasoningPart("so"), TextPart("b")))
    printed = turn_to_json(turn)
    assert (printed["response"], printed["reasoning"]) == ("ab", "hmso")


def test_options_schema_usage_details_and_payload_are_given() -> None:
    printed = turn_to_json(everything()[0])
    assert printed["options_json"] == {"temperature": 0.5, "stop": ["a", "b"], "extra_body": {"seed": 1}}
    assert printed["schema_json"]["type"] == "object"
    assert printed["token_details"] == '{"prompt_tokens_details": {"cached_tokens": 3}}'
    assert printed["response_json"]["id"] == "chatcmpl-1"


def test_an_attachment_of_the_prompt_is_listed_without_its_bytes() -> None:
    printed = turn_to_json(everything()[0])
    assert printed["attachments"] == [
        {
            "id": hashlib.sha256(bytes(range(256))).hexdigest(),
            "type": "image/png",
            "path": None,
            "url": None,
            "content": True,
            "content_length": 256,
        }
    ]


def test_attachments_of_earlier_turns_are_not_listed_again() -> None:
    turn = running(input=(user("And now?"),), after="0" * 64)
    assert turn_to_json(turn)["attachments"] == []


def test_an_attachment_whose_file_is_gone_is_listed_without_an_id(tmp_path: Path) -> None:
    missing = Attachment(path=str(tmp_path / "gone.jpg"))
    nameless = Attachment(path=str(tmp_path / "gone"))
    printed = turn_to_json(running(input=(user(missing, nameless),)))
    assert [(item["id"], item["type"]) for item in printed["attachments"]] == [(None, "image/jpeg"), (None, None)]
    assert printed["attachments"][0]["path"] == str(tmp_path / "gone.jpg")


def test_a_tool_call_is_listed_with_its_arguments() -> None:
    call = ToolCallPart("add", {"a": 1}, "call_1")
    broken = ToolCallPart("add", {}, "call_2", raw="{not json")
    printed = turn_to_json(done(running(), parts=(call, broken)))
    same = {"id": None, "tool_id": None, "name": "add", "server_executed": False}
    assert printed["tool_calls"] == [
        {**same, "arguments": {"a": 1}, "tool_call_id": "call_1"},
        {**same, "arguments": {}, "tool_call_id": "call_2", "raw": "{not json"},
    ]


def test_tool_results_are_those_given_in_this_turn_and_those_of_the_servers_own_tools() -> None:
    given = ToolResultPart("add", "3", "call_1", attachments=(FILE,), exception="ValueError: no")
    found = ToolResultPart("search", "birds", "call_2", server_executed=True)
    turn = running(input=(tool_message(given),), parts=(found,))
    results = turn_to_json(turn)["tool_results"]
    assert [(r["name"], r["output"], r["tool_call_id"], r["exception"], r["server_executed"]) for r in results] == [
        ("add", "3", "call_1", "ValueError: no", False),
        ("search", "birds", "call_2", None, True),
    ]
    assert results[0]["attachments"][0]["content_length"] == 256
    assert results[1]["attachments"] == []


def test_a_tool_is_listed_with_its_definition_and_the_hash_that_users_know() -> None:
    """The hash was printed by llm 0.36 for its own tool `llm_version`."""
    tool = {
        "name": "llm_version",
        "description": "Return the installed version of llm",
        "input_schema": {"properties": {}, "type": "object"},
        "plugin": "llm.default_plugins.default_tools",
    }
    assert turn_to_json(running(tools=(tool,)))["tools"] == [
        {
            "id": None,
            "hash": "0b74aaa30fdc791cd960bf5adbdd3dffe7f160a781b7546cdbe7fdebd1e78351",
            **tool,
            "instance": None,
        }
    ]


def test_what_a_server_declares_of_its_own_tool_is_kept() -> None:
    printed = turn_to_json(running(tools=({"type": "web_search", "max_uses": 3},)))["tools"][0]
    assert (printed["type"], printed["max_uses"], printed["name"]) == ("web_search", 3, None)


def test_a_conversation_has_its_name_or_the_start_of_what_was_asked() -> None:
    first = "Ten  names\nfor a pelican that lives in Half Moon Bay"
    assert turn_to_json(running(first))["conversation_name"] == "Ten names for a pelican that li…"
    later = ConversationRecord("c", title=first)
    assert turn_to_json(running("More"), conversation=later)["conversation_name"] == "Ten names for a pelican that li…"
    named = ConversationRecord("c", name="A name of more than thirty-two characters", title=first)
    assert turn_to_json(running("More"), conversation=named)["conversation_name"] == named.name
    assert turn_to_json(running(input=()))["conversation_name"] == ""


def test_fragments_stand_beside_the_prompt_that_begins_with_them() -> None:
    page = "word " * 100
    turn = running(f"{page}\nB\nWhat?", fragments=(page, "B"), system="C\nBe brief", system_fragments=("C",))
    printed = turn_to_json(turn)
    assert (printed["prompt"], printed["system"]) == ("What?", "Be brief")
    assert printed["prompt_fragments"] == [
        {"hash": hashlib.sha256(page.encode()).hexdigest(), "content": f"{page[:97]}...", "aliases": []},
        {"hash": hashlib.sha256(b"B").hexdigest(), "content": "B", "aliases": []},
    ]
    assert [fragment["content"] for fragment in printed["system_fragments"]] == ["C"]
    assert turn_to_json(turn, expand=True)["prompt_fragments"][0]["content"] == page
    assert turn_to_json(running("A page", fragments=("A page",)))["prompt"] == ""
    assert turn_to_json(running("Another\nWhat?", fragments=("A page",)))["prompt"] == "Another\nWhat?"


def test_truncated_json_has_short_texts_and_no_json_in_it() -> None:
    turn = done(running("p" * 101, options={"a": 1}, schema={}), "r" * 100, raw={"id": 1})
    printed = turn_to_json(turn, truncate=True)
    assert (printed["prompt"], printed["response"]) == ("p" * 97 + "...", "r" * 100)
    assert [name for name in printed if name.endswith("_json")] == ["prompt_json"]


def test_the_time_is_in_utc_with_microseconds() -> None:
    assert turn_to_json(running(started=1800000000.0))["datetime_utc"] == "2027-01-15T08:00:00.000000+00:00"
