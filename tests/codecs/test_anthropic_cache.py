"""The stable prefix of a request is marked for Anthropic's cache."""

from __future__ import annotations

import json
from typing import Any

import pytest
from anthropic_requests import body

from llm._domain.message import assistant, user
from llm._domain.part import ReasoningPart, TextPart
from llm._domain.prompt import Prompt
from llm._domain.tool import ServerSideTool, Tool

LONG = "word " * 1000
MARK = {"type": "ephemeral"}
TALK = (user("a"), assistant(LONG), user("b"), assistant("c"))


def marks(made: Any) -> int:
    return json.dumps(made).count('"cache_control"')


def test_a_short_prompt_has_no_marks() -> None:
    """The provider keeps nothing so short, and a plain system prompt stays a text."""
    made = body(Prompt("x", system="s", tools=[Tool("f", "d")], messages=(user("a"), assistant("b"))))
    assert marks(made) == 0
    assert made["system"] == "s"
    assert marks(body(Prompt(LONG))) == 0


def test_tools_system_prompt_and_the_talk_so_far_are_marked() -> None:
    """Each at its end; what this turn adds is not."""
    made = body(Prompt("x", system="s", tools=[Tool("f", LONG), Tool("g")], messages=TALK))
    assert [tool.get("cache_control") for tool in made["tools"]] == [None, MARK]
    assert made["system"] == [{"type": "text", "text": "s", "cache_control": MARK}]
    assert made["messages"][3]["content"] == [{"type": "text", "text": "c", "cache_control": MARK}]
    assert marks(made) == 3


def test_a_place_is_marked_once_enough_stands_before_it() -> None:
    """Tools that are short by themselves are not, and what follows them counts them in."""
    made = body(Prompt("x", system=LONG, tools=[Tool("f")], messages=(user("a"), assistant("b"))))
    assert "cache_control" not in made["tools"][0]
    assert marks(made) == 2


def test_only_blocks_that_may_have_a_mark_get_one() -> None:
    """Reasoning may not, nor a tool that is loaded later."""
    signed = {"acme": {"anthropic": {"type": "thinking", "signature": "s"}}}
    compact = {"acme": {"anthropic": {"type": "compaction", "content": "x"}}}
    talk = (user(LONG), assistant("b", ReasoningPart("Hm", provider_metadata=signed),
                                  TextPart("", provider_metadata=compact)))  # fmt: skip
    later = ServerSideTool({"name": "g", "defer_loading": True, "input_schema": {}})
    made = body(Prompt("x", tools=[Tool("f", LONG), later], messages=talk))
    assert [tool.get("cache_control") for tool in made["tools"]] == [MARK, None]
    assert [block.get("cache_control") for block in made["messages"][1]["content"]] == [MARK, None, None]


def test_an_answer_to_be_gone_on_with_is_not_the_talk_so_far() -> None:
    """The mark stands at the turn before it."""
    made = body(Prompt(messages=(*TALK, user("d"), assistant("e"))))
    assert made["messages"][3]["content"][0]["cache_control"] == MARK
    assert marks(made) == 1


@pytest.mark.parametrize("off", [False, 0, "off", "false"])
def test_marks_can_be_turned_off(off: object) -> None:
    """With the option `cache`; and they give way to the provider's own automatic mark."""
    prompt = Prompt("x", system=LONG, messages=TALK)
    made = body(prompt.replace(options={"cache": off}))
    assert marks(made) == 0
    assert "cache" not in made
    own = body(prompt.replace(options={"cache_control": {"type": "ephemeral", "ttl": "1h"}}))
    assert marks(own) == 1
    assert own["cache_control"] == {"type": "ephemeral", "ttl": "1h"}


def test_the_cache_may_keep_for_an_hour() -> None:
    """With `cache` as the time."""
    made = body(Prompt("x", system=LONG, options={"cache": "1h"}))
    assert made["system"][0]["cache_control"] == {"type": "ephemeral", "ttl": "1h"}


def test_there_are_at_most_four_marks() -> None:
    """Those that raw tools have count, and stay as they are."""
    raw = [ServerSideTool({"name": f"t{n}", "input_schema": {}, "cache_control": {"type": "ephemeral", "ttl": "1h"}})
           for n in range(3)]  # fmt: skip
    made = body(Prompt("x", system=LONG, tools=raw, messages=TALK))
    assert marks(made) == 4
    assert all(tool["cache_control"]["ttl"] == "1h" for tool in made["tools"])
    assert made["system"][0]["cache_control"] == MARK
