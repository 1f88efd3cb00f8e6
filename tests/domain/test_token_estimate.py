"""An estimate of tokens leans upwards, and costs no tokenizer."""

from __future__ import annotations

import subprocess
import sys

import pytest

import llm
from llm._domain.part import ReasoningPart, ToolCallPart, ToolResultPart
from llm._domain.token_estimate import file_tokens, input_tokens, text_tokens

# Texts with about as many tokens as common tokenizers make of them: four letters of English, a character of Chinese.
COUNTED = [
    ("The quick brown fox jumps over the lazy dog.", 10),
    ("def add(a: int, b: int) -> int:\n    return a + b\n", 19),
    ("我喜欢吃苹果,也喜欢看书。", 10),
    ("Donaudampfschifffahrtsgesellschaftskapitän", 13),
    ("3.14159265358979323846", 9),
    ("", 0),
]


@pytest.mark.parametrize(("text", "tokens"), COUNTED)
def test_a_text_is_estimated_at_least_as_long_as_it_is_and_not_by_far_more(text: str, tokens: int) -> None:
    assert tokens * 0.8 <= text_tokens(text) <= 2 * tokens + 2


def test_text_that_is_not_unicode_is_estimated_too() -> None:
    assert text_tokens("\udcff") == 1


def test_all_that_is_sent_counts() -> None:
    """The system prompt, earlier messages, fragments, the prompt, tools, the schema, results and calls."""
    word = "x" * 3000
    alone = input_tokens(llm.Prompt("hi"))
    call = llm.Message("assistant", (ToolCallPart("f", {"a": word}), ReasoningPart(word)))
    result = llm.Message("tool", (ToolResultPart("f", word),))
    more = {
        "system": word,
        "messages": [llm.user(word), llm.assistant(word), call, result],
        "fragments": [word],
        "tools": [llm.Tool("f", word), llm.ServerSideTool({"name": word})],
        "schema": {"description": word},
        "tool_results": [llm.ToolResult("f", word)],
    }
    for name, value in more.items():
        times = 5 if name == "messages" else 2 if name == "tools" else 1
        added = input_tokens(llm.Prompt("hi", **{name: value})) - alone
        assert 1000 * times <= added < 1000 * times + 100, name


def test_reasoning_that_is_encrypted_counts_with_what_is_sent_back() -> None:
    hidden = ReasoningPart("", provider_metadata={"p": {"responses": {"encrypted_content": "x" * 3000}}})
    assert input_tokens(llm.Prompt("hi", messages=[llm.Message("assistant", (hidden,))])) > 1000


@pytest.mark.parametrize(
    ("media_type", "size", "least", "most"),
    [
        ("image/png", 5_000_000, 1_600, 3_000),
        ("image/png", None, 1_600, 3_000),
        ("text/plain", 3_000, 1_000, 1_000),
        ("text/plain", 30_000_000, 10_000_000, 10_000_000),
        ("application/pdf", 150_000, 15_000, 60_000),
        ("application/pdf", 500_000_000, 1_000_000, 1_000_000),
        ("audio/mpeg", 960_000, 2_000, 20_000),
        ("video/mp4", None, 3_000, 1_000_000),
        (None, None, 3_000, 1_000_000),
        ("chemical/x-pdb", 10, 3_000, 3_000),
    ],
)
def test_a_file_counts_by_its_type_and_size(media_type: str | None, size: int | None, least: int, most: int) -> None:
    """A minute of MP3 (960,000 bytes at 128 kbit/s) is 1,920 tokens for Gemini."""
    assert least <= file_tokens(media_type, size) <= most


def test_files_of_prompts_messages_and_results_count() -> None:
    picture = llm.Attachment(type="image/png", content=b"x")
    alone = input_tokens(llm.Prompt("hi"))
    prompt = llm.Prompt(
        "hi",
        attachments=[picture],
        messages=[llm.user("look", picture)],
        tool_results=[llm.ToolResult("f", "", attachments=[picture])],
    )
    assert input_tokens(prompt) - alone >= 9_000


def test_the_size_of_a_file_is_asked_for_and_nothing_is_read() -> None:
    asked = []

    def size(attachment: llm.Attachment) -> int:
        asked.append(attachment)
        return 3_000_000

    prompt = llm.Prompt("hi", attachments=[llm.Attachment(path="/nowhere/notes.txt")])
    assert input_tokens(prompt, size) > 1_000_000
    assert asked == list(prompt.attachments)
    assert input_tokens(prompt) < 20_000


def test_the_estimate_loads_nothing() -> None:
    code = "import sys, llm._domain.token_estimate; print({'tiktoken', 'genai_prices', 'pydantic'} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "set()\n"
