"""Messages have the form of the wire, each dialect's own where it differs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from codec_replies import ENDPOINT, whole
from codec_requests import body

from llm._codecs import chat
from llm._domain.attachment import Attachment
from llm._domain.message import Message, assistant, system, tool_message, user
from llm._domain.part import AttachmentPart, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from llm._domain.profile import Profile
from llm._domain.prompt import Prompt
from llm._domain.tool import ToolResult

PNG = Attachment("image/png", content=b"\x89PNG\r\n\x1a\n")
IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}


def written(*messages: Message, dialect: str = "compatible", **more: Any) -> list[dict[str, Any]]:
    """These messages on the wire."""
    sent = body(Prompt(messages=messages), dialect, **more)["messages"]
    assert isinstance(sent, list)
    return sent


def test_everything_of_a_prompt_is_sent_in_order() -> None:
    """The system prompt, what was said before, and this turn's text."""
    prompt = Prompt("And now?", system="Be brief", messages=[user("Hi"), assistant("Hello")])
    assert body(prompt)["messages"] == [
        {"role": "system", "content": "Be brief"},
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "Hello"},
        {"role": "user", "content": "And now?"},
    ]


def test_several_texts_stay_several() -> None:
    """One text is a string, which every server takes; more are parts."""
    assert written(user("a"))[0]["content"] == "a"
    assert written(user("a", "b"))[0]["content"] == [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    assert written(assistant("a", "b"), user("c"))[0]["content"] == "ab"


@pytest.mark.parametrize(
    ("dialect", "profile", "expected"),
    [
        ("openai", Profile(), ["system", "developer"]),
        ("compatible", Profile(), ["system", "system"]),
        ("compatible", Profile(system_role="user"), ["user", "user"]),
        ("openai", Profile(system_role="developer"), ["developer", "developer"]),
    ],
)
def test_instructions_have_the_role_that_the_model_knows(dialect: str, profile: Profile, expected: list[str]) -> None:
    """The profile's, else the dialect's name for it."""
    messages = written(system("a"), Message("developer", (TextPart("b"),)), user("c"), dialect=dialect, profile=profile)
    assert [message["role"] for message in messages] == [*expected, "user"]


def test_attachments_stand_beside_the_text() -> None:
    """In the order in which they were given."""
    assert written(user("What is this?", PNG))[0]["content"] == [{"type": "text", "text": "What is this?"}, IMAGE]
    assert written(user(PNG))[0]["content"] == [IMAGE]


def test_calls_and_results_are_sent() -> None:
    """Arguments as JSON text, results as messages of their own."""
    calls = assistant("Let me see", ToolCallPart("f", {"x": "ü"}, "a"), ToolCallPart("g", {}, "b", raw='{"broken'))
    results = tool_message(ToolResultPart("f", "1", "a"), ToolResultPart("g", "", "b", exception="ValueError: no"))
    assert written(user("Hi"), calls, results)[1:] == [
        {
            "role": "assistant",
            "content": "Let me see",
            "tool_calls": [
                {"id": "a", "type": "function", "function": {"name": "f", "arguments": '{"x":"ü"}'}},
                {"id": "b", "type": "function", "function": {"name": "g", "arguments": '{"broken'}},
            ],
        },
        {"role": "tool", "tool_call_id": "a", "content": "1"},
        {"role": "tool", "tool_call_id": "b", "content": "Error: ValueError: no"},
    ]


def test_content_is_null_beside_calls_alone() -> None:
    """As OpenAI's own messages have it; a message with nothing at all is an empty text."""
    assert written(user("Hi"), assistant(ToolCallPart("f", {}, "a")))[1]["content"] is None
    assert written(user("Hi"), assistant())[1] == {"role": "assistant", "content": ""}


def test_calls_without_ids_are_given_some_that_their_results_share() -> None:
    """By name, then in order: the wire demands an id."""
    messages = written(
        user("Hi"),
        assistant(ToolCallPart("f"), ToolCallPart("g"), ToolCallPart("f")),
        tool_message(ToolResultPart("g", "1"), ToolResultPart("f", "2"), ToolResultPart("", "3")),
        assistant(ToolCallPart("f")),
        tool_message(ToolResultPart("f", "4")),
    )
    ids = [call["id"] for message in messages for call in message.get("tool_calls", ())]
    assert len(set(ids)) == 4
    answers = {message["content"]: message["tool_call_id"] for message in messages if message["role"] == "tool"}
    assert answers == {"1": ids[1], "2": ids[0], "3": ids[2], "4": ids[3]}


def test_results_of_a_prompt_are_sent() -> None:
    """`tool_results` answer the calls in the earlier messages."""
    earlier = [user("Hi"), assistant(ToolCallPart("f", {}, "a"))]
    sent = body(Prompt(messages=earlier, tool_results=[ToolResult("f", {"n": 1}, tool_call_id="a")]))["messages"]
    assert sent[2] == {"role": "tool", "tool_call_id": "a", "content": '{"n": 1}'}


def test_results_in_a_users_message_come_before_its_text() -> None:
    """As a call must be answered first."""
    messages = written(user("Hi"), assistant(ToolCallPart("f", {}, "a")), user("Go on", ToolResultPart("f", "1", "a")))
    assert [message["role"] for message in messages] == ["user", "assistant", "tool", "user"]


def test_files_of_results_follow_in_a_users_message() -> None:
    """A tool's message takes text only; the files come after all results of the turn."""
    results = (ToolResultPart("f", "", "a", attachments=(PNG,)), ToolResultPart("g", "1", "b"))
    calls = assistant(ToolCallPart("f", {}, "a"), ToolCallPart("g", {}, "b"))
    for messages in (
        written(user("Hi"), calls, tool_message(*results), user("Go on")),
        written(user("Hi"), calls, tool_message(results[0]), tool_message(results[1]), user("Go on")),
    ):
        assert messages[2:] == [
            {"role": "tool", "tool_call_id": "a", "content": "The files follow."},
            {"role": "tool", "tool_call_id": "b", "content": "1"},
            {"role": "user", "content": [{"type": "text", "text": "Files from the tool f:"}, IMAGE]},
            {"role": "user", "content": "Go on"},
        ]


def test_mistral_has_the_assistant_speak_between_a_result_and_the_user() -> None:
    """It refuses a user's message right after a tool's."""
    call = assistant(ToolCallPart("f", {}, "a"))
    result = tool_message(ToolResultPart("f", "1", "a", attachments=(PNG,)))
    roles = ["user", "assistant", "tool", "assistant", "user"]
    messages = written(user("Hi"), call, result, dialect="mistral")
    assert [message["role"] for message in messages] == roles
    messages = written(user("Hi"), call, tool_message(ToolResultPart("f", "1", "a")), user("Go on"), dialect="mistral")
    assert [message["role"] for message in messages] == roles
    assert messages[3] == {"role": "assistant", "content": "OK"}


@pytest.mark.parametrize(
    ("dialect", "expected"),
    [
        ("openai", {"content": "Four"}),
        ("deepseek", {"content": "Four", "reasoning_content": "Hm."}),
        ("groq", {"content": "Four", "reasoning": "Hm."}),
        ("openrouter", {"content": "Four"}),
        (
            "mistral",
            {
                "content": [
                    {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]},
                    {"type": "text", "text": "Four"},
                ]
            },
        ),
    ],
)
def test_reasoning_goes_back_in_the_dialects_form(dialect: str, expected: dict[str, Any]) -> None:
    """Or not at all, where the service has no place for it."""
    message = written(user("2+2?"), assistant(ReasoningPart("H"), ReasoningPart("m."), "Four"), dialect=dialect)[1]
    assert message == {"role": "assistant", **expected}


def test_opaque_data_goes_back_to_the_provider_that_it_came_from() -> None:
    """And to no other, nor to a service that does not take it."""
    blocks = [{"type": "reasoning.encrypted", "data": "YWJj"}]
    note = [{"type": "file", "hash": "1"}]
    opaque = {"acme": {"reasoning_details": blocks[:1], "annotations": note}, "other": {"reasoning_details": ["no"]}}
    message = assistant(
        ReasoningPart("Hm.", provider_metadata={"acme": {"reasoning_details": blocks}}),
        TextPart("Four", provider_metadata=opaque),
    )
    sent = written(user("2+2?"), message, dialect="openrouter")[1]
    assert sent == {"role": "assistant", "content": "Four", "reasoning_details": blocks * 2, "annotations": note}
    assert "annotations" not in written(user("2+2?"), message)[1]
    assert written(user("2+2?"), message, dialect="openai")[1] == {"role": "assistant", "content": "Four"}
    elsewhere = replace(ENDPOINT, name="elsewhere")
    assert "reasoning_details" not in written(user("2+2?"), message, dialect="openrouter", endpoint=elsewhere)[1]


def test_a_calls_own_fields_go_back_with_it() -> None:
    """The signature of a call, and that it was one of a custom tool."""
    signed = {"extra_content": {"google": {"thought_signature": "c2ln"}}}
    call = ToolCallPart("f", {}, "a", provider_metadata={"acme": signed})
    custom = ToolCallPart("run", {}, "b", raw="print(1)", provider_metadata={"acme": {"type": "custom"}})
    sent = written(user("Hi"), assistant(call, custom))[1]["tool_calls"]
    assert sent == [
        {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}, **signed},
        {"id": "b", "type": "custom", "custom": {"name": "run", "input": "print(1)"}},
    ]


def test_fields_for_a_content_part_are_added_to_it() -> None:
    """A cache mark, for instance, given under the endpoint's name."""
    mark = {"cache_control": {"type": "ephemeral"}}
    part = TextPart("long", provider_metadata={"acme": mark})
    image = AttachmentPart(PNG, provider_metadata={"acme": mark})
    assert written(user(part, image))[0]["content"] == [{"type": "text", "text": "long", **mark}, {**IMAGE, **mark}]
    assert written(user(part), endpoint=replace(ENDPOINT, name="b"))[0]["content"] == "long"


def test_a_refusal_goes_back_where_there_is_a_field_for_it() -> None:
    """Elsewhere it is what the assistant said."""
    refusal = assistant(TextPart("I cannot", refusal=True))
    expected = {"role": "assistant", "content": None, "refusal": "I cannot"}
    assert written(user("Hi"), refusal, dialect="openai")[1] == expected
    assert written(user("Hi"), refusal)[1] == {"role": "assistant", "content": "I cannot"}


def test_what_the_wire_has_no_place_for_is_left_out_of_the_models_turns() -> None:
    """Files that it made, and tools that the provider ran itself."""
    turn = assistant(
        ToolCallPart("search", {}, server_executed=True),
        ToolResultPart("search", "found", server_executed=True),
        "Found it",
        PNG,
    )
    result = tool_message(ToolResultPart("search", "found", server_executed=True))
    assert written(user("Hi"), turn, result)[1:] == [{"role": "assistant", "content": "Found it"}]


def test_an_answer_goes_back_as_it_came() -> None:
    """What a reply was decoded to is encoded to the same message."""
    message = {
        "role": "assistant",
        "content": "Let me see",
        "reasoning_content": "Hm.",
        "tool_calls": [{"id": "a", "type": "function", "function": {"name": "f", "arguments": '{"x":1}'}}],
    }
    fields = {name: value for name, value in message.items() if name != "role"}
    assert written(user("Hi"), whole("tool_calls", **fields).message, dialect="deepseek")[1] == message


def test_the_module_is_a_codec() -> None:
    """Later wires offer the same functions."""
    from llm._codecs.codec import Codec

    assert all(callable(getattr(chat, name)) for name in vars(Codec) if not name.startswith("_"))
