"""The offline manual, asked what people ask, quotes the section that is meant."""

from __future__ import annotations

import pytest

from llm._providers.manual.bm25 import search
from llm._providers.manual.sections import Section, read_sections

from .block import DOCS


@pytest.fixture(scope="module")
def sections() -> list[Section]:
    return read_sections(DOCS)


@pytest.mark.parametrize(
    ("question", "source"),
    [
        ("How do I store a key?", "howto/keys.md § Store a key"),
        ("how to set an API key", "howto/keys.md § Store a key"),
        ("delete a key", "howto/keys.md § Delete a key"),
        ("how do I use Ollama", "howto/endpoints.md § Use Ollama"),
        ("lm studio", "howto/endpoints.md § Use LM Studio"),
        ("use a local model", "howto/endpoints.md § Use a local model"),
        ("add a server", "howto/endpoints.md § Add a server"),
        ("set the default model", "howto/models.md § Set the default model"),
        ("list models", "howto/models.md § List the models"),
        ("how do I make an alias", "howto/models.md § Model aliases"),
        ("set temperature", "howto/options.md § Set the temperature"),
        ("how do I set a timeout?", "howto/timeouts-and-retries.md § Set a timeout"),
        ("turn retries off", "howto/timeouts-and-retries.md § Turn retries off"),
        ("see what was said", "howto/history.md § See what was said"),
        ("how do I not log a prompt", "howto/history.md § Do not log a prompt"),
        ("pipe a file", "howto/pipes-and-scripts.md § Pipe a file into a prompt"),
        ("how do I set a system prompt", "howto/pipes-and-scripts.md § Set a system prompt"),
        ("attach an image", "howto/attachments-schemas-tools.md § Attach an image"),
        ("disable a plugin", "plugins/installing.md § Disable a plugin"),
        ("how do I use a proxy", "howto/proxies-and-certificates.md § Use a proxy"),
        ("connection refused", "howto/troubleshooting.md § Nothing answers: connection refused"),
        ("uninstall llm", "howto/install.md § Uninstall LLM"),
    ],
)
def test_a_question_is_answered_by_the_section_about_it(question: str, source: str, sections: list[Section]) -> None:
    assert search(sections, question)[0].section.source == f"docs/{source}"


def test_no_section_is_too_long_to_be_quoted_whole(sections: list[Section]) -> None:
    by_hand = [section for section in sections if section.page not in ("reference/cli.md", "reference/python.md")]
    tables = ("§ Table of endpoints", "§ The table turns")
    long = [section.source for section in by_hand if len(section.text) > 1600 and not section.source.endswith(tables)]
    assert long == []
