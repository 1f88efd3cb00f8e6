"""Reasoning between think tags is told from text, however the text is cut."""

from __future__ import annotations

import pytest

from llm._codecs.think_tags import ThinkTags

CASES = {
    "<think>\nWhy not?\n</think>\n\nBecause.": ("Why not?", "Because."),
    "<think>a</think>b": ("a", "b"),
    " \n<think> a b </think> c d ": ("a b", "c d "),
    "<think>\n\n</think>\n\nNothing to think about": ("", "Nothing to think about"),
    "<think>cut off\n": ("cut off", ""),
    "<think>cut off in the tag </thi": ("cut off in the tag </thi", ""),
    "<think>a </think b > c</think>d": ("a </think b > c", "d"),
    "<think>a<</think>b": ("a<", "b"),
    "<think>a</think>b<think>c</think>": ("a", "b<think>c</think>"),
    "Text with <think>a</think> inside": ("", "Text with <think>a</think> inside"),
    "<thinking>aloud</thinking>": ("", "<thinking>aloud</thinking>"),
    "  indented": ("", "  indented"),
    "  <thi": ("", "  <thi"),
    "\n": ("", "\n"),
    "": ("", ""),
    "<think>": ("", ""),
    "<think>🤔 ü</think>ß 🐦": ("🤔 ü", "ß 🐦"),
}


def split(*pieces: str) -> tuple[str, str]:
    tags = ThinkTags()
    found = [item for piece in pieces for item in tags.feed(piece)]
    found += tags.close()
    return "".join(text for kind, text in found if kind == "reasoning"), "".join(
        text for kind, text in found if kind == "text"
    )


@pytest.mark.parametrize("text", CASES)
def test_any_cut_gives_the_same_reasoning_and_text(text: str) -> None:
    """At once, cut in two anywhere, and letter by letter."""
    assert split(text) == CASES[text]
    assert all(split(text[:cut], text[cut:]) == CASES[text] for cut in range(len(text) + 1))
    assert split(*text) == CASES[text]


def test_text_without_tags_is_not_held_back() -> None:
    """The first letter that cannot be a tag's settles it."""
    tags = ThinkTags()
    assert list(tags.feed("<t")) == []
    assert list(tags.feed("o")) == [("text", "<to")]
    assert tags.passing


def test_reasoning_is_passed_on_while_it_comes() -> None:
    """Only what may be the closing tag, and white space before it, waits."""
    tags = ThinkTags()
    assert list(tags.feed("<think>one two ")) == [("reasoning", "one two")]
    assert list(tags.feed("three</th")) == [("reasoning", " three")]
    assert list(tags.feed("ink>four")) == [("text", "four")]
    assert tags.passing


def test_endless_white_space_is_not_waited_for() -> None:
    """A model that is stuck in line ends shows them rather than nothing."""
    tags = ThinkTags()
    assert "".join(text for _ in range(400) for _, text in tags.feed("\n")) == "\n" * 400
    tags = ThinkTags()
    list(tags.feed("<think>a"))
    assert len("".join(text for _ in range(4000) for _, text in tags.feed("\n"))) > 3000
