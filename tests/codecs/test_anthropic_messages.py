"""Messages are written as Anthropic has them."""

from __future__ import annotations

from typing import Any

import pytest
from anthropic_requests import body, sent

from llm._domain.attachment import Attachment
from llm._domain.message import Message, assistant, system, tool_message, user
from llm._domain.part import AttachmentPart, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from llm._domain.profile import Profile
from llm._domain.prompt import Prompt
from llm.errors import RequestError

CALL = ToolCallPart("f", {"a": 1}, "t1")
RESULT = ToolResultPart("f", "ok", "t1")


def own(**fields: Any) -> dict[str, Any]:
    """Data that this endpoint gave a part."""
    return {"acme": {"anthropic": fields}}


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


def test_a_prompt_is_a_message_of_the_user_and_a_system_prompt_stands_apart() -> None:
    """At the top of the body; all that instructs before anything is said is one text."""
    asked = body(Prompt("Hi", system="Be brief."))
    assert asked["system"] == "Be brief."
    assert asked["messages"] == [{"role": "user", "content": [text("Hi")]}]
    assert "system" not in body(Prompt("Hi"))
    both = Prompt("Hi", system="Be brief.", messages=[Message("developer", ("And kind.",))])
    assert body(both)["system"] == "Be brief.\n\nAnd kind."


def test_turns_alternate() -> None:
    """Messages of one side that follow one another are one message."""
    assert sent(user("a"), user("b"), assistant("c"), assistant("d"), user("e")) == [
        {"role": "user", "content": [text("a"), text("b")]},
        {"role": "assistant", "content": [text("c"), text("d")]},
        {"role": "user", "content": [text("e")]},
    ]


def test_results_of_tools_come_first_in_the_message_of_the_user() -> None:
    """The provider refuses anything between a call and its result."""
    messages = sent(user("a"), assistant(CALL), user("by the way"), tool_message(RESULT))
    result = {"type": "tool_result", "tool_use_id": "t1", "content": "ok"}
    assert messages[2] == {"role": "user", "content": [result, text("by the way")]}


def test_texts_without_words_are_not_sent() -> None:
    """Nor messages that are empty without them; the turns still alternate."""
    assert sent(user("a"), assistant(" \n"), user("", "b")) == [{"role": "user", "content": [text("a"), text("b")]}]
    for prompt in (Prompt(""), Prompt(" "), Prompt(system="x"), Prompt(messages=[assistant("")])):
        with pytest.raises(RequestError, match="nothing to send"):
            body(prompt)


def test_an_answer_to_be_gone_on_with_ends_without_spaces() -> None:
    """The provider refuses them there, and only there."""
    assert sent(user("a"), assistant("The answer is "))[1]["content"] == [text("The answer is")]
    assert sent(user("a"), assistant("Well "), user("b"))[1]["content"] == [text("Well ")]


def test_a_call_goes_back_with_its_id_and_arguments() -> None:
    """Arguments that are no object are wrapped as the vendor says."""
    kept = own(type="tool_use", caller={"type": "direct"})
    calls = [CALL, ToolCallPart("g", {}, "t2", raw='{"a": ', provider_metadata=kept)]
    assert sent(user("a"), assistant(*calls))[1]["content"] == [
        {"type": "tool_use", "id": "t1", "name": "f", "input": {"a": 1}},
        {
            "type": "tool_use",
            "id": "t2",
            "name": "g",
            "input": {"INVALID_JSON": '{"a": '},
            "caller": {"type": "direct"},
        },
    ]


def test_ids_are_made_where_there_are_none_and_cleaned_where_they_are_foreign() -> None:
    """A call and its result keep the same one."""
    messages = sent(
        user("a"),
        assistant(ToolCallPart("f"), ToolCallPart("g", {}, "functions.g:0")),
        tool_message(ToolResultPart("g", "2", "functions.g:0"), ToolResultPart("f", "1")),
    )
    assert [block["id"] for block in messages[1]["content"]] == ["call_1", "functions_g_0"]
    assert [block["tool_use_id"] for block in messages[2]["content"]] == ["functions_g_0", "call_1"]


def test_a_result_may_be_an_error_empty_or_hold_files() -> None:
    """Files stand inside it, after its words."""
    picture = Attachment("image/png", content=b"png")
    document = Attachment("application/pdf", url="https://a.test/x.pdf")
    _, _, turn = sent(
        user("a"),
        assistant(ToolCallPart("f", {}, "t1"), ToolCallPart("f", {}, "t2"), ToolCallPart("f", {}, "t3")),
        tool_message(
            ToolResultPart("f", "", "t1", exception="ValueError: no"),
            ToolResultPart("f", "", "t2"),
            ToolResultPart("f", "two", "t3", attachments=(picture, document)),
        ),
    )
    failed, empty, full = turn["content"]
    assert (failed["content"], failed["is_error"]) == ("Error: ValueError: no", True)
    assert empty == {"type": "tool_result", "tool_use_id": "t2"}
    assert full["content"] == [
        text("two"),
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "cG5n"}},
        {"type": "document", "source": {"type": "url", "url": "https://a.test/x.pdf"}},
    ]


def test_blocks_that_the_provider_wrote_go_back_as_they_came() -> None:
    """Reasoning with its signature, citations, what it ran itself, and what nobody here knows."""
    result = {"type": "web_search_tool_result", "tool_use_id": "s1", "content": [{"encrypted_content": "x"}]}
    _, turn, _ = sent(
        user("a"),
        assistant(
            ReasoningPart("Hm", provider_metadata=own(type="thinking", signature="s")),
            ReasoningPart(redacted=True, provider_metadata=own(type="redacted_thinking", data="d")),
            TextPart("", provider_metadata=own(type="compaction", content="So far")),
            ToolCallPart("web_search", {"q": 1}, "s1", server_executed=True,
                         provider_metadata=own(type="server_tool_use", message_container="c")),
            ToolResultPart("web_search", "words", "s1", server_executed=True, provider_metadata=own(**result)),
            TextPart("Yes", provider_metadata=own(type="text", citations=[{"cited_text": "y"}])),
        ),
        user("b"),
    )  # fmt: skip
    assert turn["content"] == [
        {"type": "thinking", "thinking": "Hm", "signature": "s"},
        {"type": "redacted_thinking", "data": "d"},
        {"type": "compaction", "content": "So far"},
        {"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {"q": 1}},
        result,
        {"type": "text", "text": "Yes", "citations": [{"cited_text": "y"}]},
    ]


def test_what_others_wrote_is_left_out_but_for_the_text() -> None:
    """Another provider's reasoning, calls that it ran, files that a model made, and all opaque data."""
    foreign = {"other": {"anthropic": {"type": "thinking", "signature": "s"}}, "acme": {"chat": {"a": 1}}}
    _, turn, _ = sent(
        user("a"),
        assistant(
            ReasoningPart("Hm", provider_metadata=foreign),
            ReasoningPart("Hm"),
            TextPart("Yes", provider_metadata=foreign),
            TextPart("", provider_metadata=foreign),
            ToolCallPart("code", {}, "s1", server_executed=True, provider_metadata=foreign),
            ToolResultPart("code", "1", "s1", server_executed=True, provider_metadata=foreign),
            AttachmentPart(Attachment("image/png", content=b"png")),
        ),
        user("b"),
    )
    assert turn["content"] == [text("Yes")]


def test_a_call_that_the_provider_did_not_finish_is_left_out_once_the_talk_goes_on() -> None:
    """While its turn is open (paused, or waiting for our own tools) its result is still to come."""
    search = ToolCallPart("s", {}, "s1", server_executed=True, provider_metadata=own(type="server_tool_use"))
    kinds = [block["type"] for block in sent(user("a"), assistant("b", search))[1]["content"]]
    assert kinds == ["text", "server_tool_use"]
    waiting = sent(user("a"), assistant(search, CALL), tool_message(RESULT))
    assert [block["type"] for block in waiting[1]["content"]] == ["server_tool_use", "tool_use"]
    assert sent(user("a"), assistant("b", search), user("c"))[1]["content"] == [text("b")]
    assert [message["role"] for message in sent(user("a"), assistant(search), user("c"))] == ["user", "user"]


def test_an_instruction_inside_the_talk_follows_the_turn_of_the_user() -> None:
    """As a message of its own, where the model's name or its profile says that it heeds one."""
    messages = (user("a"), assistant("b"), system("S"), user("c"), Message("developer", ("D",)))
    expected = [
        {"role": "user", "content": [text("c")]},
        {"role": "system", "content": [text("S"), text("D")]},
    ]
    assert sent(*messages, model="claude-opus-4-8")[2:] == expected
    assert sent(*messages, model="m", profile=Profile(system_role="system"))[2:] == expected


def test_an_instruction_inside_the_talk_is_else_text_of_the_user() -> None:
    """Between tags, in its place; also where no turn of the user is there for it to follow."""
    tagged = text("<system>\nS\n</system>")
    messages = (user("a"), assistant("b"), system("S"), user("c"))
    for model, profile in (("claude-sonnet-4-5", Profile()), ("claude-opus-4-8", Profile(system_role="user"))):
        assert sent(*messages, model=model, profile=profile)[2:] == [{"role": "user", "content": [tagged, text("c")]}]
    alone = sent(user("a"), assistant("b"), system("S"), model="claude-opus-4-8")
    assert alone[2:] == [{"role": "user", "content": [tagged]}]


def test_files_of_the_user_may_be_blocks_of_the_provider() -> None:
    """A whole block stands in place of the file, other fields are added to its block."""
    upload = AttachmentPart(Attachment(), provider_metadata=own(type="container_upload", file_id="file_1"))
    cited = AttachmentPart(
        Attachment("text/plain", content=b"x"), provider_metadata=own(citations={"enabled": True}, title="T")
    )
    (message,) = sent(user("a", upload, cited))
    source = {"type": "text", "media_type": "text/plain", "data": "x"}
    assert message["content"][1:] == [
        {"type": "container_upload", "file_id": "file_1"},
        {"type": "document", "source": source, "citations": {"enabled": True}, "title": "T"},
    ]
